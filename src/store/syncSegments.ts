import { closeSync, constants, fsyncSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes the names in the folder of segments durable, on systems where that is not the file's own matter. */
export function syncSegments(folder: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(join(folder, 'segments'), constants.O_RDONLY);
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** The same, while this thread goes on. */
export async function syncSegmentsSoon(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(join(folder, 'segments'), constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
