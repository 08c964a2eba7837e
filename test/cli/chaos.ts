import assert from 'node:assert/strict';
import { DamageNotes } from '../../src/collector/damageNotes.ts';
import { openWriter } from '../../src/collector/openStore.ts';
import { StoreView } from '../../src/collector/storeView.ts';
import { markIndexDamaged } from '../../src/store/damage.ts';
import { tryLock } from '../../src/store/lock.ts';
import { spanId, traceId, traceRequest } from '../harness/requests.ts';
import { integrity } from '../harness/spanStore.ts';
import { post } from './program.ts';

/** Numbers from 0 to 1 that follow from a seed; it is printed, so that a failure can be had again. */
export class Chance {
  #state: number;

  constructor(seed = Number(process.env['SPANSIDE_SEED']) || Date.now() % 1_000_000) {
    console.log(`      seed ${seed} (SPANSIDE_SEED)`);
    this.#state = seed;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    assert.ok(item !== undefined);
    return item;
  }
}

const TRACES = 23;

/** Sends requests of one span and of 512 over several connections and remembers which were acknowledged. */
export class Load {
  /** "trace span" of every span that was acknowledged. */
  readonly acknowledged = new Set<string>();
  readonly sent = new Set<string>();
  readonly #chance: Chance;
  /** Requests that may have been stored or not: programs send them again. */
  #unanswered: object[] = [];
  #last: object | undefined;
  #next = 1;
  #stopped = false;
  /** Requests that were refused for now. */
  refused = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Until the server is gone, or {@link stop}. */
  async run(url: string, clients = 4): Promise<void> {
    this.#stopped = false;
    const again = [...this.#unanswered, ...(this.#last ? [this.#last] : [])];
    this.#unanswered = [];
    await Promise.all(Array.from({ length: clients }, (_, i) => this.#client(url, i === 0 ? again : [])));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #client(url: string, again: object[]): Promise<void> {
    while (!this.#stopped) {
      const request = again.pop() ?? this.#request();
      try {
        await post(url, request);
      } catch (error) {
        this.#unanswered.push(request);
        if (!/^503/.test((error as Error).message)) return;
        this.refused++;
        await new Promise(resolve => setTimeout(resolve, 20));
        continue;
      }
      this.#last = request;
      for (const key of keysOf(request)) this.acknowledged.add(key);
    }
  }

  #request(): object {
    const service = this.#chance.of(['shop', 'stock', 'mail']);
    const spans = Array.from({ length: this.#chance.of([1, 1, 512]) }, () => {
      const n = this.#next++;
      return { spanId: spanId(n), traceId: traceId(1 + (n % TRACES)), attributes: { noise: `${n * 7919}` } };
    });
    const request = traceRequest(spans, service);
    for (const key of keysOf(request)) this.sent.add(key);
    return request;
  }

  /** Sends one request. @throws it was refused. */
  async send(url: string): Promise<void> {
    const request = this.#request();
    await post(url, request);
    for (const key of keysOf(request)) this.acknowledged.add(key);
  }
}

function keysOf(request: object): string[] {
  const { resourceSpans } = request as {
    resourceSpans: { scopeSpans: { spans: { traceId: string; spanId: string }[] }[] }[];
  };
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(span => `${span.traceId} ${span.spanId}`)),
  );
}

/** What a store holds, after it was opened as the product opens it. */
export interface Found {
  /** "trace span". */
  spans: Set<string>;
  /** Spans that traces say cannot be shown. */
  unreadable: number;
  warnings: string[];
}

/** Opens and reads a store that nobody has open. Throws where a count is wrong or the database is not whole. */
export function findAll(folder: string): Found {
  try {
    return readAll(folder);
  } catch (error) {
    if (!(error instanceof IndexDamaged)) throw error;
    // As the worker does that writes, when it hears of this from the one that reads.
    markIndexDamaged(folder, error.message);
    return readAll(folder);
  }
}

class IndexDamaged extends Error {}

function readAll(folder: string): Found {
  const warnings: string[] = [];
  const notes = new DamageNotes(message => warnings.push(message));
  const lock = tryLock(folder);
  assert.ok(lock, 'somebody has the store open');
  const writer = openWriter(folder, message => warnings.push(message), notes);
  const spans = new Set<string>();
  let unreadable = 0;
  const view = new StoreView([folder], {
    index: reason => {
      throw new IndexDamaged(reason);
    },
    segment: (store, segment) => notes.segment(store, segment),
  });
  try {
    const { traces, total } = view.list({ limit: 10_000 });
    assert.equal(total, traces.length);
    for (const summary of traces) {
      const content = view.trace(summary.traceId);
      assert.ok(content, `${summary.traceId} is listed and cannot be read`);
      const ids = content.spans().map(span => `${summary.traceId} ${span.spanId}`);
      const missing = content.columns().warnings.map(text => /^([\d,]+) spans? of this trace w/.exec(text)?.[1] ?? '0');
      const lost = missing.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0);
      assert.equal(summary.spanCount, ids.length + lost, `the summary of ${summary.traceId} counts wrong`);
      assert.equal(new Set(ids).size, ids.length, 'a span is there twice');
      unreadable += lost;
      for (const id of ids) spans.add(id);
    }
  } finally {
    view.close();
    writer.close();
    lock.release();
    notes.flush();
  }
  assert.equal(integrity(folder), 'ok');
  return { spans, unreadable, warnings };
}

/** Throws where anything that was acknowledged is not there, or anything is that was never sent. */
export function assertKept(load: Load, { spans }: Found): void {
  const lost = [...load.acknowledged].filter(key => !spans.has(key));
  assert.deepEqual(lost.slice(0, 3), [], `${lost.length} of ${load.acknowledged.size} acknowledged spans are lost`);
  const strange = [...spans].filter(key => !load.sent.has(key));
  assert.deepEqual(strange.slice(0, 3), [], `${strange.length} spans were never sent`);
}
