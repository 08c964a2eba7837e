import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { VirtualEnvironment } from './facts.ts';

const MOST_PACKAGES = 5_000;
const DIST_INFO = /^(.+?)-([^-]+)\.dist-info$/;

/** The Python environment in a folder, with its packages by the names of their `.dist-info` folders; `undefined` where it is none. */
export async function readVirtualEnvironment(folder: string, name: string): Promise<VirtualEnvironment | undefined> {
  const isOne = await access(path.join(folder, 'pyvenv.cfg')).then(
    () => true,
    () => false,
  );
  if (!isOne) return undefined;
  const sitePackages = await findSitePackages(folder);
  if (sitePackages === undefined) return undefined;
  const packages = new Map<string, string>();
  for (const entry of (await readdir(sitePackages).catch(() => [])).slice(0, MOST_PACKAGES)) {
    const [, project, version] = DIST_INFO.exec(entry) ?? [];
    if (project && version) packages.set(normalised(project), version);
  }
  return { folder, name, sitePackages, packages };
}

/** Names of packages are the same with dashes, dots, underscores and capitals. */
function normalised(project: string): string {
  return project.replace(/[-_.]+/g, '-').toLowerCase();
}

async function findSitePackages(folder: string): Promise<string | undefined> {
  const versions = await readdir(path.join(folder, 'lib')).catch(() => []);
  const candidates = [
    ...versions.filter(name => /^python\d/.test(name)).map(name => path.join(folder, 'lib', name, 'site-packages')),
    path.join(folder, 'Lib', 'site-packages'),
  ];
  for (const candidate of candidates) {
    if (
      await access(candidate).then(
        () => true,
        () => false,
      )
    )
      return candidate;
  }
  return undefined;
}
