import type { LogScan } from '../otlp/scanLogs.ts';
import { ScanFlag, type TraceScan } from '../otlp/scanTraces.ts';
import { isFilled } from './filler.ts';
import type { Pending, PendingSegment } from './pending.ts';
import { factsOf, isLater } from './spanVersions.ts';
import type { SpanFacts, TraceState } from './traceState.ts';
import type { TraceStates } from './traceStates.ts';

/** Where a request stands: its segment and the offset of its first byte. */
export interface Place {
  segment: number;
  base: number;
}

/** What {@link Recorder} asks of the segments and of the index. */
export interface Recorded {
  /** Some bytes of a segment. */
  read(segment: number, offset: number, length: number): Uint8Array;
  /** Counts the summary of a trace anew from all its spans. */
  recount(state: TraceState): void;
}

/** Takes note of what a request brings: which spans are new, which came again, and what that makes of their traces. */
export class Recorder {
  readonly #states: TraceStates;
  readonly #pending: () => Pending;
  readonly #recorded: Recorded;
  /** One for all spans: there may be a million a second. */
  readonly #facts: SpanFacts = {
    idLow: 0,
    idHigh: 0,
    isRoot: false,
    error: false,
    startLow: 0,
    startHigh: 0,
    endLow: 0,
    endHigh: 0,
  };
  /** Traces whose first span came since this was last asked for. */
  newTraces = 0;

  constructor(states: TraceStates, pending: () => Pending, recorded: Recorded) {
    this.#states = states;
    this.#pending = pending;
    this.#recorded = recorded;
  }

  /** Whether a request holds any span, or version of one, that is not known: only then is it kept. */
  hasNews(body: Uint8Array, scan: TraceScan): boolean {
    const words = new Uint32Array(scan.ids.buffer);
    for (let i = 0; i < scan.count; i++) {
      if ((scan.flags[i] ?? 0) & ScanFlag.invalid) continue;
      const state = this.#states.find(scan.ids, i * 24);
      const at = state ? state.known.find(words[6 * i + 4] ?? 0, words[6 * i + 5] ?? 0) : -1;
      if (!state || at < 0 || !this.#isSame(state, at, body, scan.offsets[i] ?? 0, scan.lengths[i] ?? 0)) return true;
    }
    return false;
  }

  /** Records the spans of a request that stands at `place`; answers how many were new. */
  traces(place: Place, body: Uint8Array, scan: TraceScan, receivedAt: number): number {
    const segment = this.#pending().segment(place.segment);
    const columns = wordsOf(scan);
    const { ids, times } = columns;
    const facts = this.#facts;
    let stored = 0;
    let state: TraceState | undefined;
    let traceAt = 0;
    let resource = -1;
    let uncounted: Set<TraceState> | undefined;
    for (let i = 0; i < scan.count; i++) {
      const flags = scan.flags[i] ?? 0;
      if (flags & ScanFlag.invalid) continue;
      const id = 6 * i;
      // Spans of one trace stand together as a rule: look it up once.
      if (!state || !isSameTrace(ids, traceAt, id)) {
        state = this.#states.get(scan.ids, i * 24, receivedAt);
        traceAt = id;
        resource = -1;
      }
      facts.idLow = ids[id + 4] ?? 0;
      facts.idHigh = ids[id + 5] ?? 0;
      const offset = scan.offsets[i] ?? 0;
      const length = scan.lengths[i] ?? 0;
      const known = state.known.find(facts.idLow, facts.idHigh);
      if (known >= 0 && this.#isSame(state, known, body, offset, length)) continue;
      this.#addRecord(segment, place.base, state, scan, columns, i);
      stored++;
      facts.isRoot = (flags & ScanFlag.root) !== 0;
      facts.error = (flags & ScanFlag.error) !== 0;
      facts.startLow = times[4 * i] ?? 0;
      facts.startHigh = times[4 * i + 1] ?? 0;
      facts.endLow = times[4 * i + 2] ?? 0;
      facts.endHigh = times[4 * i + 3] ?? 0;
      const owner = scan.scopes[scan.scope[i] ?? 0]?.resource ?? 0;
      if (owner !== resource) {
        resource = owner;
        state.addService(shortened(scan.resources[owner]?.service ?? ''));
      }
      if (known < 0) {
        if (state.spans === 0) this.newTraces++;
        state.known.add(facts.idLow, facts.idHigh, place.segment, place.base + offset, length);
        if (state.addSpan(facts)) this.#name(state, body, scan, i);
      } else if (!this.#replace(state, known, place, body, scan, i)) {
        uncounted ??= new Set();
        uncounted.add(state);
      }
    }
    // Once, however many of its spans changed.
    if (uncounted) for (const one of uncounted) this.#recorded.recount(one);
    if (stored > 0) segment.received(receivedAt);
    this.#pending().spans += stored;
    return stored;
  }

  /** Whether the version that counts of a known span has this content. */
  #isSame(state: TraceState, at: number, body: Uint8Array, offset: number, length: number): boolean {
    const { known } = state;
    if (known.lengthAt(at) !== length) return false;
    const before = this.#recorded.read(known.segmentAt(at), known.offsetAt(at), length);
    return Buffer.compare(before, body.subarray(offset, offset + length)) === 0;
  }

  /** A span came again with other content: of its versions one counts. False where the trace has to be counted anew. */
  #replace(state: TraceState, at: number, place: Place, body: Uint8Array, scan: TraceScan, i: number): boolean {
    const { known } = state;
    const before = this.#recorded.read(known.segmentAt(at), known.offsetAt(at), known.lengthAt(at));
    const offset = scan.offsets[i] ?? 0;
    const length = scan.lengths[i] ?? 0;
    if (!isLater(body.subarray(offset, offset + length), before)) return true;
    known.move(at, place.segment, place.base + offset, length);
    // Of one that the disk has lost nothing is known but that it was counted.
    const isLost = isFilled(before, 0, before.length);
    const change = isLost ? 'recount' : state.replaceSpan(factsOf(before), this.#facts);
    if (change === 'named') this.#name(state, body, scan, i);
    return change !== 'recount';
  }

  #name(state: TraceState, body: Uint8Array, scan: TraceScan, i: number): void {
    const owner = scan.scopes[scan.scope[i] ?? 0]?.resource ?? 0;
    state.service = shortened(scan.resources[owner]?.service ?? '');
    state.name = nameAt(body, scan.nameOffsets[i] ?? 0, scan.nameLengths[i] ?? 0);
  }

  #addRecord(
    segment: PendingSegment,
    base: number,
    state: TraceState,
    scan: TraceScan,
    { ids, parents, times }: Words,
    i: number,
  ): void {
    const { spans } = segment;
    const at = spans.add();
    const { words } = spans;
    const scope = scan.scopes[scan.scope[i] ?? 0];
    const resource = scan.resources[scope?.resource ?? 0];
    words[at] = ids[6 * i + 4] ?? 0;
    words[at + 1] = ids[6 * i + 5] ?? 0;
    words[at + 2] = parents[2 * i] ?? 0;
    words[at + 3] = parents[2 * i + 1] ?? 0;
    words[at + 4] = times[4 * i] ?? 0;
    words[at + 5] = times[4 * i + 1] ?? 0;
    words[at + 6] = times[4 * i + 2] ?? 0;
    words[at + 7] = times[4 * i + 3] ?? 0;
    words[at + 8] = base + (scan.offsets[i] ?? 0);
    words[at + 9] = scan.lengths[i] ?? 0;
    words[at + 10] = base + (resource?.offset ?? 0);
    words[at + 11] = resource?.length ?? 0;
    words[at + 12] = base + (scope?.offset ?? 0);
    words[at + 13] = scope?.length ?? 0;
    words[at + 14] = base;
    words[at + 15] = scan.flags[i] ?? 0;
    segment.spanRows.push(state.id);
    this.#touch(state, segment.id);
    if ((scan.flags[i] ?? 0) & (ScanFlag.code | ScanFlag.exception)) {
      const { located } = segment;
      const place = located.add();
      for (let word = 0; word < 4; word++) located.words[place + word] = ids[6 * i + word] ?? 0;
      located.words.set(words.subarray(at, at + 16), place + 4);
    }
  }

  /** Records the log records of a request; those of no trace are only counted. */
  logs(place: Place, scan: LogScan, receivedAt: number): void {
    const { segment: id, base } = place;
    const segment = this.#pending().segment(id);
    segment.received(receivedAt);
    for (let i = 0; i < scan.count; i++) {
      if (isZero(scan.traceIds, i * 16)) continue;
      const state = this.#states.get(scan.traceIds, i * 16, receivedAt);
      state.logs++;
      const at = segment.logs.add();
      const { words } = segment.logs;
      const bytes = new Uint8Array(words.buffer);
      bytes.set(scan.spanIds.subarray(i * 8, i * 8 + 8), at * 4);
      const scope = scan.scopes[scan.scope[i] ?? 0];
      const resource = scan.resources[scope?.resource ?? 0];
      const time = scan.times[i] ?? 0n;
      words[at + 2] = Number(time & 0xffff_ffffn);
      words[at + 3] = Number(time >> 32n);
      words[at + 4] = base + (scan.offsets[i] ?? 0);
      words[at + 5] = scan.lengths[i] ?? 0;
      words[at + 6] = base + (resource?.offset ?? 0);
      words[at + 7] = resource?.length ?? 0;
      words[at + 8] = base + (scope?.offset ?? 0);
      words[at + 9] = scope?.length ?? 0;
      words[at + 10] = base;
      segment.logRows.push(state.id);
      this.#touch(state, id);
    }
    segment.logCount += scan.count;
    this.#pending().items += scan.count;
  }

  metrics(place: Place, points: number, receivedAt: number): void {
    const segment = this.#pending().segment(place.segment);
    segment.received(receivedAt);
    segment.points += points;
    this.#pending().items++;
  }

  #touch(state: TraceState, segment: number): void {
    state.standsIn(segment);
    if (state.dirty) return;
    state.dirty = true;
    this.#pending().states.add(state);
  }
}

/** Columns of a scan as 32-bit words. */
interface Words {
  /** Six a span: trace id, span id. */
  ids: Uint32Array;
  /** Two a span. */
  parents: Uint32Array;
  /** Four a span: start, end. */
  times: Uint32Array;
}

function wordsOf({ ids, parents, times }: TraceScan): Words {
  return {
    ids: new Uint32Array(ids.buffer),
    parents: new Uint32Array(parents.buffer),
    times: new Uint32Array(times.buffer),
  };
}

/** Enough for any list; the whole name is in the span. */
const LONGEST_NAME = 1024;

function nameAt(body: Uint8Array, offset: number, length: number): string {
  return Buffer.from(body.buffer, body.byteOffset + offset, Math.min(length, LONGEST_NAME)).toString();
}

function shortened(service: string): string {
  return service.length > LONGEST_NAME ? service.slice(0, LONGEST_NAME) : service;
}

function isSameTrace(ids: Uint32Array, a: number, b: number): boolean {
  return ids[a] === ids[b] && ids[a + 1] === ids[b + 1] && ids[a + 2] === ids[b + 2] && ids[a + 3] === ids[b + 3];
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 16; i++) if (bytes[i] !== 0) return false;
  return true;
}
