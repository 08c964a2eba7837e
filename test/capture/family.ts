import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../harness/cache.ts';

/** Where the programs and what they sent are checked in, a folder for each family. */
export const FAMILIES: string = path.join(root, 'test/fixtures/genai');

/** A way in which programs trace their talk with models, and the program that is captured for it. */
export interface Family {
  /** Language and name: `python-langfuse`. */
  name: string;
  language: 'python' | 'npm';
  folder: string;
  /** What the program wants of its surroundings, where it is more than usual. */
  env: Record<string, string>;
  /** A program of the environment that starts it, as `opentelemetry-instrument`. */
  wrapper?: string;
  /** What cannot be had of it, or is not as one would expect, in a sentence. */
  note?: string;
}

export function familyNames(): string[] {
  const folders = readdirSync(FAMILIES, { withFileTypes: true }).filter(entry => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .filter(name => /^(python|npm)-/.test(name))
    .sort();
}

export function familyOf(name: string): Family {
  const folder = path.join(FAMILIES, name);
  const language = /^(python|npm)-/.exec(name)?.[1] as Family['language'] | undefined;
  if (!language || !existsSync(folder)) {
    throw new Error(`There is no family ${name}. There are: ${familyNames().join(', ')}.`);
  }
  const more = path.join(folder, 'run.json');
  const run = existsSync(more) ? (JSON.parse(readFileSync(more, 'utf8')) as Partial<Family>) : {};
  return { env: {}, ...run, name, language, folder };
}

/** The packages that the program names, each with its one version. */
export function pinned({ language, folder }: Family): Record<string, string> {
  if (language === 'npm') {
    const { dependencies } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    return dependencies;
  }
  const lines = readFileSync(path.join(folder, 'requirements.txt'), 'utf8').split('\n').filter(Boolean);
  return Object.fromEntries(lines.map(line => line.split('==') as [string, string]));
}
