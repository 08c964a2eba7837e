import type { CollectorApi } from '../../collector/api.ts';
import { hexOf, parseSpanId, parseTraceId, type SpanId, type TraceId } from '../../model/ids.ts';
import { plainValue } from '../../model/plainValue.ts';
import type { AnyValue } from '../../model/value.ts';
import { isValuePlace, valueAt } from '../../model/valuePlace.ts';

const GONE = 'This span is not in the store any more.';

/** The path of the document that holds a span. */
export function rawSpanPath(traceId: string, spanId: string): string {
  return `/${traceId}/${spanId}.json`;
}

/** The path of the document that holds one value of a span; `place` as `isValuePlace` has it. */
export function valuePath(traceId: string, spanId: string, place: string): string {
  return `/${traceId}/${spanId}/${place}.txt`;
}

/** The text of the document at `path`: a whole span as JSON, one whole value of it, or a sentence. */
export async function documentText(collector: Pick<CollectorApi, 'rawSpan' | 'span'>, path: string): Promise<string> {
  const [, trace = '', span = '', place] =
    /^\/([0-9a-f]{32})\/([0-9a-f]{16})(?:\.json|\/([a-z]+(?:\/\d+){1,2})\.txt)$/.exec(path) ?? [];
  const traceId = parseTraceId(trace);
  const spanId = parseSpanId(span);
  if (place !== undefined) return (traceId && spanId && (await valueText(collector, traceId, spanId, place))) ?? GONE;
  const raw = traceId && spanId && (await collector.rawSpan(traceId, spanId));
  // JSON in either case, since the name of the document says so.
  return raw ?? `${JSON.stringify(GONE)}\n`;
}

async function valueText(
  collector: Pick<CollectorApi, 'span'>,
  traceId: TraceId,
  spanId: SpanId,
  place: string,
): Promise<string | undefined> {
  if (!isValuePlace(place)) return undefined;
  const found = await collector.span(traceId, spanId);
  const attribute = found && valueAt(found.span, place);
  return attribute && textOf(attribute.value);
}

/** All of a value: text as it is, bytes as hexadecimal digits, a list or a map as JSON. */
function textOf(value: AnyValue): string {
  if (value.type === 'string') return value.value;
  return value.type === 'bytes' ? hexOf(value.value) : JSON.stringify(plainValue(value), undefined, 2);
}
