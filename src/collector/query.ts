import { parentPort, workerData } from 'node:worker_threads';
import { parseTraceId, type SpanId, type TraceId } from '../model/ids.ts';
import { messageToJson } from '../otlp/transcode.ts';
import type { TraceQuery } from './api.ts';
import { spanDetails } from './details.ts';
import { bytesOfFolder } from './folderBytes.ts';
import { serve } from './rpc.ts';
import { SiteIndex } from './siteIndex.ts';
import { StoreView } from './storeView.ts';
import type { TraceContent } from './traceContent.ts';

/** What the query worker is started with. */
export interface QueryWorkerData {
  /** The workspace's own store first, then those of its siblings. */
  folders: string[];
}

/** What the worker says unasked. */
export type QueryEvent =
  | { type: 'indexDamaged'; reason: string }
  | { type: 'segmentDamaged'; folder: string; segment: number };

const send = (event: QueryEvent): void => parentPort?.postMessage({ event });

const view = new StoreView((workerData as QueryWorkerData).folders, {
  index: reason => send({ type: 'indexDamaged', reason }),
  segment: (folder, segment) => send({ type: 'segmentDamaged', folder, segment }),
});
const sites = new SiteIndex();
/** The trace that was asked for last: people look at one span of it after the other. */
let last: { state: string; content: TraceContent } | undefined;

function contentOf(traceId: TraceId): TraceContent | undefined {
  // Version by store: a store that has been merged into another takes its content along.
  const versions = view.reading(() =>
    view.readers().map(reader => `${reader.folder} ${reader.summary(traceId)?.version}`),
  );
  const state = [traceId, ...versions].join('\n');
  if (last?.state === state) return last.content;
  const content = view.trace(traceId);
  last = content && { state, content };
  return content;
}

function isKnown(traceId: string): boolean {
  const parsed = parseTraceId(traceId);
  return parsed !== undefined && view.summary(parsed) !== undefined;
}

const handlers = {
  list: (query: TraceQuery) => view.list(query),
  services: () => view.services(),
  summary: (traceId: TraceId) => view.summary(traceId),
  columns: (traceId: TraceId) => contentOf(traceId)?.columns(),
  otlp: (traceId: TraceId) => contentOf(traceId)?.otlp(),
  sites: (known?: number) => view.reading(() => sites.report(view.readers(), known)),
  siteSpans: (places: { path: string; line: number }[]) =>
    // Of a trace that was removed they may still be known for a while.
    view.reading(() => sites.spans(places).filter(({ traceId }) => isKnown(traceId))),
  span: (traceId: TraceId, spanId: SpanId) => {
    const found = contentOf(traceId)?.span(spanId);
    return found && { span: found.span, details: spanDetails({ ...found, isKnown }) };
  },
  rawSpan: (traceId: TraceId, spanId: SpanId) => {
    const found = contentOf(traceId)?.span(spanId);
    return found && messageToJson('Span', found.bytes, 2);
  },
  trace: (traceId: TraceId) => {
    const content = contentOf(traceId);
    if (!content) return undefined;
    const { summary } = content;
    return { summary, spans: content.spans(), logs: content.logs(), warnings: content.columns().warnings };
  },
  info: () =>
    view.reading(() => {
      const [own, ...others] = view.readers();
      const { spans, oldest } = own?.totals() ?? { spans: 0, oldest: undefined };
      return {
        traces: own?.traceCount() ?? 0,
        spans,
        ...(oldest !== undefined && { oldest }),
        bytes: own ? bytesOfFolder(own.folder) : 0,
        alsoReading: others.map(reader => reader.folder),
      };
    }),
};

export type QueryHandlers = typeof handlers;

if (parentPort) serve(parentPort, handlers);
