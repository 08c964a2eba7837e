import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the `spanside` command of a terminal runs: the editor's own runtime, which has the SQLite that the CLI needs. */
export interface ShimTarget {
  /** Path of the executable, the editor's or Node's. */
  runtime: string;
  /** Path of dist/cli.js. */
  script: string;
}

/** Writes `spanside` (sh) and `spanside.cmd` into `folder`, which is created; gives back the folder for PATH. */
export async function writeShims(folder: string, target: ShimTarget): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeIfChanged(join(folder, 'spanside'), shellShim(target));
  await chmod(join(folder, 'spanside'), 0o755);
  if (process.platform === 'win32') await writeIfChanged(join(folder, 'spanside.cmd'), cmdShim(target));
  return folder;
}

export function shellShim({ runtime, script }: ShimTarget): string {
  return `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${shellQuote(runtime)} ${shellQuote(script)} "$@"\n`;
}

export function cmdShim({ runtime, script }: ShimTarget): string {
  // A percent sign in a path would begin a variable.
  const quote = (path: string) => `"${path.replaceAll('%', '%%')}"`;
  return `@echo off\r\nsetlocal\r\nset ELECTRON_RUN_AS_NODE=1\r\n${quote(runtime)} ${quote(script)} %*\r\n`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A terminal may be running the shim right now: it is written only when the editor or the extension has moved. */
async function writeIfChanged(file: string, text: string): Promise<void> {
  const current = await readFile(file, 'utf8').catch(() => undefined);
  if (current !== text) await writeFile(file, text, { mode: 0o755 });
}
