import { Cursor } from './cursor.ts';
import { WireType } from './field.ts';
import { Sink } from './sink.ts';

/** A stretch of a body. */
export interface Stretch {
  offset: number;
  length: number;
}

/** The ScopeSpans or ScopeLogs payload, and the payloads of the spans or log records that are wanted of it. */
export interface SpliceScope extends Stretch {
  spans: readonly Stretch[];
}

/** The ResourceSpans or ResourceLogs payload, and the scopes that are wanted of it. */
export interface SpliceResource extends Stretch {
  scopes: readonly SpliceScope[];
}

/** What is wanted of one stored request. */
export interface SplicePart {
  body: Uint8Array;
  resources: readonly SpliceResource[];
}

const RESOURCES = 1;
const SCOPES = 2;
const ITEMS = 2;

/**
 * One ExportTraceServiceRequest out of chosen spans of stored requests, copied byte by byte. Everything else that the
 * messages around them hold is kept: resource, scope, schema URLs, unknown fields, those of the request too. Throws
 * `MalformedError`.
 */
export function spliceTraces(parts: readonly SplicePart[]): Uint8Array<ArrayBuffer> {
  return splice(parts);
}

/** One ExportLogsServiceRequest out of chosen log records, which the parts call spans: the two share their numbers. */
export function spliceLogs(parts: readonly SplicePart[]): Uint8Array<ArrayBuffer> {
  return splice(parts);
}

function splice(parts: readonly SplicePart[]): Uint8Array<ArrayBuffer> {
  const sink = new Sink();
  for (const { body, resources } of parts) {
    for (const resource of resources) {
      sink.tag(RESOURCES, WireType.length);
      const resourceStart = sink.open();
      copyOthers(sink, body, resource, SCOPES);
      for (const scope of resource.scopes) {
        sink.tag(SCOPES, WireType.length);
        const scopeStart = sink.open();
        copyOthers(sink, body, scope, ITEMS);
        for (const span of scope.spans) {
          sink.tag(ITEMS, WireType.length);
          sink.uint32(span.length);
          sink.raw(body.subarray(span.offset, span.offset + span.length));
        }
        sink.close(scopeStart);
      }
      sink.close(resourceStart);
    }
    copyOthers(sink, body, { offset: 0, length: body.length }, RESOURCES);
  }
  return sink.finish();
}

/** Copies the fields of a message, all but the list with the number `list`. */
function copyOthers(sink: Sink, body: Uint8Array, message: Stretch, list: number): void {
  const cursor = new Cursor(body, message.offset);
  const end = message.offset + message.length;
  const listTag = (list << 3) | WireType.length;
  while (cursor.position < end) {
    const start = cursor.position;
    const tag = cursor.tag(end);
    cursor.skip(tag, end);
    if (tag !== listTag) sink.raw(body.subarray(start, cursor.position));
  }
}
