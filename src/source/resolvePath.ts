import { join } from 'node:path';
import { findInGoModule } from './goModules.ts';
import { below } from './insideFolders.ts';
import { isOfPackage, isPackagePath } from './jvmPackage.ts';
import { type ReportedPath, readReportedPath } from './reportedPath.ts';
import { doubtOf, matchSuffix, type SuffixMatch } from './suffix.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';

/** A file of the workspace that a reported path may mean. */
export interface ResolvedPath {
  /** Absolute, as the workspace spells it. */
  file: string;
  /** `exact`: the whole reported path was found, and found once. `suffix`: only its end was. */
  how: 'exact' | 'suffix';
  /** From 0 to 1; below {@link ASK_BELOW} it is not to be opened without asking. */
  score: number;
  why: string[];
}

export interface PathHints {
  /** The `service.name` of the span: decides between equal files where a folder has that name. */
  service?: string;
}

export const ASK_BELOW = 0.5;
const MAX_CANDIDATES = 20;
/** Files of one name that are read for their package. */
const MAX_PACKAGES = 200;

/**
 * The files of the workspace a reported path may mean: none, one, or several that fit equally well. The path may be of
 * another machine, another system, a container, a build or a bundle. Nothing outside the folders is touched.
 */
export async function resolvePath(
  reported: string,
  files: WorkspaceFiles,
  hints: PathHints = {},
): Promise<ResolvedPath[]> {
  const path = readReportedPath(reported);
  if (path.segments.length === 0) return [];
  for (const absolute of path.absolute) {
    const file = await files.find(absolute);
    if (file !== undefined) return [exact(file, 'the reported path is this file')];
  }
  if (path.relative) {
    const module = await findInGoModule(path.segments, files);
    if (module.file !== undefined) return [exact(module.file, 'the path in its Go module')];
    if (module.foreign) return [];
  }
  return bySuffix(path, files, hints);
}

async function bySuffix(path: ReportedPath, files: WorkspaceFiles, hints: PathHints): Promise<ResolvedPath[]> {
  const { segments } = path;
  const service = hints.service ?? path.project;
  const { candidates, atRoot } = await candidatesOf(path, files);
  const matches = candidates.map(file => matchSuffix(file, folderOf(file, files), segments, service));
  const top = matches.reduce((most, match) => Math.max(most, match.rank), 0);
  const best = matches.filter(match => match.rank === top);
  // A relative path of a monorepo is whole in several packages, and which of them it is relative to is not said: such
  // files are equals, whatever else speaks for one of them, unless that is the service's name.
  const whole = path.relative ? matches.filter(match => match.matched >= segments.length) : [];
  const rivals = whole.length > 1 && !best.some(match => match.service) ? whole : best;
  if (rivals.length === 1 && path.relative && !path.transformed && whole.length === 1) {
    if (segments.length >= 2 || atRoot.has(rivals[0]!.file)) {
      return [{ ...exact(rivals[0]!.file, 'the only file with the whole reported path'), score: 0.95 }];
    }
  }
  return rivals.slice(0, MAX_CANDIDATES).map(match => judged(match, path, rivals.length === 1, files));
}

/** The files the path may mean by its name; those that lie at it from the root of a folder are given apart as well. */
async function candidatesOf(
  path: ReportedPath,
  files: WorkspaceFiles,
): Promise<{ candidates: string[]; atRoot: Set<string> }> {
  const { segments } = path;
  const atRoot = new Set<string>();
  // Build outputs are not in the index, but a program that names one from its own folder means it.
  for (const folder of path.relative ? files.folders : []) {
    const file = await files.find(join(folder, ...segments));
    if (file !== undefined) atRoot.add(file);
  }
  const candidates = [...new Set([...atRoot, ...(await files.named(segments[segments.length - 1]!))])];
  if (!path.relative || !isPackagePath(segments)) return { candidates, atRoot };
  const ofPackage: string[] = [];
  for (const file of candidates.slice(0, MAX_PACKAGES)) {
    if (await isOfPackage(file, segments, files)) ofPackage.push(file);
  }
  return { candidates: ofPackage, atRoot };
}

function judged(match: SuffixMatch, path: ReportedPath, alone: boolean, files: WorkspaceFiles): ResolvedPath {
  const { file, matched } = match;
  const why = [matched === 1 ? 'the same file name' : `the last ${matched} segments of the path are the same`];
  if (match.service) why.push('a folder is named like the service');
  if (alone) why.push('no other file fits as well');
  const doubt = path.transformed
    ? 'but the line is that of the transformed file'
    : isOfThisWorkspace(path, files)
      ? 'but the path it reports was in this workspace and is not there now'
      : isPackagePath(path.segments) && path.relative
        ? undefined
        : doubtOf(match, path.segments);
  if (doubt !== undefined) return { file, how: 'suffix', score: 0.3, why: [...why, doubt] };
  return { file, how: 'suffix', score: Math.min(0.9, 0.5 + 0.1 * matched), why };
}

function exact(file: string, why: string): ResolvedPath {
  return { file, how: 'exact', score: 1, why: [why] };
}

/** Whether the path is of this very workspace; where it was not found there, the file was moved or deleted. */
function isOfThisWorkspace(path: ReportedPath, files: WorkspaceFiles): boolean {
  return path.absolute.some(one => files.below(one) !== undefined);
}

/** The innermost folder of the workspace that holds the file. */
function folderOf(file: string, files: WorkspaceFiles): string {
  let found = '';
  for (const folder of files.folders) {
    if (folder.length > found.length && below(folder, file) !== undefined) found = folder;
  }
  return found;
}
