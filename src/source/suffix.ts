import { basename, sep } from 'node:path';

/** One file that ends like a reported path. */
export interface SuffixMatch {
  file: string;
  /** Equal segments from the end, the file's name included; letter case is not looked at. */
  matched: number;
  /** For comparing the matches of one path with each other only. */
  rank: number;
  /** A folder of the file is named like the service. */
  service: boolean;
}

/** Folders programs are put into when they are deployed; that they are not found here says nothing. */
const DEPLOYMENT = new Set(
  'app apps code src source sources srv home opt usr var www html task workspace workspaces work repo build project root'.split(
    ' ',
  ),
);

/** Names so many files have that the name alone says nothing. */
const COMMON = new Set(
  'index main app utils util types __init__ __main__ mod lib server handler handlers route routes page program views models'.split(
    ' ',
  ),
);

const TEST_FOLDER = /^(?:tests?|__tests__|spec|examples?|fixtures?|testdata)$/;

/** Compares whole segments from the end, never characters: `users.ts` is not the end of `admin-users.ts`. */
export function matchSuffix(
  file: string,
  folder: string,
  segments: readonly string[],
  service: string | undefined,
): SuffixMatch {
  const own = [basename(folder), ...file.slice(folder.length).split(sep)].filter(part => part !== '');
  let matched = 0;
  let sameCase = true;
  while (matched < own.length && matched < segments.length) {
    const ours = own[own.length - 1 - matched]!;
    const theirs = segments[segments.length - 1 - matched]!;
    if (ours.toLowerCase() !== theirs.toLowerCase()) break;
    sameCase &&= ours === theirs;
    matched++;
  }
  const wanted = service === undefined ? '' : plainName(service);
  const named = wanted !== '' && own.slice(0, -1).some(part => isNamedLike(part, wanted));
  const odd = own.slice(0, -matched).some(part => TEST_FOLDER.test(part));
  const rank = matched + (named ? 1.5 : 0) + (sameCase ? 0.25 : 0) - (odd ? 0.5 : 0);
  return { file, matched, rank, service: named };
}

/** `Order-Service` and `orderservice` are one name; so are `orders` and `orders-service`. */
function isNamedLike(folder: string, wanted: string): boolean {
  const plain = plainName(folder);
  return plain !== '' && plain === wanted;
}

function plainName(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const short = plain.replace(/(?:service|svc|api)$/, '');
  return short === '' ? plain : short;
}

/**
 * Why the one best match is not to be taken without asking; `undefined` where it is: two segments agree, or the name
 * alone is telling (or its folder has the service's name) and the folder it was reported in is one of deployment. Any
 * other folder that is not found here is evidence against it.
 */
export function doubtOf(match: SuffixMatch, segments: readonly string[]): string | undefined {
  if (match.matched >= 2) return undefined;
  const name = (segments[segments.length - 1] ?? '').toLowerCase();
  const stem = name.includes('.') ? name.slice(0, name.indexOf('.')) : name;
  const parent = segments[segments.length - 2]?.toLowerCase();
  if (parent !== undefined && !DEPLOYMENT.has(parent)) return `but it is not in a folder "${parent}"`;
  return COMMON.has(stem) && !match.service ? 'but many programs have a file of this name' : undefined;
}
