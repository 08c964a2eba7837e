import { readdirSync, readFileSync, renameSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
// By name at the call: a Node that has no zstd must get as far as saying so.
import * as zlib from 'node:zlib';
import { zstdFrames } from './search/zstdFrames.ts';
import { segmentPath } from './segmentFile.ts';
import { syncSegments } from './syncSegments.ts';

const PARAMETERS = {
  // At twice the speed of 6, and a twentieth larger.
  [zlib.constants.ZSTD_c_compressionLevel]: 3,
  [zlib.constants.ZSTD_c_checksumFlag]: 1,
};
/**
 * A segment is compressed in pieces, so that a few spans of it can be had without the others: at a twentieth more bytes. As
 * frames one behind the other they are one zstd stream.
 */
const PIECE_BYTES = 256 * 1024;

/** A segment file is not what was written. */
export class DamagedSegmentError extends Error {
  override readonly name = 'DamagedSegmentError';
}

/** Where a segment is when it is compressed. While there is a plain one too, that one counts. */
export function compressedPath(folder: string, id: number): string {
  return `${segmentPath(folder, id)}.zst`;
}

/** Where it is kept what a search wants to know of a segment; it may be missing, and is made anew. */
export function indexPath(folder: string, id: number): string {
  return join(folder, 'segments', `${String(id).padStart(8, '0')}.idx`);
}

/** Where it is written down what has to be blanked in a plain segment, while that is done. */
export function blankingPath(folder: string, id: number): string {
  return `${segmentPath(folder, id)}.blank`;
}

/**
 * Compresses a segment that is not written any more, off this thread, and puts that in its place; answers its bytes on disk.
 * Wherever it is interrupted, the segment is there. May run while others read the segment, but not while it is
 * compressed or blanked elsewhere.
 * @throws the disk failed, or the segment changed meanwhile: it is as it was.
 */
export async function compressSegment(folder: string, id: number): Promise<number> {
  const source = segmentPath(folder, id);
  const content = ifThere(() => readFileSync(source));
  if (!content) return statSync(compressedPath(folder, id)).size;
  const bytes = await writeCompressed(folder, id, content, () => readFileSync(source).equals(content));
  unlinkSync(source);
  syncSegments(folder);
  return bytes;
}

/**
 * Writes a segment's content compressed, and makes sure that it can be read; answers its bytes.
 * @param stillTrue is asked right before it takes the place of what is there
 */
export async function writeCompressed(
  folder: string,
  id: number,
  content: Uint8Array,
  stillTrue: () => boolean = () => true,
): Promise<number> {
  const target = compressedPath(folder, id);
  const temporary = `${target}.tmp`;
  try {
    const packed = await pack(content);
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(packed);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!(await unpacksTo(await readFile(temporary), content))) {
      throw new DamagedSegmentError(
        `Segment ${id} could not be read back after it was compressed. Is the disk failing?`,
      );
    }
    if (!stillTrue()) throw new Error(`Segment ${id} changed while it was compressed.`);
    renameSync(temporary, target);
    syncSegments(folder);
    return packed.length;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * The content of a segment, compressed or not.
 * @throws {DamagedSegmentError}
 * @throws ENOENT where there is none.
 */
export function readSegmentContent(folder: string, id: number): Uint8Array {
  // In this order: while it is compressed, the one is there before the other goes.
  const plain = ifThere(() => readFileSync(segmentPath(folder, id)));
  if (plain) return plain;
  const packed = readFileSync(compressedPath(folder, id));
  try {
    return unpack(packed);
  } catch (cause) {
    throw new DamagedSegmentError(`Segment ${id} is damaged: it cannot be decompressed.`, { cause });
  }
}

/** Node unpacks only the first of several frames. */
function unpack(packed: Uint8Array): Uint8Array {
  const frames = zstdFrames(packed);
  if (!frames || frames.length === 0) throw new Error('no whole frames');
  const pieces = frames.map(({ at, length }) => zlib.zstdDecompressSync(packed.subarray(at, at + length)));
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

/** What the files of a segment take; 0 where there is none. */
export function segmentBytesOnDisk(folder: string, id: number): number {
  const paths = [segmentPath(folder, id), compressedPath(folder, id)];
  return paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Removes a segment in every form; nothing happens where there is none. */
export function removeSegment(folder: string, id: number): void {
  const plain = segmentPath(folder, id);
  const packed = compressedPath(folder, id);
  // The plain one after the others that would take its place, and before the work that is left to do in it.
  for (const path of [indexPath(folder, id), `${packed}.tmp`, packed, plain, blankingPath(folder, id)])
    rmSync(path, { force: true });
}

/** Ids of the segments that are there, oldest first. Removes what interrupted compressions left, so nobody may be at one. */
export function tidyAtRest(folder: string): number[] {
  const names = readdirSync(join(folder, 'segments'));
  const plain = new Set(names.flatMap(name => /^(\d+)\.seg$/.exec(name)?.[1] ?? []));
  const compressed = names.flatMap(name => /^(\d+)\.seg\.zst$/.exec(name)?.[1] ?? []);
  const ids = new Set([...plain, ...compressed]);
  const left = [
    ...names.filter(name => /^\d+\.seg\.zst\.tmp$/.test(name)),
    ...compressed.filter(id => plain.has(id)).map(id => `${id}.seg.zst`),
    ...names.filter(name => /^\d+\.idx\..*tmp$/.test(name)),
    ...names.filter(name => isOrphan(name, ids)),
  ];
  for (const name of left) rmSync(join(folder, 'segments', name), { force: true });
  return [...ids].map(Number).sort((a, b) => a - b);
}

/** Whether it says something of a segment that is gone. */
function isOrphan(name: string, ids: ReadonlySet<string>): boolean {
  const id = /^(\d+)\.idx$/.exec(name)?.[1];
  return id !== undefined && !ids.has(id);
}

async function pack(content: Uint8Array): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length || at === 0; at += PIECE_BYTES) {
    const piece = content.subarray(at, at + PIECE_BYTES);
    pieces.push(await promisify(zlib.zstdCompress)(piece, { params: PARAMETERS, pledgedSrcSize: piece.length }));
  }
  return Buffer.concat(pieces);
}

async function unpacksTo(packed: Uint8Array, content: Uint8Array): Promise<boolean> {
  let at = 0;
  for (const frame of zstdFrames(packed) ?? []) {
    const piece = await promisify(zlib.zstdDecompress)(packed.subarray(frame.at, frame.at + frame.length));
    if (Buffer.compare(piece, content.subarray(at, at + piece.length)) !== 0) return false;
    at += piece.length;
  }
  return at === content.length;
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
