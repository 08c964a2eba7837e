import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { bytesOfHex, type TraceId } from '../../../src/model/ids.ts';
import { evaluate } from '../../../src/model/search/evaluate.ts';
import { parseSearch } from '../../../src/model/search/parse.ts';
import type { TraceSummary } from '../../../src/model/summary.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import type { WriteRequest } from '../../../src/store/writeRequest.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { pick, type Random, random } from '../../bench/random.ts';
import { type DecodedTrace, naiveSearch, naiveSpans } from '../../harness/naiveSearch.ts';
import { searchable } from '../../harness/searchable.ts';
import { traceIdsOf } from '../../harness/searchData.ts';
import { randomQuery } from '../../harness/searchQueries.ts';
import { RANDOM_START, type RandomTelemetry, randomRequests, randomTelemetry } from '../../harness/searchRandom.ts';
import { decodedTraces, SearchedStore } from '../../harness/searchStore.ts';

const LONG = process.env['SPANSIDE_LONG'] !== undefined;
const RUNS = LONG ? 400 : 8;
const LARGE_RUNS = LONG ? 20 : 1;
/** Searches each time that something changed. */
const SEARCHES = 12;

/** Everything else follows from the seed, which cannot be made simpler. */
interface Drawn {
  seed: number;
  traces: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({ seed: fc.noShrink(fc.nat()), traces: fc.integer({ min: 1, max: 10 }) });

describe('searching what may have been sent', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanside-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function holds(runs: number, drawn: fc.Arbitrary<Drawn>): Promise<void> {
    let store = 0;
    await fc.assert(
      fc.asyncProperty(drawn, async ({ seed, traces }) => {
        const one = new Trial(join(folder, String(store++)), random(seed), traces);
        try {
          await one.run();
        } finally {
          one.close();
        }
      }),
      { numRuns: runs },
    );
  }

  it(`finds what a plain evaluator finds, at once, over pages, and whatever became of the store (${RUNS} stores)`, async function () {
    this.timeout(RUNS * 10_000);
    await holds(RUNS, drawn);
  });

  it(`does so among many traces (${LARGE_RUNS} stores)`, async function () {
    this.timeout(LARGE_RUNS * 60_000);
    await holds(LARGE_RUNS, fc.record({ seed: fc.noShrink(fc.nat()), traces: fc.constant(100) }));
  });

  it('finds the same spans in a trace', function () {
    this.timeout(LONG ? 600_000 : 60_000);
    let store = 0;
    fc.assert(
      fc.property(drawn, ({ seed, traces }) => {
        const next = random(seed);
        const data = randomTelemetry(next, traces);
        const own = join(folder, String(store++));
        const writer = new StoreWriter(own);
        writer.commit(randomRequests(next, data));
        writer.close();
        const decoded = decodedTraces([own], traceIdsOf(data.spans));
        for (let i = 0; i < 60; i++) {
          const text = randomQuery(next, data);
          const query = parseSearch(text);
          for (const trace of decoded) {
            const asked = searchable(trace);
            const found = evaluate(query, asked).map(at => asked.spans[at]!.spanId as string);
            assert.deepEqual(found.sort(), naiveSpans(query, trace), `${text} in ${trace.summary.traceId}`);
          }
        }
      }),
      { numRuns: LONG ? 500 : 10 },
    );
  });
});

/** One or two stores from the first request to the last search. */
class Trial {
  readonly #folders: string[];
  readonly #next: Random;
  readonly #data: RandomTelemetry;
  readonly #writers: StoreWriter[];
  #searched: SearchedStore;

  constructor(folder: string, next: Random, traces: number) {
    // That of the window, and perhaps that of another window of the same workspace.
    this.#folders = ['own', 'other'].slice(0, next() < 0.3 ? 2 : 1).map(name => join(folder, name));
    this.#next = next;
    this.#data = randomTelemetry(next, traces);
    this.#writers = this.#folders.map(own => new StoreWriter(own));
    this.#searched = new SearchedStore(...this.#folders);
  }

  async run(): Promise<void> {
    const requests = randomRequests(this.#next, this.#data);
    const ids = traceIdsOf(this.#data.spans);
    for (const [i, request] of requests.entries()) {
      this.#commit(pick(this.#next, this.#writers), request);
      // Most requests come one after the other.
      if (this.#next() > 4 / requests.length && i < requests.length - 1) continue;
      await this.#search('after a request', ids);
      await this.#change(ids);
    }
    await this.#search('at the end', ids);
  }

  #commit(writer: StoreWriter, request: WriteRequest): void {
    for (const result of writer.commit([request]).results) if (result instanceof Error) throw result;
  }

  async #change(ids: readonly TraceId[]): Promise<void> {
    const changes = [
      ...(['compress', 'compress', 'compress', 'full', 'delete', 'reopen', 'fresh', 'retain', 'clear'] as const),
    ];
    const change = pick(this.#next, changes);
    const gone = ids.filter(() => change === 'delete' && this.#next() < 0.3);
    for (const [i, writer] of this.#writers.entries()) {
      if (change === 'full') this.#commit(writer, filling(this.#next(), 4 << 20));
      if (change === 'compress') {
        // Of less the open segment is left as it is.
        this.#commit(writer, filling(this.#next(), 64 << 10));
        while (await writer.compress(true));
        await writer.tidy();
      }
      if (change === 'retain') while (await writer.retain({ maxSpans: 5 }));
      if (change === 'clear') await writer.clear();
      if (change === 'delete') await writer.deleteTraces(gone.map(id => bytesOfHex(id)!));
      if (change === 'reopen') {
        writer.close();
        this.#writers[i] = new StoreWriter(this.#folders[i]!);
      }
    }
    if (change === 'fresh') {
      this.#searched.close();
      this.#searched = new SearchedStore(...this.#folders);
    }
    assert.deepEqual(decodedTraces(this.#folders, gone), []);
    await this.#search(`after ${change}`, ids);
  }

  async #search(when: string, ids: readonly TraceId[]): Promise<void> {
    const traces = decodedTraces(this.#folders, ids);
    for (let i = 0; i < SEARCHES; i++) {
      const text = randomQuery(this.#next, this.#data);
      const bounds = this.#bounds(traces);
      const wanted = naiveSearch({ query: parseSearch(text), ...bounds }, traces).map(({ summary }) => summary);
      const limit = pick(this.#next, [1, 2, 3, 50]);
      const found = await this.#searched.all({ text, limit, ...bounds });
      const within = Object.values(bounds).join(' ');
      const about = `${JSON.stringify(text)} ${when} in ${this.#folders.length}, pages of ${limit}, within ${within}`;
      assert.deepEqual(found.map(idOf).sort(), wanted.map(idOf).sort(), about);
      assert.deepEqual(found.map(startOf), wanted.map(startOf), `order of ${about}`);
      for (const [i, led] of this.#searched.led({ text, ...bounds }).entries()) {
        assert.deepEqual(led.map(idOf).sort(), wanted.map(idOf).sort(), `${about}, led by ${i}`);
        assert.deepEqual(led.map(startOf), wanted.map(startOf), `order of ${about}, led by ${i}`);
      }
    }
  }

  #bounds(traces: readonly DecodedTrace[]): { service?: string; since?: bigint; until?: bigint } {
    const start = () => (traces.length > 0 ? pick(this.#next, traces).summary.startTimeUnixNano : RANDOM_START);
    return {
      ...(this.#next() < 0.1 && { service: pick(this.#next, ['shop', 'books', '']) }),
      ...(this.#next() < 0.1 && { since: start() }),
      ...(this.#next() < 0.1 && { until: start() }),
    };
  }

  close(): void {
    this.#searched.close();
    for (const writer of this.#writers) writer.close();
  }
}

const idOf = ({ traceId }: TraceSummary) => traceId;
const startOf = ({ startTimeUnixNano }: TraceSummary) => startTimeUnixNano;

/** Something else that was received, of so many bytes: with 4 MiB the next request begins another segment. */
function filling(n: number, bytes: number): WriteRequest {
  const metric = { name: `filling ${n}`, description: 'x'.repeat(bytes), gauge: { dataPoints: [{ asInt: '1' }] } };
  const request = { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] };
  return { signal: 'metrics', body: jsonToProto('metrics', Buffer.from(JSON.stringify(request))), receivedAt: 5 };
}
