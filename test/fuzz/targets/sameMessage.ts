import assert from 'node:assert/strict';
import { FOREIGN_KEY_FIELD } from '../../../src/otlp/foreign.ts';
import { type Plain, UNKNOWN } from '../oracle.ts';

const FOREIGN_TAG = Buffer.of(0xba, 0xa3, 0x09).toString('hex');
assert.equal(FOREIGN_KEY_FIELD, 18999, 'the tag above is that of field 18999');

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
  if (!hex.startsWith(FOREIGN_TAG)) return hex;
  const bytes = Buffer.from(hex.slice(FOREIGN_TAG.length), 'hex');
  let at = 0;
  while (bytes[at]! >= 0x80) at++;
  try {
    return JSON.stringify(JSON.parse(`{${bytes.subarray(at + 1)}}`));
  } catch {
    return hex;
  }
}
