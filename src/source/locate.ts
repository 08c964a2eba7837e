import type { Candidate, Location, ReportedPlace } from '../model/location.ts';
import type { Span } from '../model/span.ts';
import { stringAttribute } from '../model/value.ts';
import { lastStack, placedFrames, thrownFrame } from './exceptions.ts';
import { wordOfFunction } from './functionName.ts';
import { givenFunction, givenPlace, placeOfFrame } from './given.ts';
import { readReportedPath } from './reportedPath.ts';
import { ASK_BELOW, type PathHints, type ResolvedPath, resolvePath } from './resolvePath.ts';
import type { StackFrame } from './stack/frame.ts';
import { isForeignPath } from './stack/own.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';

/** Distinct places of one exception that are looked for on disk. */
const MAX_FRAMES = 200;

/**
 * Where a span was made, or where its exception was thrown. What the span names itself goes first; a place in a
 * dependency is not the user's, so the search goes on to the frames of its last exception, the root cause's first.
 *
 * `exact` needs the whole reported path, found once, and a file that has the line. Where only the end of the path was
 * found the answer is `likely`, and it is `several` (which asks, even with one candidate) where files fit equally well
 * or something speaks against the match: a folder that is not there, a line past the end, a function the file lacks.
 */
export async function locateSpan(span: Span, files: WorkspaceFiles): Promise<Location> {
  const service = stringAttribute(span.resource.attributes, 'service.name');
  const hints: PathHints = service === undefined ? {} : { service };
  const given = givenPlace(span);
  const foreign = given !== undefined && isForeignHere(given.path, files);
  let doubtful: Location | undefined;
  if (given && !foreign) {
    const found = await locatePlace(given, files, hints);
    // A file without a line is less than the line of a throw.
    if (given.line !== undefined && isAnswer(found)) return found;
    if (found.tier !== 'none') doubtful = found;
  }
  const frames = placedFrames(span).filter(call => call.own !== false || isOwnHere(call.path, files));
  const tried = new Set<string>();
  for (const call of frames) {
    const place = `${call.line} ${call.path}`;
    if (tried.has(place)) continue;
    if (tried.add(place).size > MAX_FRAMES) break;
    const found = await locateFrame(call, files, hints);
    if (isAnswer(found)) return withThrow(found, call, span, files, hints);
    if (found.tier !== 'none') doubtful ??= found;
  }
  return doubtful ?? nowhere(span, given, foreign, frames);
}

/** A place that is the cause's and not the exception's own says so, and offers the line of the throw beside it. */
async function withThrow(
  found: Location,
  call: StackFrame,
  span: Span,
  files: WorkspaceFiles,
  hints: PathHints,
): Promise<Location> {
  const thrown = thrownFrame(span);
  if (!found.best || !thrown || (thrown.path === call.path && thrown.line === call.line)) return found;
  const { best } = await locateFrame(thrown, files, hints);
  if (!best) return found;
  const how = `The cause of this span's exception came from here${inFunction(placeOfFrame(call, 'exception'))}; the exception itself from ${files.label(best.file)}:${best.line}.`;
  const candidates = [...found.candidates, { ...best, why: ['the exception itself was thrown here', ...best.why] }];
  return { ...found, how: found.tier === 'exact' ? how : `${found.how} ${how}`, candidates };
}

/** Where a frame of a stack trace is in the workspace. */
export function locateFrame(call: StackFrame, files: WorkspaceFiles, hints: PathHints = {}): Promise<Location> {
  return locatePlace(placeOfFrame(call, 'exception'), files, hints);
}

/** Where a reported place is in the workspace. */
export async function locatePlace(
  reported: ReportedPlace,
  files: WorkspaceFiles,
  hints: PathHints = {},
): Promise<Location> {
  const paths = reported.path === '' ? [] : await resolvePath(reported.path, files, hints);
  const found = await Promise.all(paths.map(path => candidateOf(path, reported, files)));
  const best = found[0];
  if (!best) {
    const how = `No location in this span: the file it reports, ${quoted(reported.path)}, is not in this workspace.`;
    return { tier: 'none', how, candidates: [], reported };
  }
  const candidates = found.map(one => one.candidate);
  const sure = found.length === 1 && best.candidate.score >= ASK_BELOW;
  if (!sure) {
    return { tier: 'several', how: whyAsk(found.length, best.doubt, reported), candidates, reported };
  }
  const exact = paths[0]!.how === 'exact' && reported.line !== undefined;
  const how = exact ? whyExact(reported) : whyLikely(reported, best.candidate, files);
  return { tier: exact ? 'exact' : 'likely', how, best: best.candidate, candidates, reported };
}

/**
 * A dependency's path, unless it is one only by the folders above the workspace: a checkout may lie in a `vendor` or be
 * a package opened where it is installed.
 */
function isForeignHere(path: string, files: WorkspaceFiles): boolean {
  return isForeignPath(path) && !isOwnHere(path, files);
}

function isOwnHere(path: string, files: WorkspaceFiles): boolean {
  for (const absolute of readReportedPath(path).absolute) {
    const way = files.below(absolute);
    if (way !== undefined) return !isForeignPath(way);
  }
  return false;
}

interface Judged {
  candidate: Candidate;
  /** What speaks against opening it unasked, as the end of a sentence. */
  doubt?: string;
}

async function candidateOf(path: ResolvedPath, reported: ReportedPlace, files: WorkspaceFiles): Promise<Judged> {
  const candidate: Candidate = { file: path.file, line: reported.line ?? 1, score: path.score, why: [...path.why] };
  if (reported.column !== undefined) candidate.column = reported.column;
  const text = await files.text(path.file);
  // A file too large to be read is taken at its word.
  if (text === undefined) return { candidate };
  const lines = lineCount(text);
  if (candidate.line > lines) {
    const doubt = `${files.label(path.file)} has only ${lines} lines and line ${candidate.line} is reported: it has changed since`;
    delete candidate.column;
    Object.assign(candidate, { line: lines, score: Math.min(candidate.score, 0.2) });
    candidate.why.push('but the file has fewer lines');
    return { candidate, doubt };
  }
  const word = path.how === 'suffix' && reported.function ? wordOfFunction(reported.function) : undefined;
  if (word !== undefined && !text.includes(word)) {
    candidate.score = Math.min(candidate.score, 0.3);
    candidate.why.push(`but the file has no "${word}"`);
    return { candidate, doubt: `${files.label(path.file)} ends like the reported path but has no "${word}"` };
  }
  return { candidate };
}

function lineCount(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  // A newline at the end does not begin a line that code could be on.
  return text.endsWith('\n') ? Math.max(1, lines - 1) : lines;
}

/** Good enough to stop searching: a place to open, or files that truly fit equally well. */
function isAnswer(found: Location): boolean {
  return found.best !== undefined || found.candidates.some(one => one.score >= ASK_BELOW);
}

function whyExact(reported: ReportedPlace): string {
  if (reported.source === 'attributes') return 'The program reported this line when it made the span.';
  return `The exception of this span came from here${inFunction(reported)}.`;
}

function whyLikely(reported: ReportedPlace, candidate: Candidate, files: WorkspaceFiles): string {
  const file = files.label(candidate.file);
  if (reported.line === undefined) return `The program reported the file ${file} for this span, but no line.`;
  const what = reported.source === 'attributes' ? 'The program reported' : 'The exception of this span came from';
  return `${what} line ${reported.line} of ${quoted(reported.path)}; ${file} fits best: ${candidate.why.join(', ')}.`;
}

function whyAsk(count: number, doubt: string | undefined, reported: ReportedPlace): string {
  if (count > 1) return `${count} files of this workspace fit the reported path ${quoted(reported.path)} equally well.`;
  if (doubt !== undefined) return `Perhaps not this line: ${doubt}.`;
  return `Only a file with the same end was found for the reported path ${quoted(reported.path)}.`;
}

function nowhere(
  span: Span,
  given: ReportedPlace | undefined,
  foreign: boolean,
  frames: readonly StackFrame[],
): Location {
  const reported = given ?? (frames[0] && placeOfFrame(frames[0], 'exception'));
  const how = `No location in this span: ${whyNowhere(span, reported, foreign)}.`;
  return reported ? { tier: 'none', how, candidates: [], reported } : { tier: 'none', how, candidates: [] };
}

function whyNowhere(span: Span, reported: ReportedPlace | undefined, foreign: boolean): string {
  if (reported && foreign) return `the place it reports, ${quoted(reported.path)}, is in a dependency`;
  if (reported) return `the file it reports, ${quoted(reported.path)}, is not in this workspace`;
  if (lastStack(span) !== undefined) return 'the stack trace of its exception names no file of yours';
  const name = givenFunction(span);
  if (name !== undefined) return `it names the function ${quoted(name)}, but no file`;
  return 'it has no code attributes and no exception with a stack trace';
}

function inFunction(reported: ReportedPlace): string {
  return reported.function ? `, in ${quoted(reported.function)}` : '';
}

/** Reported text in a sentence: one line of bearable length, its end kept, since that is what tells paths apart. */
function quoted(text: string): string {
  const plain = text.replace(/\p{Cc}/gu, ' ');
  return plain.length > 120 ? `"…${plain.slice(-119)}"` : `"${plain}"`;
}
