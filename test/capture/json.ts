/** A JSON object whose shape nobody has looked at yet. */
export type Fields = Record<string, unknown>;

/** The value as an object; an empty one where it is none, so that a missing field reads as missing and not as a crash. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The value that a JSON text means; the text itself where it is not JSON. */
export function parsed(json: unknown): unknown {
  if (typeof json !== 'string') return json;
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

/** Without the fields that are undefined or empty lists: absent is how the truth says "not there". */
export function present<T extends object>(value: T): T {
  const kept = Object.entries(value).filter(([, of]) => of !== undefined && !(Array.isArray(of) && of.length === 0));
  return Object.fromEntries(kept) as T;
}
