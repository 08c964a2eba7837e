import type { TraceId } from '../model/ids.ts';
import { MalformedError } from '../otlp/malformed.ts';
import { ChunkKind } from '../store/chunkTable.ts';
import { SPAN_ENTRY } from '../store/entries.ts';
import { type BlockFilter, blockFilter } from '../store/search/blockFilter.ts';
import { type Driver, isOfSpans } from '../store/search/driver.ts';
import { spansIn } from '../store/search/loadTrace.ts';
import { type Hit, ItemScanner, NO_TRACE } from '../store/search/scanItems.ts';
import type { SearchStore, StoredSegment } from '../store/search/searchStore.ts';
import { Holds, type Sidecar, SidecarFlag } from '../store/search/sidecar.ts';
import { SweepTest } from '../store/search/sweepTest.ts';
import { framesOf } from '../store/segmentFile.ts';
import { comparePositions, type FoundRows, rowsOfTrace, type SearchPosition, summaryOf } from './searchPosition.ts';
import { type FoundTrace, isWithin, type Looked, matches, type PreparedSearch } from './searchWalk.ts';

/** A block that may hold what is looked for. */
interface Candidate {
  store: number;
  segment: StoredSegment;
  sidecar: Sidecar;
  block: number;
  latest: bigint;
  /** Spans that count as looked at with it. */
  spans: number;
}

/** A segment that no sidecar tells about. */
interface Unknown {
  store: number;
  segment: StoredSegment;
}

/** Where something that satisfies a driver may be. */
export interface BlockPlan {
  driver: Driver;
  candidates: Candidate[];
  unknown: Unknown[];
  blocks: number;
  /** Spans that need not be looked at. */
  passed: number;
}

/** Which blocks may satisfy a driver; what no sidecar is known of is unknown. */
export function planBlocks(driver: Driver, stores: readonly SearchStore[], since: bigint): BlockPlan {
  const plan: BlockPlan = { driver, candidates: [], unknown: [], blocks: 0, passed: 0 };
  const mayHold = filterOf(driver);
  for (const [store, one] of stores.entries()) {
    for (const segment of one.segments()) {
      const sidecar = segment.isClosed ? one.sidecars.get(segment) : undefined;
      if (!sidecar) {
        plan.unknown.push({ store, segment });
        continue;
      }
      plan.blocks += sidecar.blocks;
      addCandidates(plan, store, segment, sidecar, mayHold, since);
    }
  }
  return plan;
}

/** Of a block with log records what their spans have to satisfy says nothing, where one of its texts may be in the record. */
function filterOf({ condition, texts }: Driver): BlockFilter {
  const mayHold = blockFilter(condition);
  if (texts.length === 0) return mayHold;
  return (sidecar, block) => (sidecar.holdsOf(block) & Holds.logs) !== 0 || mayHold(sidecar, block);
}

function addCandidates(
  plan: BlockPlan,
  store: number,
  segment: StoredSegment,
  sidecar: Sidecar,
  mayHold: BlockFilter,
  since: bigint,
): void {
  const found: Candidate[] = [];
  for (let block = 0; block < sidecar.blocks; block++) {
    if (sidecar.holdsOf(block) === 0 || !mayHold(sidecar, block)) continue;
    const latest = sidecar.latestOf(block);
    if (latest >= since) found.push({ store, segment, sidecar, block, latest, spans: 0 });
  }
  for (const candidate of found) candidate.spans = segment.spans / found.length;
  if (found.length === 0) plan.passed += segment.spans;
  plan.candidates.push(...found);
}

/**
 * Looks for spans that satisfy a driver in the blocks that may hold one, those first in which traces may have begun last, and
 * gives each trace that matches as soon as none that is newer can be found any more.
 */
export function* searchBlocks(
  search: PreparedSearch,
  stores: readonly SearchStore[],
  after: SearchPosition | undefined,
  plan: BlockPlan,
  progress: Looked,
): Generator<FoundTrace | undefined> {
  const run = new BlockRun(search, stores, after, plan.driver);
  progress.looked += plan.passed;
  for (const { store, segment } of plan.unknown) {
    yield* run.unknown(store, segment);
    progress.looked += segment.spans;
    yield;
  }
  if (isWorthSweeping(search, stores, plan)) {
    yield* sweepSegments(run, plan, progress);
    return;
  }
  const candidates = plan.candidates.sort(byLatest);
  for (const candidate of candidates) {
    yield* run.upTo(candidate.latest);
    run.block(candidate);
    progress.looked += candidate.spans;
    yield;
  }
  yield* run.upTo(-1n);
}

function byLatest(a: { latest: bigint }, b: { latest: bigint }): number {
  return a.latest < b.latest ? 1 : a.latest > b.latest ? -1 : 0;
}

/** Where most traces have to be tried, it is quicker to try all of a segment, one after the other. */
const MANY_BLOCKS = 0.3;

function isWorthSweeping(search: PreparedSearch, stores: readonly SearchStore[], plan: BlockPlan): boolean {
  if (plan.driver.isEnough || stores.length > 1 || plan.candidates.length < MANY_BLOCKS * plan.blocks) return false;
  return isOfSpans(search.query.spans);
}

function* sweepSegments(run: BlockRun, plan: BlockPlan, progress: Looked): Generator<FoundTrace | undefined> {
  const spread = run.spread();
  const bySegment = Map.groupBy(plan.candidates, ({ segment }) => segment.id);
  const segments = [...bySegment.values()].map(blocks => {
    const latest = blocks.reduce((last, block) => (block.latest > last ? block.latest : last), 0n);
    return { latest, blocks, first: blocks[0]! };
  });
  for (const { latest, blocks, first } of segments.sort(byLatest)) {
    yield* run.upTo(latest);
    if (isCurrent(first)) yield* run.sweep(first.segment, spread);
    // Log records lie with spans of other segments too.
    const left = isCurrent(first) ? blocks.filter(({ sidecar, block }) => sidecar.holdsOf(block) & Holds.logs) : blocks;
    for (const block of left) {
      run.block(block);
      yield;
    }
    progress.looked += first.segment.spans;
  }
  yield* run.upTo(-1n);
}

/** Whether every span of a segment is the version that counts, unless its trace goes on in another one. */
function isCurrent({ segment, sidecar }: Candidate): boolean {
  return !segment.isStale && (sidecar.flags & SidecarFlag.repeats) === 0;
}

class BlockRun {
  readonly #search: PreparedSearch;
  readonly #stores: readonly SearchStore[];
  readonly #after: SearchPosition | undefined;
  readonly #driver: Driver;
  readonly #sweepTest: SweepTest;
  readonly #scanners: ItemScanner[];
  /** Traces that were decided. */
  readonly #seen = new Set<TraceId>();
  /** What was found and not given yet, the newest last. */
  readonly #found: FoundRows[] = [];

  constructor(
    search: PreparedSearch,
    stores: readonly SearchStore[],
    after: SearchPosition | undefined,
    driver: Driver,
  ) {
    this.#search = search;
    this.#stores = stores;
    this.#after = after;
    this.#driver = driver;
    this.#sweepTest = new SweepTest(search.query.spans, NO_TRACE);
    this.#scanners = stores.map(store => new ItemScanner(store, driver));
  }

  /** Gives what began after `latest`. */
  *upTo(latest: bigint): Generator<FoundTrace> {
    for (let newest = this.#found.at(-1); newest && newest.position.start > latest; newest = this.#found.at(-1)) {
      this.#found.pop();
      const summary = summaryOf(newest);
      if (summary) yield { summary, position: newest.position };
    }
  }

  block(candidate: Candidate): void {
    const { store: index, segment, sidecar, block } = candidate;
    for (const one of this.#stores) one.settle();
    const store = this.#stores[index]!;
    const hits: Hit[] = [];
    for (const group of sidecar.groupsOf(block)) {
      const content = store.contentOf(segment.id, group);
      if (content) this.#tried(() => this.#scanners[index]!.group(content, group, hits));
    }
    const whole = isCurrent(candidate) ? segment.id : undefined;
    for (const hit of hits) {
      for (const one of this.#stores) one.settle();
      this.#decide(hit, whole);
    }
  }

  /** Rows of the traces that cannot be decided by what lies in one segment. */
  spread(): Set<number> {
    return this.#stores[0]!.rows.spread();
  }

  /** Tries every trace of a segment of the only store. */
  *sweep(segment: StoredSegment, spread: ReadonlySet<number>): Generator<undefined> {
    const store = this.#stores[0]!;
    for (const row of store.entries.rows(segment.id, ChunkKind.spans)) {
      const isApart = !spread.has(row);
      if (isApart && !this.#tried(() => this.#matchesIn(store, segment.id, row))) continue;
      const found = store.rows.one(row);
      if (found && !this.#seen.has(found.traceId)) this.#decide({ traceId: found.traceId, isSpan: false }, undefined);
      yield;
    }
  }

  /** Whether the trace may match; what its summary says is left out. */
  #matchesIn(store: SearchStore, segment: number, row: number): boolean {
    store.settle();
    const records = store.entries.records(segment, ChunkKind.spans, row);
    const count = records.reduce((sum, { length }) => sum + Math.floor(length / SPAN_ENTRY), 0);
    return this.#sweepTest.mayMatch(records, count, spansIn(store, segment, records));
  }

  /** Makes the sidecar of a segment on the way, unless it is still written. */
  *unknown(index: number, segment: StoredSegment): Generator<undefined> {
    const store = this.#stores[index]!;
    const { sidecars } = store;
    if (segment.isClosed && sidecars.isFit(segment)) {
      const sidecar = yield* sidecars.make(segment);
      if (sidecar) {
        const mayHold = filterOf(this.#driver);
        for (let block = 0; block < sidecar.blocks; block++) {
          if (sidecar.holdsOf(block) === 0 || !mayHold(sidecar, block)) continue;
          this.block({ store: index, segment, sidecar, block, latest: 0n, spans: 0 });
          yield;
        }
        return;
      }
    }
    const { reader } = store;
    const content = reader.segment(segment.id, segment.bytes);
    for (const frame of framesOf(content)) {
      if (frame.signal === 'metrics' || !reader.isSound(segment.id, frame.offset, frame.length)) continue;
      const hits: Hit[] = [];
      this.#tried(() => this.#scanners[index]!.request(content, frame, hits));
      for (const hit of hits) this.#decide(hit, undefined);
      yield;
    }
  }

  /** What cannot be read is said where it is shown. */
  #tried<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      return undefined;
    }
  }

  /** @param segment in which a span is the version that counts, if all of its trace is in it */
  #decide({ traceId, isSpan }: Hit, segment: number | undefined): void {
    if (this.#seen.has(traceId)) return;
    this.#seen.add(traceId);
    const rows = rowsOfTrace(this.#stores, traceId);
    if (!rows || (this.#after && comparePositions(this.#after, rows.position) >= 0)) return;
    const { row } = rows.stored[0]!;
    const isWhole = rows.stored.length === 1 && row.firstSegment === segment && row.lastSegment === segment;
    const isFound =
      isWhole && isSpan && this.#driver.isEnough ? isWithin(this.#search, rows) : matches(this.#search, rows);
    if (isFound) this.#add(rows);
  }

  #add(found: FoundRows): void {
    let [low, high] = [0, this.#found.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePositions(this.#found[middle]!.position, found.position) > 0) low = middle + 1;
      else high = middle;
    }
    this.#found.splice(low, 0, found);
  }
}
