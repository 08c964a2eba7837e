import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { decodeRequest } from '../collector/decodeRequest.ts';
import type { Candidate, Location } from '../model/location.ts';
import type { Span } from '../model/span.ts';
import { oneLine, terminalJson } from '../model/text.ts';
import { UserError } from '../model/userError.ts';
import { MalformedError } from '../otlp/malformed.ts';
import { jsonToProto } from '../otlp/transcode.ts';
import { locateSpan } from '../source/locate.ts';
import { WorkspaceFiles } from '../source/workspaceFiles.ts';
import { openView } from './storage.ts';
import { traceIdOf } from './trace.ts';

interface LocateOptions {
  all?: boolean;
  otlp?: string;
  storage?: string;
  workspace?: string;
  json?: boolean;
}

/** Prints where each span was made, a line a span. */
export async function locate(idText: string | undefined, options: LocateOptions): Promise<void> {
  if ([idText !== undefined, options.all === true, options.otlp !== undefined].filter(Boolean).length !== 1) {
    throw new UserError('Name one of these: a trace id, --all, or --otlp with a file.');
  }
  const folder = resolve(options.workspace ?? '.');
  const isFolder = await stat(folder).then(
    entry => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new UserError(`${folder} is no folder. --workspace names the folder to look in.`);
  const files = new WorkspaceFiles([folder]);
  for await (const span of options.otlp === undefined ? storedSpans(idText, options) : fileSpans(options.otlp)) {
    const location = await locateSpan(span, files);
    const line = options.json
      ? terminalJson(JSON.stringify(toJson(span, location, folder)))
      : toText(span, location, folder);
    process.stdout.write(`${line}\n`);
  }
}

async function* storedSpans(idText: string | undefined, options: LocateOptions): AsyncGenerator<Span> {
  const { storage, workspace } = options;
  const view = await openView(storage ? { storage } : workspace ? { workspace } : {});
  try {
    if (idText !== undefined) {
      const traceId = traceIdOf(idText);
      const content = view.trace(traceId);
      if (!content)
        throw new UserError(`There is no trace ${traceId} in this store. "spanside traces" lists what there is.`);
      yield* content.spans();
      return;
    }
    let after: string | undefined;
    do {
      const page = view.list({ limit: 500, ...(after !== undefined && { after }) });
      for (const { traceId } of page.traces) yield* view.trace(traceId)?.spans() ?? [];
      after = page.next;
    } while (after !== undefined);
  } finally {
    view.close();
  }
}

async function* fileSpans(file: string): AsyncGenerator<Span> {
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() !== '') yield* decodeRequest(jsonToProto('traces', Buffer.from(line)));
    }
  } catch (error) {
    if (error instanceof MalformedError) throw new UserError(`${file}, line ${number}: ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES') {
      throw new UserError(`${file} cannot be read (${code}). --otlp names a file with one OTLP JSON request a line.`);
    }
    throw error;
  }
}

function toJson(span: Span, location: Location, folder: string): object {
  const { best } = location;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    name: span.name,
    tier: location.tier,
    how: location.how,
    ...(best && { file: within(folder, best), line: best.line }),
    ...(best?.column !== undefined && { column: best.column }),
    candidates: location.candidates.map(candidate => ({
      file: within(folder, candidate),
      line: candidate.line,
      score: candidate.score,
      why: candidate.why,
    })),
  };
}

function toText(span: Span, location: Location, folder: string): string {
  const { best, tier } = location;
  const place = best ? `${within(folder, best)}:${best.line}` : '-';
  return `${span.spanId}  ${tier.padEnd(7)}  ${place}  ${oneLine(span.name, 80)}  (${oneLine(location.how, 200)})`;
}

/** The file relative to the folder, with slashes on every system. */
function within(folder: string, { file }: Candidate): string {
  return relative(folder, file).split(sep).join('/');
}
