import * as zlib from 'node:zlib';
import { bytesOfWords, fromPlanes, toPlanes, wordsOf } from './bytePlanes.ts';
import type { LOG_ENTRY, SPAN_ENTRY } from './entries.ts';
import { GROUP_COLUMNS, packRecords, RECORD_COLUMNS, unpackRecords } from './recordColumns.ts';

/*
 * A packed chunk, little-endian: 0 'SC', 2 version, 3 words of a record, 4 CRC-32 of the chunk, 8 runs u32, 12 records u32,
 * 16 groups u32, 20 ids u32; the ids, 8 bytes each; then the columns as zstd: rows and counts of the runs, then those of
 * recordColumns.ts.
 */
const HEADER = 24;
const MAGIC = 0x4353;
const VERSION = 1;
const LEVEL = 3;
/** Far more than a chunk ever has: a damaged packed chunk must not fill the memory before it is known as one. */
const MOST_BYTES = 2 ** 30;

/** What was packed is not what is found now. */
export class DamagedChunkError extends Error {
  override readonly name = 'DamagedChunkError';
  constructor(what: string, options?: ErrorOptions) {
    super(`The index of a stored segment is damaged: ${what}.`, options);
  }
}

/**
 * A chunk (see chunk.ts) in a third of its size, for a segment that is not written any more.
 * @param recordSize of spans or of log records
 * @throws {DamagedChunkError} its counts and its length do not fit together.
 */
export function packChunk(
  chunk: Uint8Array,
  recordSize: typeof SPAN_ENTRY | typeof LOG_ENTRY,
): Uint8Array<ArrayBuffer> {
  if (chunk.length < 4 || chunk.length % 4 !== 0) throw new DamagedChunkError(`a chunk of ${chunk.length} bytes`);
  const words = wordsOf(chunk);
  const runs = words[0]!;
  const recordsAt = 1 + 2 * runs;
  const stride = recordSize / 4;
  const count = (words.length - recordsAt) / stride;
  if (count < 0 || !Number.isInteger(count)) throw new DamagedChunkError(`${runs} runs in ${chunk.length} bytes`);
  const rows = new Uint32Array(runs);
  const counts = new Uint32Array(runs);
  for (let i = 0; i < runs; i++) {
    rows[i] = words[1 + 2 * i]! - (i > 0 ? words[2 * i - 1]! : 0);
    counts[i] = words[2 + 2 * i]!;
  }
  const { ids, groups, columns } = packRecords(words.subarray(recordsAt), stride);
  const planes = zlib.zstdCompressSync(toPlanes([rows, counts, ...groups, ...columns]), {
    params: { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL },
  });
  const packed = new Uint8Array(HEADER + 4 * ids.length + planes.length);
  const view = new DataView(packed.buffer);
  view.setUint16(0, MAGIC, true);
  view.setUint8(2, VERSION);
  view.setUint8(3, stride);
  [zlib.crc32(chunk), runs, count, groups[0]!.length, ids.length / 2].forEach((value, i) => {
    view.setUint32(4 + 4 * i, value, true);
  });
  const idWords = bytesOfWords(ids);
  packed.set(idWords, HEADER);
  packed.set(planes, HEADER + idWords.length);
  return packed;
}

/**
 * The chunk that was packed.
 * @throws {DamagedChunkError}
 */
export function unpackChunk(
  packed: Uint8Array,
  recordSize: typeof SPAN_ENTRY | typeof LOG_ENTRY,
): Uint8Array<ArrayBuffer> {
  if (packed.length < HEADER) throw new DamagedChunkError(`it ends after ${packed.length} bytes`);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const stride = view.getUint8(3);
  if (view.getUint16(0, true) !== MAGIC || view.getUint8(2) !== VERSION || 4 * stride !== recordSize) {
    throw new DamagedChunkError('it does not begin as one');
  }
  const [crc, runs, count, groups, ids] = [4, 8, 12, 16, 20].map(at => view.getUint32(at, true)) as FiveNumbers;
  const planesAt = HEADER + 8 * ids;
  const words = 2 * runs + GROUP_COLUMNS * groups + RECORD_COLUMNS * count;
  if (planesAt > packed.length || 4 * words > MOST_BYTES) throw new DamagedChunkError('its counts cannot be');
  const planes = decompress(packed.subarray(planesAt), 4 * words);
  const columns = fromPlanes(planes, [
    runs,
    runs,
    ...Array<number>(GROUP_COLUMNS).fill(groups),
    ...Array<number>(RECORD_COLUMNS).fill(count),
  ]);
  const recordsAt = 1 + 2 * runs;
  const chunk = new Uint32Array(recordsAt + count * stride);
  chunk[0] = runs;
  for (let i = 0; i < runs; i++) {
    chunk[1 + 2 * i] = columns[0]![i]! + (i > 0 ? chunk[2 * i - 1]! : 0);
    chunk[2 + 2 * i] = columns[1]![i]!;
  }
  unpackRecords(
    {
      ids: wordsOf(packed.subarray(HEADER, planesAt)),
      groups: columns.slice(2, 2 + GROUP_COLUMNS),
      columns: columns.slice(2 + GROUP_COLUMNS),
    },
    stride,
    chunk.subarray(recordsAt),
  );
  const bytes = bytesOfWords(chunk);
  if (zlib.crc32(bytes) !== crc) throw new DamagedChunkError('its checksum does not fit');
  return bytes;
}

type FiveNumbers = [number, number, number, number, number];

function decompress(bytes: Uint8Array, length: number): Uint8Array {
  let planes: Uint8Array;
  try {
    planes = zlib.zstdDecompressSync(bytes, { maxOutputLength: Math.max(length, 1) });
  } catch (error) {
    throw new DamagedChunkError('it cannot be decompressed', { cause: error });
  }
  if (planes.length !== length) throw new DamagedChunkError(`${planes.length} bytes where ${length} belong`);
  return planes;
}
