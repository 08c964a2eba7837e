import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, type Say } from '../harness/cache.ts';
import { answers, run } from '../harness/processes.ts';
import { FAMILIES, type Family } from './family.ts';

/** A family's program with its packages, ready to be started. */
export interface Surroundings {
  /** Where the program is. */
  folder: string;
  command: string;
  args: string[];
  /** Folders that must not be seen in a recording, and what is to be seen instead. */
  hidden: [folder: string, shown: string][];
  /** Everything that was installed, as `name==version` or `name@version`. */
  installed: string[];
}

/** Copies the program out of the checkout and installs its packages beside it; what is there already stays. */
export async function surround(family: Family, say: Say): Promise<Surroundings> {
  const folder = path.join(cacheFolder(), 'capture', family.name);
  await mkdir(folder, { recursive: true });
  const at = realpathSync(folder);
  await cp(path.join(FAMILIES, 'shared', family.language), at, { recursive: true });
  await cp(family.folder, at, { recursive: true });
  return family.language === 'python' ? python(family, at, say) : npm(family, at, say);
}

/** Takes the packages away again. */
export async function clear({ name }: Family): Promise<void> {
  await rm(path.join(cacheFolder(), 'capture', name), { recursive: true, force: true });
}

async function python({ name, wrapper }: Family, folder: string, say: Say): Promise<Surroundings> {
  const bin = path.join(folder, '.venv/bin');
  const interpreter = path.join(bin, 'python');
  if (await installs(folder, 'requirements.txt')) {
    say(`${name}: installing its packages into a virtual environment.`);
    const uv = (await answers('uv')) ? 'uv' : undefined;
    if (uv) await run(uv, ['venv', '--quiet', '--allow-existing', '--python', '3.11', path.dirname(bin)]);
    else await run('python3', ['-m', 'venv', path.dirname(bin)]);
    const kept = existsSync(path.join(folder, 'versions.txt')) ? ['--constraint', 'versions.txt'] : [];
    const install = ['install', '--quiet', '--requirement', 'requirements.txt', ...kept];
    const [installer, args] = uv
      ? [uv, ['pip', ...install, '--python', interpreter]]
      : [interpreter, ['-m', 'pip', ...install]];
    await run(installer, args, { cwd: folder, timeout: 600_000 });
    await installed(folder, 'requirements.txt');
  }
  const list =
    "import importlib.metadata as m; print('\\n'.join(d.name + '==' + d.version for d in m.distributions()))";
  const packages = await run(interpreter, ['-c', list]);
  const prefix = (await run(interpreter, ['-c', 'import sys; print(sys.base_prefix)'])).trim();
  const main = ['main.py'];
  return {
    folder,
    command: wrapper ? path.join(bin, wrapper) : interpreter,
    args: wrapper ? [interpreter, ...main] : main,
    hidden: [
      [folder, '/srv/app'],
      [prefix, '/opt/python'],
    ],
    installed: packages.split('\n').filter(Boolean).sort(),
  };
}

async function npm({ name }: Family, folder: string, say: Say): Promise<Surroundings> {
  if (await installs(folder, 'package.json')) {
    say(`${name}: installing its packages.`);
    const args = ['install', '--silent', '--no-package-lock', '--ignore-scripts', '--legacy-peer-deps'];
    await run('npm', args, { cwd: folder, timeout: 600_000 });
    await installed(folder, 'package.json');
  }
  const lock = JSON.parse(readFileSync(path.join(folder, 'node_modules/.package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const packages = Object.entries(lock.packages).map(
    ([at, { version }]) => `${at.replace(/^.*node_modules\//, '')}@${version}`,
  );
  return {
    folder,
    command: process.execPath,
    args: ['main.mjs'],
    hidden: [
      [folder, '/srv/app'],
      [process.execPath, '/opt/node/bin/node'],
    ],
    installed: [...new Set(packages)].sort(),
  };
}

const MARKER = '.installed';

/** Whether what a file asks for has to be installed. */
async function installs(folder: string, file: string): Promise<boolean> {
  const marker = path.join(folder, MARKER);
  const same = existsSync(marker) && readFileSync(marker, 'utf8') === readFileSync(path.join(folder, file), 'utf8');
  if (!same) await rm(marker, { force: true });
  return !same;
}

async function installed(folder: string, file: string): Promise<void> {
  await writeFile(path.join(folder, MARKER), readFileSync(path.join(folder, file)));
}
