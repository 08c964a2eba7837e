import { crc32 } from 'node:zlib';
import { viewOf } from '../entries.ts';
import { mayHave } from './bloom.ts';

/*
 * What a search knows of a segment before it reads it; it holds hashes and figures, none of the values. Little-endian:
 *  0 'SX', 2 version, 3 flags, 4 length of the content u32, 8 blocks u32, 12 spans u32, 16 log records u32, 20 bytes of groups
 *  u32, 24 CRC-32 of all that follows it, 28 zero; then BLOCK bytes for each block, the groups, the filters.
 * Block: 0 start, 4 end, 8 CRC-32 of the content between, 12 where its groups, 16 where its filter begins, 20 what it holds,
 *  24 shortest, 32 longest duration f64, 40 latest start u64.
 * Blocks lie one behind the other and are all of the content.
 */
const HEADER = 32;
const BLOCK = 48;
const MAGIC = 0x5853;
const VERSION = 2;

export const SidecarFlag = {
  /** A trace has records of one span id more than once. */
  repeats: 1,
} as const;

/** Bits of what a block holds. */
export const Holds = { spans: 1, logs: 2 } as const;

/**
 * Items that lie together in one scope of one resource: from the tag of the first to the end of the last, within the content;
 * and where the resource and the scope themselves are, see `sharedPart`.
 */
export interface Group {
  isLogs: boolean;
  resourceOffset: number;
  resourceLength: number;
  scopeOffset: number;
  scopeLength: number;
  from: number;
  to: number;
}

export interface BlockFigures {
  start: number;
  end: number;
  crc: number;
  holds: number;
  /** Nanoseconds. */
  shortest: number;
  longest: number;
  /** No trace of which something is in it began later; nanoseconds since 1970. */
  latest: bigint;
  groups: Group[];
  filter: Uint8Array;
}

export interface SegmentFigures {
  length: number;
  flags: number;
  spans: number;
  logs: number;
  blocks: BlockFigures[];
}

export function writeSidecar({ length, flags, spans, logs, blocks }: SegmentFigures): Uint8Array {
  const groups = blocks.map(block => Buffer.from(packGroups(block)));
  const groupBytes = groups.reduce((sum, { length }) => sum + length, 0);
  const filterBytes = blocks.reduce((sum, { filter }) => sum + filter.length, 0);
  const bytes = new Uint8Array(HEADER + BLOCK * blocks.length + groupBytes + filterBytes);
  const view = viewOf(bytes);
  let groupAt = HEADER + BLOCK * blocks.length;
  let filterAt = groupAt + groupBytes;
  for (const [i, block] of blocks.entries()) {
    const at = HEADER + BLOCK * i;
    [block.start, block.end, block.crc, groupAt, filterAt, block.holds].forEach((value, word) => {
      view.setUint32(at + 4 * word, value, true);
    });
    view.setFloat64(at + 24, block.shortest, true);
    view.setFloat64(at + 32, block.longest, true);
    view.setBigUint64(at + 40, block.latest, true);
    bytes.set(groups[i]!, groupAt);
    bytes.set(block.filter, filterAt);
    groupAt += groups[i]!.length;
    filterAt += block.filter.length;
  }
  view.setUint16(0, MAGIC, true);
  view.setUint8(2, VERSION);
  view.setUint8(3, flags);
  [length, blocks.length, spans, logs, groupBytes].forEach((value, word) => {
    view.setUint32(4 + 4 * word, value, true);
  });
  view.setUint32(24, crc32(bytes.subarray(HEADER), crc32(bytes.subarray(0, 24))), true);
  return bytes;
}

/** What {@link writeSidecar} wrote. */
export class Sidecar {
  /** Of the content it was made from. */
  readonly length: number;
  readonly flags: number;
  readonly blocks: number;
  readonly spans: number;
  readonly logs: number;
  readonly bytes: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #filtersEnd: number;
  readonly #groupsEnd: number;

  private constructor(bytes: Uint8Array) {
    const view = viewOf(bytes);
    this.#bytes = bytes;
    this.#view = view;
    this.flags = view.getUint8(3);
    [this.length, this.blocks, this.spans, this.logs] = [4, 8, 12, 16].map(at => view.getUint32(at, true)) as [
      number,
      number,
      number,
      number,
    ];
    this.#groupsEnd = HEADER + BLOCK * this.blocks + view.getUint32(20, true);
    this.#filtersEnd = bytes.length;
    this.bytes = bytes.length;
  }

  /** `undefined` where the bytes are damaged, or were written by another version. */
  static read(bytes: Uint8Array): Sidecar | undefined {
    if (bytes.length < HEADER) return undefined;
    const view = viewOf(bytes);
    if (view.getUint16(0, true) !== MAGIC || view.getUint8(2) !== VERSION) return undefined;
    if (view.getUint32(24, true) !== crc32(bytes.subarray(HEADER), crc32(bytes.subarray(0, 24)))) return undefined;
    return new Sidecar(bytes);
  }

  #word(block: number, at: number): number {
    return this.#view.getUint32(HEADER + BLOCK * block + at, true);
  }

  startOf(block: number): number {
    return this.#word(block, 0);
  }
  endOf(block: number): number {
    return this.#word(block, 4);
  }
  crcOf(block: number): number {
    return this.#word(block, 8);
  }
  holdsOf(block: number): number {
    return this.#word(block, 20);
  }
  shortestOf(block: number): number {
    return this.#view.getFloat64(HEADER + BLOCK * block + 24, true);
  }
  longestOf(block: number): number {
    return this.#view.getFloat64(HEADER + BLOCK * block + 32, true);
  }
  latestOf(block: number): bigint {
    return this.#view.getBigUint64(HEADER + BLOCK * block + 40, true);
  }

  /** Whether something in a block may have the hash. */
  mayHave(block: number, hash: number): boolean {
    const end = block + 1 < this.blocks ? this.#word(block + 1, 16) : this.#filtersEnd;
    return mayHave(this.#bytes, this.#word(block, 16), end, hash);
  }

  groupsOf(block: number): Group[] {
    const end = block + 1 < this.blocks ? this.#word(block + 1, 12) : this.#groupsEnd;
    return unpackGroups(this.#bytes.subarray(this.#word(block, 12), end), this.startOf(block));
  }

  /** The block that has a byte of the content. */
  blockAt(offset: number): number {
    let [low, high] = [0, this.blocks - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function numbersOf({ isLogs, ...group }: Group, start: number): number[] {
  const { resourceOffset, resourceLength, scopeOffset, scopeLength, from, to } = group;
  // Each as small as it can be: mostly what is shared stands closely before what it is shared by.
  const places = [resourceOffset - start, scopeOffset - resourceOffset, from - scopeOffset].map(zigZag);
  return [isLogs ? 1 : 0, ...places, resourceLength, scopeLength, to - from];
}

function zigZag(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number;
}

function packGroups({ start, groups }: BlockFigures): number[] {
  const packed: number[] = [];
  for (const group of groups) {
    for (const number of numbersOf(group, start)) {
      let rest = number;
      for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) packed.push((rest & 0x7f) | 0x80);
      packed.push(rest);
    }
  }
  return packed;
}

function unpackGroups(bytes: Uint8Array, start: number): Group[] {
  const groups: Group[] = [];
  let at = 0;
  const next = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  };
  const signed = (): number => {
    const number = next();
    return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
  };
  while (at < bytes.length) {
    const isLogs = next() === 1;
    const resourceOffset = start + signed();
    const scopeOffset = resourceOffset + signed();
    const from = scopeOffset + signed();
    const [resourceLength, scopeLength] = [next(), next()];
    groups.push({ isLogs, resourceOffset, resourceLength, scopeOffset, scopeLength, from, to: from + next() });
  }
  return groups;
}
