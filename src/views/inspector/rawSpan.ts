import type { CollectorApi } from '../../collector/api.ts';
import { parseSpanId, parseTraceId } from '../../model/ids.ts';

/** The path of the document that holds a span. */
export function rawSpanPath(traceId: string, spanId: string): string {
  return `/${traceId}/${spanId}.json`;
}

/** The text of the document at `path`: the whole span, or a sentence; JSON in either case, since its name says so. */
export async function rawSpanText(collector: Pick<CollectorApi, 'rawSpan'>, path: string): Promise<string> {
  const [, trace = '', span = ''] = /^\/([0-9a-f]{32})\/([0-9a-f]{16})\.json$/.exec(path) ?? [];
  const traceId = parseTraceId(trace);
  const spanId = parseSpanId(span);
  const raw = traceId && spanId && (await collector.rawSpan(traceId, spanId));
  return raw ?? `${JSON.stringify('This span is not in the store any more.')}\n`;
}
