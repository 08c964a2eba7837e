import assert from 'node:assert/strict';
import { hexOf } from '../../../src/model/ids.ts';
import { decodeLogRecord, decodeResource, decodeScope, decodeSpan } from '../../../src/otlp/decode.ts';
import { MalformedError } from '../../../src/otlp/malformed.ts';
import { scanLogs } from '../../../src/otlp/scanLogs.ts';
import { countMetricPoints } from '../../../src/otlp/scanMetrics.ts';
import { ScanFlag, scanTraces } from '../../../src/otlp/scanTraces.ts';
import type { Signal } from '../../../src/otlp/schema.ts';
import { scanSpanHead } from '../../../src/otlp/spanHead.ts';
import { jsonToProto, messageToJson, protoToJson } from '../../../src/otlp/transcode.ts';
import { REQUESTS, SIGNALS, utf8 } from './samples.ts';

/** For each signal on each wire. */
const CASES = 5_000;
/** Milliseconds; a case takes far less than one, but a busy machine may stop in the middle of it. */
const PER_CASE = 2_000;

/** A small generator (mulberry32) with a fixed seed, so that a case that fails can be run again. */
function randoms(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A valid body with a few bytes changed, cut out, doubled, moved or cut off. */
function mutated(body: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = Buffer.from(body);
  for (let i = random(4); i >= 0; i--) {
    const at = random(bytes.length);
    const length = 1 + random(Math.min(40, bytes.length - at));
    switch (random(6)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at]! ^= 1 << random(8);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      case 4:
        bytes.fill([0x00, 0x7f, 0x80, 0xff][random(4)]!, at, at + length);
        break;
      case 5:
        if (random(8) === 0) bytes = bytes.subarray(0, at + 1);
    }
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

/** The answer, or `undefined` where it was refused as it should be. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}

/** What the scanner accepts can be opened, in every way, and all readers agree on it. */
function openTraces(body: Uint8Array): boolean {
  const scan = attempt(() => scanTraces(body));
  if (!scan) return false;
  for (let i = 0; i < scan.count; i++) {
    const flags: number = scan.flags[i]!;
    if ((flags & ScanFlag.invalid) !== 0) continue;
    const [offset, length] = [scan.offsets[i]!, scan.lengths[i]!];
    const scope = scan.scopes[scan.scope[i]!]!;
    const resource = scan.resources[scope.resource]!;
    const span = decodeSpan(
      body,
      offset,
      length,
      decodeResource(body, resource.offset, resource.length),
      decodeScope(body, scope.offset, scope.length),
    );
    const head = scanSpanHead(body, offset, length, resource.service);
    messageToJson('Span', body.subarray(offset, offset + length));
    assert.equal(span.traceId + span.spanId, hexOf(scan.ids, 24 * i, 24));
    assert.equal(head.spanId, span.spanId);
    assert.equal(head.parentSpanId, span.parentSpanId);
    assert.equal(head.name, span.name);
    assert.equal(head.kind, span.kind);
    assert.deepEqual([scan.times[2 * i], scan.times[2 * i + 1]], [span.startTimeUnixNano, span.endTimeUnixNano]);
    assert.deepEqual([head.startTimeUnixNano, head.endTimeUnixNano], [span.startTimeUnixNano, span.endTimeUnixNano]);
    const told = [
      [ScanFlag.error, head.error, span.status.code === 2],
      [ScanFlag.code, head.hasCode, span.attributes.some(({ key }) => key.startsWith('code.') && key !== 'code.')],
      [ScanFlag.exception, head.hasException, span.events.some(({ name }) => name === 'exception')],
      [ScanFlag.events, head.hasEvents, span.events.length > 0],
      [ScanFlag.links, head.hasLinks, span.links.length > 0],
      [ScanFlag.root, head.parentSpanId === '', span.parentSpanId === ''],
    ] as const;
    for (const [bit, inHead, inSpan] of told) assert.deepEqual([(flags & bit) !== 0, inHead], [inSpan, inSpan]);
  }
  return true;
}

function openLogs(body: Uint8Array): boolean {
  const scan = attempt(() => scanLogs(body));
  if (!scan) return false;
  for (let i = 0; i < scan.count; i++) {
    const scope = scan.scopes[scan.scope[i]!]!;
    const resource = scan.resources[scope.resource]!;
    const record = decodeLogRecord(
      body,
      scan.offsets[i]!,
      scan.lengths[i]!,
      decodeResource(body, resource.offset, resource.length),
      decodeScope(body, scope.offset, scope.length),
    );
    assert.equal(scan.times[i], record.timeUnixNano || record.observedTimeUnixNano);
  }
  return true;
}

function openMetrics(body: Uint8Array): boolean {
  return attempt(() => countMetricPoints(body)) !== undefined;
}

const OPENERS: Record<Signal, (body: Uint8Array) => boolean> = {
  traces: openTraces,
  logs: openLogs,
  metrics: openMetrics,
};

describe('hostile bytes', function () {
  this.timeout(120_000);

  for (const [s, signal] of SIGNALS.entries()) {
    const valid = jsonToProto(signal, utf8(REQUESTS[signal]));

    it(`in ${signal} as protobuf are taken by every reader or refused with a reason`, () => {
      const random = randoms(s + 1);
      let accepted = 0;
      for (let i = 0; i < CASES; i++) {
        const body = mutated(valid, random);
        const began = performance.now();
        const opened = OPENERS[signal](body);
        const json = attempt(() => protoToJson(signal, body));
        // Spans without ids are refused one by one, so that a request with a broken one is not broken.
        if (opened && signal !== 'traces')
          assert.notEqual(json, undefined, `case ${i} was accepted but cannot be shown`);
        if (json !== undefined) {
          // What is shown is JSON, and says the same when it is read again.
          JSON.parse(json);
          assert.equal(protoToJson(signal, jsonToProto(signal, utf8(json))), json, `case ${i}`);
          accepted++;
        }
        assert.ok(performance.now() - began < PER_CASE, `case ${i} took too long`);
      }
      assert.ok(accepted > CASES / 50 && accepted < CASES, `${accepted} of ${CASES} accepted`);
    });

    it(`in ${signal} as JSON are taken or refused with a reason`, () => {
      const random = randoms(s + 11);
      const text = utf8(REQUESTS[signal]);
      let accepted = 0;
      for (let i = 0; i < CASES; i++) {
        const body = mutated(text, random);
        const bytes = attempt(() => jsonToProto(signal, body));
        if (!bytes) continue;
        accepted++;
        JSON.parse(Buffer.from(body).toString());
        assert.ok(OPENERS[signal](bytes), `case ${i} was accepted but the scanner refuses it`);
        const json = protoToJson(signal, bytes);
        assert.equal(protoToJson(signal, jsonToProto(signal, utf8(json))), json, `case ${i}`);
      }
      assert.ok(accepted > CASES / 50 && accepted < CASES, `${accepted} of ${CASES} accepted`);
    });
  }

  it('never stop a reader for long', () => {
    const bombs: Record<string, Uint8Array> = {
      'a key sent a million times': utf8(`{${'"resourceSpans":[],'.repeat(1_000_000)}"x":1}`),
      'a million unknown keys': utf8(`{${'"x":1,'.repeat(1_000_000)}"x":1}`),
      'a million empty events': utf8(
        `{"resourceSpans":[{"scopeSpans":[{"spans":[{"events":[${'{},'.repeat(1_000_000)}{}]}]}]}]}`,
      ),
      'a number of a million digits': utf8(
        `{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":${'9'.repeat(1_000_000)}}]}]}]}`,
      ),
    };
    for (const [what, body] of Object.entries(bombs)) {
      const began = performance.now();
      const bytes = attempt(() => jsonToProto('traces', body));
      if (bytes) protoToJson('traces', bytes);
      assert.ok(performance.now() - began < 10_000, `${what} took ${performance.now() - began} ms`);
    }
    // A value that changes its mind a million times, with unknown members between.
    const flips = Buffer.alloc(4_000_000);
    for (let i = 0; i < flips.length; i += 4) flips.set([0x10, 0x01, 0x18, 0x02], i);
    const began = performance.now();
    assert.equal(messageToJson('AnyValue', flips), '{"intValue":"2"}');
    assert.ok(performance.now() - began < 10_000);
  });
});
