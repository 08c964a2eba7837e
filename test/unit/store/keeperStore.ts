import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { StoreView } from '../../../src/collector/storeView.ts';
import { bytesOfHex, parseTraceId, type TraceId } from '../../../src/model/ids.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import type { StoreWriter } from '../../../src/store/writer.ts';

/** In every string of trace `n` and in no other: what a search of bytes looks for. */
export const markOf = (n: number | string) => `<<${n}>>`;
export const idOf = (n: number): TraceId =>
  parseTraceId(createHash('sha256').update(`trace ${n}`).digest('hex').slice(0, 32))!;
export const idBytes = (n: number): Uint8Array => bytesOfHex(idOf(n))!;
const spanIdOf = (n: number, i: number) => createHash('sha256').update(`span ${n} ${i}`).digest('hex').slice(0, 16);
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** The spans `from` to `to` of trace `n`, each with a value of `size` characters besides. */
export interface Piece {
  n: number;
  from?: number;
  to?: number;
  size?: number;
}

function spanOf(n: number, i: number, size: number): object {
  const mark = markOf(n);
  return {
    traceId: idOf(n),
    spanId: spanIdOf(n, i),
    ...(i > 0 && { parentSpanId: spanIdOf(n, 0) }),
    traceState: `state=${mark}`,
    name: `${i === 0 ? 'root' : 'child'} ${mark}`,
    startTimeUnixNano: String(1_760_000_000_000_000_000n + BigInt(n * 1000 + i)),
    endTimeUnixNano: String(1_760_000_001_000_000_000n),
    attributes: [
      text(`key.${mark}`, `value ${mark}`),
      text('code.file.path', `/srv/${mark}.py`),
      text('pad', 'x'.repeat(size)),
    ],
    events: [{ name: `event ${mark}`, attributes: [text('exception.message', `message ${mark}`)] }],
    links: [{ traceId: idOf(n), spanId: spanIdOf(n, 0), attributes: [text('why', mark)] }],
    status: { code: 2, message: `status ${mark}` },
    somethingNew: mark,
  };
}

/** One request: a resource of each trace's own, and one that the spans of all of them share. */
export function traces(...pieces: Piece[]): Uint8Array {
  const spansOf = ({ n, from = 0, to = 2, size = 0 }: Piece, part: number) =>
    Array.from({ length: to - from }, (_, i) => from + i)
      .filter(i => i % 2 === part)
      .map(i => spanOf(n, i, size));
  const own = pieces.map(piece => ({
    resource: { attributes: [text('service.name', `service ${markOf(piece.n)}`)] },
    scopeSpans: [{ scope: { name: `scope ${markOf(piece.n)}`, version: '1' }, spans: spansOf(piece, 0) }],
    schemaUrl: `https://${markOf(piece.n)}/`,
  }));
  const shared = {
    resource: { attributes: [text('service.name', 'shared service'), text('host.name', 'shared host')] },
    scopeSpans: [{ scope: { name: 'shared scope' }, spans: pieces.flatMap(piece => spansOf(piece, 1)) }],
  };
  return jsonToProto('traces', Buffer.from(JSON.stringify({ resourceSpans: [...own, shared] })));
}

/** Log records of these traces, and one that belongs to none under the mark `loose`. */
export function logs(ns: readonly number[], loose?: string): Uint8Array {
  const logRecords = ns.map(n => ({
    traceId: idOf(n),
    spanId: spanIdOf(n, 0),
    severityText: markOf(n),
    body: { stringValue: `log ${markOf(n)}` },
    attributes: [text(`log.key.${markOf(n)}`, markOf(n))],
  }));
  const others = loose === undefined ? [] : [{ body: { stringValue: `log ${markOf(loose)}` } }];
  const resource = { attributes: [text('service.name', 'shared service')] };
  const scopeLogs = [{ logRecords: [...logRecords, ...others] }];
  return jsonToProto('logs', Buffer.from(JSON.stringify({ resourceLogs: [{ resource, scopeLogs }] })));
}

export function metrics(mark: string): Uint8Array {
  const metric = { name: `metric ${markOf(mark)}`, gauge: { dataPoints: [{ asInt: '1' }] } };
  return jsonToProto(
    'metrics',
    Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] })),
  );
}

/** A value that fills a segment of its own: the next request begins another. */
export const WHOLE_SEGMENT = 4 * 1024 * 1024;

/** The bytes of every file of a store, and of what is compressed in it. */
function* contentsOf(folder: string): Generator<Buffer> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // The store may be removing files meanwhile.
    if (!existsSync(path)) continue;
    const bytes = readFileSync(path);
    yield bytes;
    if (entry.name.endsWith('.zst')) yield zstdDecompressSync(bytes);
  }
}

/** Which of these marks stand anywhere in a store; numbers are traces, whose ids are looked for too. */
export function found(folder: string, marks: readonly (number | string)[]): (number | string)[] {
  const contents = [...contentsOf(folder)];
  return marks.filter(mark => {
    const needles: (string | Buffer)[] = [markOf(mark)];
    if (typeof mark === 'number') needles.push(Buffer.from(idBytes(mark)), idOf(mark));
    return contents.some(bytes => needles.some(needle => bytes.includes(needle)));
  });
}

/** What the product says of each trace: all that was sent of it as OTLP JSON, and its row in the list. */
export function readAll(folder: string, ns: readonly number[]): Map<number, unknown> {
  const view = new StoreView([folder]);
  try {
    const said = ns.flatMap(n => {
      const otlp = view.trace(idOf(n))?.otlp();
      if (otlp === undefined) return [];
      const { version, ...summary } = view.summary(idOf(n))!;
      return [[n, { otlp: JSON.parse(otlp) as unknown, summary }] as const];
    });
    return new Map(said);
  } finally {
    view.close();
  }
}

/** What the files of a store take, all of them that are there while it looks, but the room kept for the index. */
export function bytesOnDisk(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name !== 'reserve')
    .reduce(
      (sum, entry) => sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}

export function segmentNames(folder: string): string[] {
  return readdirSync(join(folder, 'segments')).sort();
}

export const commit = (writer: StoreWriter, ...bodies: Uint8Array[]) => {
  writer.commit(bodies.map(body => ({ signal: 'traces', body, receivedAt: 5 })));
};
