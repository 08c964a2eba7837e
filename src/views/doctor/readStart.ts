import { open, stat } from 'node:fs/promises';

const LARGEST = 256 * 1024;

/** The beginning of a file, `undefined` where it cannot be read. Devices and pipes, which may never end, are no files. */
export async function readStart(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return undefined;
    const handle = await open(file);
    try {
      const buffer = Buffer.alloc(Math.min(found.size, LARGEST));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
