import assert from 'node:assert/strict';
import { hexOf } from '../../../src/model/ids.ts';
import type { LogRecord, Resource, Scope, Span } from '../../../src/model/span.ts';
import { decodeLogRecord, decodeResource, decodeScope, decodeSpan } from '../../../src/otlp/decode.ts';
import { MalformedError } from '../../../src/otlp/malformed.ts';
import { scanLogs } from '../../../src/otlp/scanLogs.ts';
import { ScanFlag, scanTraces } from '../../../src/otlp/scanTraces.ts';
import { scanSpanHead } from '../../../src/otlp/spanHead.ts';
import { messageToJson } from '../../../src/otlp/transcode.ts';

/** The answer, or `undefined` where the bytes were refused as they should be; any other error is a finding. */
export function unlessMalformed<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}

/** An item of a request as the scanner found it, and as it is decoded; `undefined` in place of a span without valid ids. */
export interface Opened<T> {
  items: (T | undefined)[];
  /** For each ResourceSpans and ScopeSpans of the request, with its items or without. */
  resources: Resource[];
  scopes: Scope[];
}

/** Opens every span that a scan of the body found, in every way there is; `undefined` where the body is refused. */
export function openTraces(body: Uint8Array): Opened<Span> | undefined {
  const scan = unlessMalformed(() => scanTraces(body));
  if (!scan) return undefined;
  const resources = scan.resources.map(({ offset, length }) => decodeResource(body, offset, length));
  const scopes = scan.scopes.map(({ offset, length }) => decodeScope(body, offset, length));
  let invalid = 0;
  const items = Array.from({ length: scan.count }, (_, i) => {
    const flags = scan.flags[i]!;
    if ((flags & ScanFlag.invalid) !== 0) {
      invalid++;
      return undefined;
    }
    const [offset, length] = [scan.offsets[i]!, scan.lengths[i]!];
    const scope = scan.scope[i]!;
    const { resource, ...place } = scan.scopes[scope]!;
    assert.ok(offset >= place.offset && offset + length <= place.offset + place.length, `span ${i} outside its scope`);
    const span = decodeSpan(body, offset, length, resources[resource]!, scopes[scope]!);
    messageToJson('Span', body.subarray(offset, offset + length));
    assert.equal(hexOf(scan.ids, 24 * i, 24), span.traceId + span.spanId, `ids of span ${i}`);
    assert.deepEqual([scan.times[2 * i], scan.times[2 * i + 1]], [span.startTimeUnixNano, span.endTimeUnixNano]);
    const name = Buffer.from(body.buffer, body.byteOffset + scan.nameOffsets[i]!, scan.nameLengths[i]!).toString();
    assert.equal(name, span.name, `name of span ${i}`);
    const parent = hexOf(scan.parents, 8 * i, 8);
    // A parent of another length is cut or filled; one of the right length is what it is.
    if (span.parentSpanId.length === 16) assert.equal(parent, span.parentSpanId, `parent of span ${i}`);
    const head = scanSpanHead(body, offset, length, scan.resources[resource]!.service);
    compareHead(span, head, flags);
    return span;
  });
  assert.equal(scan.invalid, invalid, 'the number of invalid spans');
  return { items, resources, scopes };
}

function compareHead(span: Span, head: ReturnType<typeof scanSpanHead>, flags: number): void {
  const own = { spanId: span.spanId, parentSpanId: span.parentSpanId, name: span.name, kind: span.kind };
  const { spanId, parentSpanId, name, kind } = head;
  assert.deepEqual({ spanId, parentSpanId, name, kind }, own);
  assert.deepEqual(
    [head.startTimeUnixNano, head.endTimeUnixNano],
    [span.startTimeUnixNano, span.endTimeUnixNano],
    'times of the head',
  );
  const told = [
    ['error', ScanFlag.error, head.error, span.status.code === 2],
    [
      'code',
      ScanFlag.code,
      head.hasCode,
      span.attributes.some(({ key }) => key.startsWith('code.') && key !== 'code.'),
    ],
    ['exception', ScanFlag.exception, head.hasException, span.events.some(event => event.name === 'exception')],
    ['events', ScanFlag.events, head.hasEvents, span.events.length > 0],
    ['links', ScanFlag.links, head.hasLinks, span.links.length > 0],
    ['root', ScanFlag.root, head.parentSpanId === '', span.parentSpanId === ''],
  ] as const;
  for (const [what, bit, inHead, inSpan] of told) {
    assert.deepEqual([(flags & bit) !== 0, inHead], [inSpan, inSpan], `flag ${what}`);
  }
}

/** The same for log records. */
export function openLogs(body: Uint8Array): Opened<LogRecord> | undefined {
  const scan = unlessMalformed(() => scanLogs(body));
  if (!scan) return undefined;
  const resources = scan.resources.map(({ offset, length }) => decodeResource(body, offset, length));
  const scopes = scan.scopes.map(({ offset, length }) => decodeScope(body, offset, length));
  const items = Array.from({ length: scan.count }, (_, i) => {
    const [offset, length] = [scan.offsets[i]!, scan.lengths[i]!];
    const { resource } = scan.scopes[scan.scope[i]!]!;
    const record = decodeLogRecord(body, offset, length, resources[resource]!, scopes[scan.scope[i]!]!);
    messageToJson('LogRecord', body.subarray(offset, offset + length));
    // A time of 0 that was sent is a time that was not told.
    if (record.timeUnixNano !== 0n) assert.equal(scan.times[i], record.timeUnixNano);
    const ids = [hexOf(scan.traceIds, 16 * i, 16), hexOf(scan.spanIds, 8 * i, 8)];
    if (record.traceId.length === 32) assert.equal(ids[0], record.traceId);
    if (record.spanId.length === 16) assert.equal(ids[1], record.spanId);
    return record;
  });
  return { items, resources, scopes };
}
