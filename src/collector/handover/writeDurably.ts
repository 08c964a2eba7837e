import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file so that it is there as a whole after a loss of power, or not at all. */
export function writeDurably(file: string, text: string): void {
  const temporary = `${file}.new`;
  const open = openSync(temporary, 'w', 0o600);
  try {
    writeSync(open, text);
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
  renameSync(temporary, file);
  // Windows opens no folder, and writes its entries by itself.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
