/** A trace id: 32 lower-case hexadecimal digits, never all zero. */
export type TraceId = string & { readonly __brand: 'TraceId' };
/** A span id: 16 lower-case hexadecimal digits, never all zero. Unique only within its trace. */
export type SpanId = string & { readonly __brand: 'SpanId' };

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const ONLY_ZEROS = /^0*$/;

/** Reads a trace id in either case; `undefined` where the text is none. */
export function parseTraceId(text: string): TraceId | undefined {
  const id = text.trim().toLowerCase();
  return TRACE_ID.test(id) && !ONLY_ZEROS.test(id) ? (id as TraceId) : undefined;
}

/** Reads a span id in either case; `undefined` where the text is none. */
export function parseSpanId(text: string): SpanId | undefined {
  const id = text.trim().toLowerCase();
  return SPAN_ID.test(id) && !ONLY_ZEROS.test(id) ? (id as SpanId) : undefined;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal digits of `length` bytes from `offset`; works in Node and in a browser. */
export function hexOf(bytes: Uint8Array, offset = 0, length = bytes.length - offset): string {
  let hex = '';
  for (let i = offset; i < offset + length; i++) hex += HEX[bytes[i] ?? 0];
  return hex;
}

/** The bytes of an even number of hexadecimal digits; `undefined` where the text is not hexadecimal. */
export function bytesOfHex(hex: string): Uint8Array | undefined {
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) return undefined;
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
