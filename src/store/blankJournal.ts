import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { BlankPlan } from './blank.ts';
import { bytesOfWords, wordsOf } from './bytePlanes.ts';

/** What is left to do when the process ends while a segment is blanked. */
export type BlankWork = Pick<BlankPlan, 'dead' | 'requests'>;

/**
 * Writes down what is about to be done, and waits until the disk has it. Little-endian words: how many requests, their offsets,
 * what is dead, a CRC-32 of these.
 */
export function writeJournal(path: string, { dead, requests }: BlankWork): void {
  const words = bytesOfWords(Uint32Array.from([requests.length, ...requests, ...dead]));
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, Buffer.concat([words, bytesOfWords(Uint32Array.of(crc32(words)))]));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** What was written down; `undefined` where that did not come to its end, so that nothing of it was begun. */
export function readJournal(path: string): BlankWork | undefined {
  const bytes = readFileSync(path);
  if (bytes.length < 8 || bytes.length % 4 !== 0) return undefined;
  const words = wordsOf(bytes);
  if (crc32(bytes.subarray(0, -4)) !== words.at(-1)) return undefined;
  const dead = 1 + words[0]!;
  return { requests: [...words.subarray(1, dead)], dead: [...words.subarray(dead, -1)] };
}
