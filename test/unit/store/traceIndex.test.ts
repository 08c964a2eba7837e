import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { bytesOfHex, type TraceId } from '../../../src/model/ids.ts';
import { StoreReader } from '../../../src/store/reader.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { spanId, type TestSpan, traceBody, traceId } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

describe('the index of a store', () => {
  const folder = temporaryFolder();
  let writer: StoreWriter;
  const open = () => {
    writer = new StoreWriter(folder(), { pauseMs: 0, mostPending: 20 });
  };
  beforeEach(open);
  afterEach(() => writer.close());

  const requestOf = (spans: TestSpan[], receivedAt = 5) =>
    ({ signal: 'traces', body: traceBody(spans), receivedAt }) as const;
  const commit = (spans: TestSpan[], receivedAt?: number) => writer.commit([requestOf(spans, receivedAt)]);
  const send = (...traces: number[]) => commit(traces.map(n => ({ traceId: traceId(n), spanId: spanId(n) })));
  const nameOf = (reader: StoreReader, n: number) => reader.summary(traceId(n) as TraceId)?.traceId;
  const sql = <T>(use: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(join(folder(), 'spanside.db'));
    try {
      return use(database);
    } finally {
      database.close();
    }
  };

  it('never gives a row to a second trace, so that a reader finds what comes after the newest were removed', async () => {
    send(1, 2, 3, 4, 5);
    const reader = new StoreReader(folder());
    try {
      assert.equal(nameOf(reader, 5), traceId(5));
      await writer.deleteTraces([3, 4, 5].map(n => bytesOfHex(traceId(n))!));
      assert.equal(nameOf(reader, 5), undefined);
      writer.close();
      open();
      send(11, 12);
      for (const n of [1, 2, 11, 12]) assert.equal(nameOf(reader, n), traceId(n));
      await writer.clear();
      writer.close();
      open();
      send(21);
      assert.equal(nameOf(reader, 21), traceId(21));
    } finally {
      reader.close();
    }
    const rows = sql(database => database.prepare('SELECT id FROM trace').all()) as { id: number }[];
    assert.deepEqual(
      rows.map(({ id }) => id),
      [8],
    );
  });

  it('lists without looking at traces of which only logs came, and finds located spans by their segment', () => {
    const plan = (query: string) =>
      sql(database => database.prepare(`EXPLAIN QUERY PLAN ${query}`).all() as { detail: string }[])
        .map(({ detail }) => detail)
        .join();
    const list = plan(
      'SELECT * FROM trace WHERE spans > 0 AND (start_ns, id) < (9, 9) ORDER BY start_ns DESC, id DESC',
    );
    assert.match(list, /^SEARCH trace USING INDEX trace_by_start \(/);
    const index = sql(database =>
      database.prepare("SELECT sql FROM sqlite_schema WHERE name = 'trace_by_start'").get(),
    );
    assert.match((index as { sql: string }).sql, /WHERE spans > 0$/);
    assert.match(plan('SELECT seq, spans FROM located WHERE segment = 1'), /^SEARCH located USING INDEX/);
  });

  it('says of a segment when its oldest request came, in whatever order they come', () => {
    const span = (n: number) => [{ spanId: spanId(n) }];
    commit(span(1), 500);
    commit(span(2), 300);
    writer.add([requestOf(span(3), 200), requestOf(span(4), 100), requestOf(span(5), 400)]);
    writer.index();
    const row = sql(database => database.prepare('SELECT first_at, last_at FROM segment').get());
    assert.deepEqual({ ...row }, { first_at: 100, last_at: 500 });
  });

  it('counts a trace right when many of its spans move in one request, each several times', () => {
    const start = (n: number) => String(1_725_000_000_000_000_000n + BigInt(n));
    const spans = (by: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({
        spanId: spanId(i + 1),
        ...(i > 0 && { parentSpanId: spanId(1) }),
        name: `name ${by}`,
        start: start(100 * i + 1000 - by),
        end: start(5000 + by),
        error: by === 2,
      }));
    commit(spans(0, 10));
    commit([...spans(1, 10), ...spans(3, 10), ...spans(2, 11)]);
    const reader = new StoreReader(folder());
    const summary = reader.summary('0af7651916cd43dd8448eb211c80319c' as TraceId);
    reader.close();
    assert.deepEqual(
      [summary?.name, summary?.spanCount, summary?.errorCount, summary?.startTimeUnixNano, summary?.endTimeUnixNano],
      ['name 3', 11, 1, BigInt(start(997)), BigInt(start(5003))],
    );
  });

  it('takes no more while it cannot be written and much waits for it, and says of all of it when it can', () => {
    const many = (n: number) =>
      requestOf(Array.from({ length: 15 }, (_, i) => ({ traceId: traceId(n), spanId: spanId(i + 1) })));
    sql(database =>
      database.exec(`CREATE TRIGGER refuse BEFORE INSERT ON segment BEGIN SELECT RAISE(ABORT, 'refused'); END`),
    );
    for (const n of [1, 2]) {
      writer.add([many(n)]);
      assert.throws(() => writer.index(), /refused/);
    }
    for (const n of [3, 4, 5]) assert.throws(() => writer.add([many(n)]), /refused/);
    assert.equal(writer.pendingItems, 30);
    sql(database => database.exec('DROP TRIGGER refuse'));
    writer.add([many(3)]);
    assert.deepEqual(writer.index().sort(), [1, 2, 3].map(traceId));
    assert.equal(writer.traceCount, 3);
  });
});
