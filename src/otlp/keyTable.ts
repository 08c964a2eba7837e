import type { Field } from './field.ts';
import type { Message } from './schema.ts';

interface Entry {
  readonly spelling: Uint8Array;
  readonly field: Field;
}

/** Finds a message's field by the bytes of its JSON key, without making a string of them. */
export class KeyTable {
  private readonly entries = new Map<number, Entry[]>();

  constructor(message: Message) {
    for (const [name, field] of message.byName) {
      const spelling = new TextEncoder().encode(name);
      const hash = hashOf(spelling, 0, spelling.length);
      const sameHash = this.entries.get(hash);
      if (sameHash) sameHash.push({ spelling, field });
      else this.entries.set(hash, [{ spelling, field }]);
    }
  }

  find(bytes: Uint8Array, start: number, end: number): Field | undefined {
    const entries = this.entries.get(hashOf(bytes, start, end));
    return entries?.find(({ spelling }) => equals(spelling, bytes, start, end))?.field;
  }
}

/** FNV-1a of the first 64 bytes: no key of ours is longer. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  const last = Math.min(end, start + 64);
  for (let i = start; i < last; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

function equals(spelling: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (spelling.length !== end - start) return false;
  for (let i = 0; i < spelling.length; i++) if (spelling[i] !== bytes[start + i]) return false;
  return true;
}
