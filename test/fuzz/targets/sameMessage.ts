import assert from 'node:assert/strict';
import { FOREIGN_KEY_FIELD } from '../../../src/otlp/foreign.ts';
import { type Plain, UNKNOWN } from '../oracle.ts';

const FOREIGN_TAG = FOREIGN_KEY_FIELD * 8 + 2;

/** Two readings of one message are equal, unknown fields included; throws where they are not. */
export function sameMessage(before: Plain, after: Plain | undefined): void {
  assert.deepEqual(after && comparable(after), comparable(before), 'by way of JSON it became another message');
}

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === UNKNOWN ? (inner as string[]).map(foreign).sort() : comparable(inner),
    ]),
  );
}

/** JSON that OTLP does not know may be written in other letters, `"\u0061"` and `"a"`, and means the same. */
function foreign(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  let at = 0;
  // Either number may be written longer than it has to be.
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  if (varint() !== FOREIGN_TAG) return hex;
  varint();
  try {
    return JSON.stringify(JSON.parse(`{${bytes.subarray(at)}}`));
  } catch {
    return hex;
  }
}
