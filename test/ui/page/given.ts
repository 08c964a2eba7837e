import type { TraceColumns } from '../../../src/model/columns.ts';
import type { SpanDetails } from '../../../src/protocol/details.ts';

/** What a collector answered, for a page to show instead of a trace that is made in it. */
export interface Given {
  columns: TraceColumns;
  details?: SpanDetails[];
}

const ARRAYS = { Uint8Array, Uint16Array, Uint32Array, Int32Array, Float64Array } as const;

/** A typed array on its way into a page. */
interface Packed {
  array: keyof typeof ARRAYS;
  base64: string;
}

declare const window: { given?: { columns: Record<string, unknown>; details: SpanDetails[] } };

/** A script that leaves what was given in the page for {@link readGiven}. */
export function givenScript({ columns, details = [] }: Given): string {
  const packed = Object.entries(columns).map(([key, value]: [string, unknown]) => {
    if (!ArrayBuffer.isView(value)) return [key, value];
    const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
    return [key, { array: value.constructor.name, base64 }];
  });
  const json = JSON.stringify({ columns: Object.fromEntries(packed), details });
  // As JSON and not as a literal, in which a key `__proto__` is no key.
  return `window.given = JSON.parse(${JSON.stringify(json)});`;
}

/** In the page: what it was given, if anything. */
export function readGiven(): Required<Given> | undefined {
  if (!window.given) return undefined;
  const entries = Object.entries(window.given.columns).map(([key, value]) => {
    if (typeof value !== 'object' || value === null || !('base64' in value)) return [key, value];
    const { array, base64 } = value as Packed;
    const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
    return [key, new ARRAYS[array](bytes.buffer)];
  });
  return { columns: Object.fromEntries(entries) as TraceColumns, details: window.given.details };
}
