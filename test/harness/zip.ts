import { readFile } from 'node:fs/promises';

export interface ZipEntry {
  name: string;
  /** Bytes in the archive. */
  packed: number;
  /** Bytes when unpacked. */
  size: number;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** The files of a ZIP archive under 4 GB, read from its central directory. */
export async function listZip(file: string): Promise<ZipEntry[]> {
  const bytes = await readFile(file);
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END) end--;
  if (end < 0) throw new Error(`${file} is not a ZIP archive.`);
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error(`${file} has a damaged directory.`);
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}
