import { serviceOf } from '../model/span.ts';
import { decodeResource } from '../otlp/decode.ts';
import { hashBytes } from '../otlp/hash.ts';
import type { LogScan } from '../otlp/scanLogs.ts';
import { ScanFlag, type TraceScan } from '../otlp/scanTraces.ts';
import { scanSpanHead } from '../otlp/spanHead.ts';
import { effectiveEntries, entriesOf } from './effectiveSpans.ts';
import { EntryBuffer, keyOf, LOCATED_ENTRY, LOG_ENTRY, NO_SPAN, SPAN_ENTRY } from './entries.ts';
import { readSegment, type SegmentFile } from './segmentFile.ts';
import type { TraceState } from './traceState.ts';
import type { TraceStates } from './traceStates.ts';
import type { WriteRequest, WriteResult } from './writeRequest.ts';

/** A trace that the commit adds to. */
export interface TouchedTrace {
  /** 16 bytes. */
  id: Uint8Array;
  state: TraceState;
  spans?: EntryBuffer;
  logs?: EntryBuffer;
  /** A span came again with other content, so that the summary has to be counted anew. */
  changed: boolean;
}

/** What one commit will write: requests go into the segment, spans and logs into packed entries by trace. */
export class CommitPlan {
  readonly traces = new Map<string, TouchedTrace>();
  readonly located = new EntryBuffer(LOCATED_ENTRY);
  /** Hashes of logs and metrics requests, by their hexadecimal text. */
  readonly bodies = new Map<string, Uint8Array>();
  requests = 0;
  spans = 0;
  logs = 0;
  points = 0;
  /** Traces whose first span this commit brings. */
  newTraces = 0;
  readonly #states: TraceStates;
  readonly #segment: SegmentFile;
  readonly #folder: string;
  readonly #only: ((traceKey: string) => boolean) | undefined;

  constructor(folder: string, states: TraceStates, segment: SegmentFile, only?: (traceKey: string) => boolean) {
    this.#folder = folder;
    this.#states = states;
    this.#segment = segment;
    this.#only = only;
  }

  addTraces(request: WriteRequest, scan: TraceScan): WriteResult {
    const { body, receivedAt } = request;
    const ids = new DataView(scan.ids.buffer, scan.ids.byteOffset, scan.ids.byteLength);
    let base = -1;
    let stored = 0;
    let key = '';
    let touched: TouchedTrace | undefined;
    for (let i = 0; i < scan.count; i++) {
      const flags = scan.flags[i] ?? 0;
      if (flags & ScanFlag.invalid) continue;
      const at = i * 24;
      // Spans of one trace stand together as a rule: look it up once.
      if (!touched || !sameBytes(touched.id, scan.ids, at)) {
        key = keyOf(scan.ids, at, 16);
        touched =
          this.#only && !this.#only(key) ? undefined : this.#touch(key, scan.ids.slice(at, at + 16), receivedAt);
        if (!touched) continue;
      }
      const offset = scan.offsets[i] ?? 0;
      const length = scan.lengths[i] ?? 0;
      const hash = hashBytes(body, offset, length);
      const novelty = touched.state.known.add(ids.getBigUint64(at + 16, true), hash);
      if (novelty === 'same') continue;
      if (base < 0) base = this.#segment.append('traces', receivedAt, body);
      this.#addSpan(touched, scan, i, base, hash);
      stored++;
      if (touched.state.spans === 0) this.newTraces++;
      if (novelty === 'changed') touched.changed = true;
      else addFacts(touched.state, body, scan, i);
    }
    this.spans += stored;
    if (base >= 0) this.requests++;
    const message =
      scan.invalid === 0
        ? ''
        : `${scan.invalid} of ${scan.count} spans were refused: a trace id has 16 bytes, a span id 8, and neither is all zero.`;
    return { stored, rejected: scan.invalid, message };
  }

  #addSpan(touched: TouchedTrace, scan: TraceScan, i: number, base: number, hash: bigint): void {
    touched.spans ??= new EntryBuffer(SPAN_ENTRY);
    const entries = touched.spans;
    const at = entries.add();
    const scope = scan.scopes[scan.scope[i] ?? 0];
    const resource = scan.resources[scope?.resource ?? 0];
    entries.raw.set(scan.ids.subarray(i * 24 + 16, i * 24 + 24), at);
    entries.raw.set(scan.parents.subarray(i * 8, i * 8 + 8), at + 8);
    const { view } = entries;
    view.setBigUint64(at + 16, scan.times[2 * i] ?? 0n, true);
    view.setBigUint64(at + 24, scan.times[2 * i + 1] ?? 0n, true);
    view.setBigUint64(at + 32, hash, true);
    view.setUint32(at + 40, base + (scan.offsets[i] ?? 0), true);
    view.setUint32(at + 44, scan.lengths[i] ?? 0, true);
    view.setUint32(at + 48, base + (resource?.offset ?? 0), true);
    view.setUint32(at + 52, resource?.length ?? 0, true);
    view.setUint32(at + 56, base + (scope?.offset ?? 0), true);
    view.setUint32(at + 60, scope?.length ?? 0, true);
    view.setUint32(at + 64, base, true);
    view.setUint32(at + 68, scan.flags[i] ?? 0, true);
    if ((scan.flags[i] ?? 0) & (ScanFlag.code | ScanFlag.exception)) {
      const place = this.located.add();
      this.located.raw.set(touched.id, place);
      this.located.raw.set(entries.raw.subarray(at, at + SPAN_ENTRY), place + 16);
    }
  }

  addLogs(request: WriteRequest, scan: LogScan): WriteResult {
    const base = this.#segment.append('logs', request.receivedAt, request.body);
    this.requests++;
    for (let i = 0; i < scan.count; i++) {
      const key = keyOf(scan.traceIds, i * 16, 16);
      if (key === NO_SPAN + NO_SPAN || (this.#only && !this.#only(key))) continue;
      const touched = this.#touch(key, scan.traceIds.slice(i * 16, i * 16 + 16), request.receivedAt);
      touched.logs ??= new EntryBuffer(LOG_ENTRY);
      touched.state.logs++;
      const at = touched.logs.add();
      const scope = scan.scopes[scan.scope[i] ?? 0];
      const resource = scan.resources[scope?.resource ?? 0];
      touched.logs.raw.set(scan.spanIds.subarray(i * 8, i * 8 + 8), at);
      const { view } = touched.logs;
      view.setBigUint64(at + 8, scan.times[i] ?? 0n, true);
      view.setUint32(at + 16, base + (scan.offsets[i] ?? 0), true);
      view.setUint32(at + 20, scan.lengths[i] ?? 0, true);
      view.setUint32(at + 24, base + (resource?.offset ?? 0), true);
      view.setUint32(at + 28, resource?.length ?? 0, true);
      view.setUint32(at + 32, base + (scope?.offset ?? 0), true);
      view.setUint32(at + 36, scope?.length ?? 0, true);
      view.setUint32(at + 40, base, true);
    }
    this.logs += scan.count;
    return { stored: scan.count, rejected: 0, message: '' };
  }

  addMetrics(request: WriteRequest, points: number): WriteResult {
    this.#segment.append('metrics', request.receivedAt, request.body);
    this.requests++;
    this.points += points;
    return { stored: points, rejected: 0, message: '' };
  }

  /** Counts the summary of a trace anew from all its entries; the new ones are in the database and in the file already. */
  recount({ state }: TouchedTrace): void {
    const contents = new Map<number, Uint8Array>();
    const contentOf = (segment: number): Uint8Array => {
      const content = contents.get(segment) ?? readSegment(this.#folder, segment);
      contents.set(segment, content);
      return content;
    };
    state.resetSpans();
    for (const entry of effectiveEntries(entriesOf(this.#states.parts(state))).entries) {
      state.addSpan({
        spanKey: entry.spanKey,
        isRoot: entry.parentKey === NO_SPAN,
        start: entry.start,
        end: entry.end,
        error: (entry.flags & ScanFlag.error) !== 0,
        service: () => serviceOf(decodeResource(contentOf(entry.segment), entry.resourceOffset, entry.resourceLength)),
        name: () => scanSpanHead(contentOf(entry.segment), entry.offset, entry.length, '').name,
      });
    }
  }

  #touch(key: string, id: Uint8Array, receivedAt: number): TouchedTrace {
    let touched = this.traces.get(key);
    if (!touched) {
      touched = { id, state: this.#states.get(key, id, receivedAt), changed: false };
      this.traces.set(key, touched);
    }
    return touched;
  }
}

function addFacts(state: TraceState, body: Uint8Array, scan: TraceScan, i: number): void {
  const full = scan.resources[scan.scopes[scan.scope[i] ?? 0]?.resource ?? 0]?.service ?? '';
  const service = full.slice(0, LONGEST_NAME);
  if (state.services.size < MOST_SERVICES) state.services.add(service);
  state.addSpan({
    spanKey: keyOf(scan.ids, i * 24 + 16, 8),
    isRoot: ((scan.flags[i] ?? 0) & ScanFlag.root) !== 0,
    start: scan.times[2 * i] ?? 0n,
    end: scan.times[2 * i + 1] ?? 0n,
    error: ((scan.flags[i] ?? 0) & ScanFlag.error) !== 0,
    service: () => service,
    name: () => nameAt(body, scan.nameOffsets[i] ?? 0, scan.nameLengths[i] ?? 0),
  });
}

const utf8 = new TextDecoder();
/** Enough for any list; the whole name is in the span. */
const LONGEST_NAME = 1024;
/** A summary lists no more services of a trace; the trace itself has them all. */
const MOST_SERVICES = 100;

function nameAt(body: Uint8Array, offset: number, length: number): string {
  return utf8.decode(body.subarray(offset, offset + Math.min(length, LONGEST_NAME)));
}

function sameBytes(id: Uint8Array, ids: Uint8Array, at: number): boolean {
  for (let i = 0; i < 16; i++) if (id[i] !== ids[at + i]) return false;
  return true;
}
