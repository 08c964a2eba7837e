/**
 * An OTLP AnyValue without loss: 64-bit integers as bigint, bytes as bytes, the order and the repetition of keys kept.
 * `empty` is a value that was sent without any content, which is not the same as an empty string.
 */
export type AnyValue =
  | { type: 'empty' }
  | { type: 'string'; value: string }
  | { type: 'bool'; value: boolean }
  | { type: 'int'; value: bigint }
  | { type: 'double'; value: number }
  | { type: 'bytes'; value: Uint8Array }
  | { type: 'array'; values: AnyValue[] }
  | { type: 'map'; entries: KeyValue[] };

export interface KeyValue {
  key: string;
  value: AnyValue;
}

/** Attributes as they were sent: in order, a key perhaps more than once. */
export type Attributes = readonly KeyValue[];

/** The value of `key`, the last one where it was sent more than once. */
export function attribute(attributes: Attributes, key: string): AnyValue | undefined {
  for (let i = attributes.length - 1; i >= 0; i--) {
    if (attributes[i]?.key === key) return attributes[i]?.value;
  }
  return undefined;
}

/** A string attribute; `undefined` where it is absent, empty or of another type. */
export function stringAttribute(attributes: Attributes, key: string): string | undefined {
  const value = attribute(attributes, key);
  return value?.type === 'string' && value.value !== '' ? value.value : undefined;
}

/** A whole number sent as an integer, a whole double or decimal text (senders differ); `undefined` otherwise. */
export function integerAttribute(attributes: Attributes, key: string): number | undefined {
  const value = attribute(attributes, key);
  const number =
    value?.type === 'int' || value?.type === 'double'
      ? Number(value.value)
      : value?.type === 'string' && /^-?\d{1,15}$/.test(value.value.trim())
        ? Number(value.value)
        : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
