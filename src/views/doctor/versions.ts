/** Whether a version, as Python writes them (`2.4b0`, `1.2.3.dev1`), is of `major.minor` or later. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [, first = '0', second = '0'] = /^(?:\d+!)?(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}
