/** Tests a whole text against a pattern in which every `*` stands for any characters, also none; linear in the text. */
export function wildcardTest(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*');
  const first = parts.shift() ?? '';
  const last = parts.pop();
  if (last === undefined) return text => text === first;
  const middle = parts.filter(part => part !== '');
  return text => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}
