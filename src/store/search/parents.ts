import { SPAN_ENTRY } from '../entries.ts';

const WORDS = 4;

/** Among so few spans looking through all of them is quicker than a map. */
const FEW = 24;

/** For each span of a trace the index of its parent, -1 where that is not there; no two spans have one id. */
export function parentsOf(records: readonly Uint8Array[], count: number): Int32Array {
  const words = wordsOf(records, count);
  const find = count <= FEW ? (low: number, high: number) => indexOf(words, low, high) : finderIn(words);
  const parents = new Int32Array(count).fill(-1);
  for (let i = 0; i < count; i++) {
    const [low, high] = [words[WORDS * i + 2]!, words[WORDS * i + 3]!];
    if (low !== 0 || high !== 0) parents[i] = find(low, high);
  }
  return parents;
}

function indexOf(words: Uint32Array, low: number, high: number): number {
  for (let at = 0; at < words.length; at += WORDS) if (words[at] === low && words[at + 1] === high) return at / WORDS;
  return -1;
}

function finderIn(words: Uint32Array): (low: number, high: number) => number {
  const first = new Map<number, number>();
  /** The one before with the same key. */
  const before = new Int32Array(words.length / WORDS);
  for (let i = 0; i < before.length; i++) {
    const key = keyOf(words[WORDS * i]!, words[WORDS * i + 1]!);
    before[i] = first.get(key) ?? -1;
    first.set(key, i);
  }
  return (low, high) => {
    let at = first.get(keyOf(low, high)) ?? -1;
    while (at >= 0 && (words[WORDS * at] !== low || words[WORDS * at + 1] !== high)) at = before[at]!;
    return at;
  };
}

/** Id and parent of each span, as two words each. */
function wordsOf(records: readonly Uint8Array[], count: number): Uint32Array {
  const words = new Uint32Array(WORDS * count);
  let to = 0;
  for (const { buffer, byteOffset, length } of records) {
    const view = new DataView(buffer, byteOffset, length);
    for (let at = 0; at + SPAN_ENTRY <= length; at += SPAN_ENTRY) {
      for (let word = 0; word < WORDS; word++) words[to++] = view.getUint32(at + 4 * word, true);
    }
  }
  return words;
}

/** As much of an id as a number has. */
function keyOf(low: number, high: number): number {
  return (high & 0x1f_ffff) * 2 ** 32 + low;
}

const NO = 1;
const YES = 2;
const ON_THE_WAY = 3;

/** For each span 1 where a marked one is above it; in a circle each is above all. Linear in the spans. */
export function belowOf(marks: Uint8Array, parents: Int32Array): Uint8Array {
  const states = new Uint8Array(marks.length);
  const path: number[] = [];
  for (let i = 0; i < marks.length; i++) {
    let result = 0;
    for (let at = i; states[at] === 0 && result === 0; ) {
      states[at] = ON_THE_WAY;
      path.push(at);
      const parent = parents[at]!;
      if (parent >= 0 && marks[parent] === 1) result = YES;
      // A circle that has come round has none that is marked.
      else if (parent < 0 || states[parent] === ON_THE_WAY) result = NO;
      else if (states[parent] === 0) at = parent;
      else result = states[parent]!;
    }
    for (let at = path.pop(); at !== undefined; at = path.pop()) states[at] = result;
  }
  return states.map(state => (state === YES ? 1 : 0));
}
