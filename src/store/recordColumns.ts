import { PairIndex } from './pairIndex.ts';

/**
 * The records of a chunk (see entries.ts) by columns, each coded so that its values are small and alike. All arithmetic is
 * modulo 2^32, so that any record comes back as it was, whatever is in it.
 *
 * Columns of a record: 0 how its own id, and 1 how its parent's is written, 2-3 start after that of the record before (zig-zag,
 * low and high word), 4-5 duration, 6 its group, 7 gap between the record and the one before it in the group, 8 its
 * length, 9 its last word. A group is what records share: request, resource and scope.
 *
 * An id is written as 0 where it is zero, 1 where it is the next of `ids`, else 2 + the zig-zag distance to a record with
 * that id.
 */
export interface RecordColumns {
  /** Low and high word alternating. */
  ids: Uint32Array<ArrayBuffer>;
  groups: Uint32Array[];
  columns: Uint32Array[];
}

export const RECORD_COLUMNS = 10;
export const GROUP_COLUMNS = 6;

const ZERO_ID = 0;
const NEXT_ID = 1;
const FIRST_REFERENCE = 2;

/** In which words of a record its parts are. */
interface Layout {
  parent: number | undefined;
  start: number;
  end: number | undefined;
  /** Offset and length of the item, of the resource, of the scope, then the request's offset and one word more. */
  places: number;
}

function layoutOf(stride: number): Layout {
  return stride === 16
    ? { parent: 2, start: 4, end: 6, places: 8 }
    : { parent: undefined, start: 2, end: undefined, places: 4 };
}

/** @param stride words of a record: 16 for spans, 12 for log records. */
export function packRecords(words: Uint32Array, stride: number): RecordColumns {
  const layout = layoutOf(stride);
  const count = words.length / stride;
  const columns = Array.from({ length: RECORD_COLUMNS }, () => new Uint32Array(count));
  const ids = packIds(words, stride, layout, columns);
  packTimes(words, stride, layout, columns);
  const groups = packPlaces(words, stride, layout, columns);
  return { ids, groups, columns };
}

/** Writes the records to `words`, which has the length for them. */
export function unpackRecords(packed: RecordColumns, stride: number, words: Uint32Array): void {
  const layout = layoutOf(stride);
  unpackIds(packed, words, stride, layout);
  unpackTimes(packed, words, stride, layout);
  unpackPlaces(packed, words, stride, layout);
}

function packIds(words: Uint32Array, stride: number, layout: Layout, columns: Uint32Array[]): Uint32Array<ArrayBuffer> {
  const count = words.length / stride;
  const [own, parents] = columns as [Uint32Array, Uint32Array];
  const ids = new Uint32Array(4 * count);
  const known = new PairIndex(count);
  let next = 0;
  const write = (i: number, at: number): number => {
    const low = words[at]!;
    const high = words[at + 1]!;
    if (low === 0 && high === 0) return ZERO_ID;
    const seen = known.find(low, high);
    if (seen >= 0) return FIRST_REFERENCE + zigZag(seen - i);
    ids[next++] = low;
    ids[next++] = high;
    return NEXT_ID;
  };
  for (let i = 0; i < count; i++) {
    const at = i * stride;
    own[i] = write(i, at);
    known.set(words[at]!, words[at + 1]!, i);
  }
  // Children mostly arrive before their parents, so parents are looked for when all are known.
  if (layout.parent !== undefined) {
    for (let i = 0; i < count; i++) parents[i] = write(i, i * stride + layout.parent);
  }
  return ids.slice(0, next);
}

function unpackIds({ ids, columns }: RecordColumns, words: Uint32Array, stride: number, layout: Layout): void {
  const [own, parents] = columns as [Uint32Array, Uint32Array];
  let next = 0;
  const read = (i: number, code: number, at: number): void => {
    if (code === ZERO_ID) return;
    if (code === NEXT_ID) {
      words[at] = ids[next++]!;
      words[at + 1] = ids[next++]!;
      return;
    }
    const from = (i + unZigZag(code - FIRST_REFERENCE)) * stride;
    words[at] = words[from]!;
    words[at + 1] = words[from + 1]!;
  };
  for (let i = 0; i < own.length; i++) read(i, own[i]!, i * stride);
  if (layout.parent === undefined) return;
  for (let i = 0; i < own.length; i++) read(i, parents[i]!, i * stride + layout.parent);
}

function packTimes(words: Uint32Array, stride: number, layout: Layout, columns: Uint32Array[]): void {
  const [, , startLow, startHigh, endLow, endHigh] = columns as Uint32Array[];
  let beforeLow = 0;
  let beforeHigh = 0;
  for (let i = 0, at = layout.start; at < words.length; i++, at += stride) {
    const low = words[at]!;
    const high = words[at + 1]!;
    const deltaLow = (low - beforeLow) >>> 0;
    const deltaHigh = (high - beforeHigh - (low < beforeLow ? 1 : 0)) | 0;
    const sign = deltaHigh >> 31;
    startLow![i] = (deltaLow << 1) ^ sign;
    startHigh![i] = ((deltaHigh << 1) | (deltaLow >>> 31)) ^ sign;
    if (layout.end !== undefined) {
      endLow![i] = words[at + 2]! - low;
      endHigh![i] = words[at + 3]! - high - (words[at + 2]! < low ? 1 : 0);
    }
    beforeLow = low;
    beforeHigh = high;
  }
}

function unpackTimes({ columns }: RecordColumns, words: Uint32Array, stride: number, layout: Layout): void {
  const [, , startLow, startHigh, endLow, endHigh] = columns as Uint32Array[];
  let low = 0;
  let high = 0;
  for (let i = 0, at = layout.start; at < words.length; i++, at += stride) {
    const sign = -(startLow![i]! & 1);
    const deltaLow = (((startLow![i]! >>> 1) | (startHigh![i]! << 31)) ^ sign) >>> 0;
    const deltaHigh = (startHigh![i]! >>> 1) ^ sign;
    const sum = low + deltaLow;
    high = (high + deltaHigh + (sum > 0xffffffff ? 1 : 0)) >>> 0;
    low = sum >>> 0;
    words[at] = low;
    words[at + 1] = high;
    if (layout.end === undefined) continue;
    const endSum = low + endLow![i]!;
    words[at + 2] = endSum;
    words[at + 3] = high + endHigh![i]! + (endSum > 0xffffffff ? 1 : 0);
  }
}

function packPlaces(words: Uint32Array, stride: number, layout: Layout, columns: Uint32Array[]): Uint32Array[] {
  const [, , , , , , group, gap, length, last] = columns as Uint32Array[];
  const count = words.length / stride;
  const known = new PairIndex(count);
  /** The five words of each group, then where its last item ended. */
  const groups: number[][] = [];
  let before = 0;
  for (let i = 0; i < count; i++) {
    const at = i * stride + layout.places;
    const shared = words.subarray(at + 2, at + 7);
    let index = before;
    if (!isGroup(groups[index], shared)) {
      index = known.find(shared[2]!, shared[4]!);
      if (!isGroup(groups[index], shared)) {
        index = groups.length;
        groups.push([...shared, shared[2]!]);
        known.set(shared[2]!, shared[4]!, index);
      }
    }
    const place = groups[index]!;
    group![i] = zigZag(index - before);
    gap![i] = words[at]! - place[5]!;
    length![i] = words[at + 1]!;
    last![i] = words[at + 7]!;
    place[5] = words[at]! + words[at + 1]!;
    before = index;
  }
  return packGroups(groups);
}

function unpackPlaces(packed: RecordColumns, words: Uint32Array, stride: number, layout: Layout): void {
  const [, , , , , , group, gap, length, last] = packed.columns as Uint32Array[];
  const groups = unpackGroups(packed.groups);
  let before = 0;
  for (let i = 0, at = layout.places; at < words.length; i++, at += stride) {
    before += unZigZag(group![i]!);
    const place = groups[before];
    // Only where it is damaged; what comes of it fails the checksum.
    if (!place) return;
    const offset = (place[5]! + gap![i]!) >>> 0;
    words[at] = offset;
    words[at + 1] = length![i]!;
    for (let w = 0; w < 5; w++) words[at + 2 + w] = place[w]!;
    words[at + 7] = last![i]!;
    place[5] = offset + length![i]!;
  }
}

function isGroup(group: number[] | undefined, shared: Uint32Array): boolean {
  return group !== undefined && shared.every((word, w) => word === group[w]);
}

/** A request mostly follows the one before it, a resource the one before it in the request. */
function packGroups(groups: readonly number[][]): Uint32Array[] {
  const columns = Array.from({ length: GROUP_COLUMNS }, () => new Uint32Array(groups.length));
  let end = 0;
  let request = 0;
  groups.forEach(([resource, resourceLength, scope, scopeLength, own] = [], i) => {
    const same = own === request;
    columns[0]![i] = same ? 0 : 1;
    columns[1]![i] = same ? 0 : own! - end;
    columns[2]![i] = resource! - (same ? end : own!);
    columns[3]![i] = resourceLength!;
    columns[4]![i] = scope! - resource!;
    columns[5]![i] = scopeLength! - resourceLength!;
    end = resource! + resourceLength!;
    request = own!;
  });
  return columns;
}

function unpackGroups(columns: readonly Uint32Array[]): number[][] {
  let end = 0;
  let request = 0;
  return Array.from(columns[0]!, (changed, i) => {
    if (changed) request = (end + columns[1]![i]!) >>> 0;
    const resource = ((changed ? request : end) + columns[2]![i]!) >>> 0;
    const resourceLength = columns[3]![i]!;
    const scope = (resource + columns[4]![i]!) >>> 0;
    end = resource + resourceLength;
    return [resource, resourceLength, scope, (columns[5]![i]! + resourceLength) >>> 0, request, scope];
  });
}

function zigZag(value: number): number {
  return (value << 1) ^ (value >> 31);
}

function unZigZag(code: number): number {
  return (code >>> 1) ^ -(code & 1);
}
