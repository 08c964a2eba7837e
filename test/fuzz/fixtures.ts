import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../harness/cache.ts';

/** Inputs that once failed, by target; each one is run again by every test run. */
export const fixturesFolder: string = path.join(root, 'test/fixtures/fuzz');

export interface Kept {
  name: string;
  bytes: Uint8Array;
}

/** The inputs of a target that a folder keeps. */
export function readInputs(folder: string, target: string): Kept[] {
  const own = path.join(folder, target);
  if (!existsSync(own)) return [];
  return readdirSync(own)
    .sort()
    .map(name => ({ name, bytes: readFileSync(path.join(own, name)) }));
}

/** Keeps an input and says where. */
export function keepInput(folder: string, target: string, name: string, bytes: Uint8Array): string {
  const own = path.join(folder, target);
  mkdirSync(own, { recursive: true });
  const file = path.join(own, name);
  writeFileSync(file, bytes);
  return file;
}
