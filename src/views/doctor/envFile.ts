/**
 * The variables that the text of an env file sets: lines of `KEY=value`, with `export` and quotes as dotenv has them.
 * References to other variables stay as they are written.
 */
export function parseEnvFile(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, raw = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/s.exec(line) ?? [];
    if (name !== undefined) found.set(name, unquoted(raw));
  }
  return found;
}

function unquoted(raw: string): string {
  const quoted = /^(["'`])(.*?)\1/s.exec(raw);
  return quoted ? (quoted[2] ?? '') : raw.replace(/(?:^|\s)#.*$/s, '').trim();
}
