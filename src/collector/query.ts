import { parentPort, workerData } from 'node:worker_threads';
import type { SpanId, TraceId } from '../model/ids.ts';
import { parseTraceId } from '../model/ids.ts';
import type { TraceQuery } from './api.ts';
import { spanDetails } from './details.ts';
import { serve } from './rpc.ts';
import { SiteIndex } from './siteIndex.ts';
import { StoreView } from './storeView.ts';

/** What the query worker is started with. */
export interface QueryWorkerData {
  /** The workspace's own store first, then those of its siblings. */
  folders: string[];
}

const view = new StoreView((workerData as QueryWorkerData).folders);
const sites = new SiteIndex();

const handlers = {
  list: (query: TraceQuery) => view.list(query),
  services: (text?: string) => view.services(text),
  summary: (traceId: TraceId) => view.summary(traceId),
  columns: (traceId: TraceId) => view.trace(traceId)?.columns(),
  otlp: (traceId: TraceId) => view.trace(traceId)?.otlp(),
  sites: () => sites.read(view.readers()),
  span: (traceId: TraceId, spanId: SpanId) => {
    const found = view.trace(traceId)?.span(spanId);
    return found && { span: found.span, logs: found.logs };
  },
  spanDetails: (traceId: TraceId, spanId: SpanId) => {
    const found = view.trace(traceId)?.span(spanId);
    if (!found) return undefined;
    const isKnown = (id: string) => {
      const parsed = parseTraceId(id);
      return parsed !== undefined && view.summary(parsed) !== undefined;
    };
    return spanDetails({ ...found, isKnown });
  },
  trace: (traceId: TraceId) => {
    const content = view.trace(traceId);
    if (!content) return undefined;
    return {
      summary: content.summary,
      spans: content.spans(),
      logs: content.logs(),
      warnings: content.columns().warnings,
    };
  },
  info: () => {
    const [own, ...others] = view.readers();
    return {
      traces: own?.traceCount() ?? 0,
      bytes: own?.segments().reduce((sum, { bytes }) => sum + bytes, 0) ?? 0,
      alsoReading: others.map(reader => reader.folder),
    };
  },
};

export type QueryHandlers = typeof handlers;

if (parentPort) serve(parentPort, handlers);
