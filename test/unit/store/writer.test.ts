import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { bytesOfHex, parseTraceId, type TraceId } from '../../../src/model/ids.ts';
import type { TraceSummary } from '../../../src/model/summary.ts';
import { MalformedError } from '../../../src/otlp/malformed.ts';
import { tryLock } from '../../../src/store/lock.ts';
import { StoreReader } from '../../../src/store/reader.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { logBody, spanId, type TestSpan, TRACE, traceBody, traceId } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

const id = (text: string): TraceId => parseTraceId(text)!;

function read<T>(folder: string, use: (reader: StoreReader) => T): T {
  const reader = new StoreReader(folder);
  try {
    return use(reader);
  } finally {
    reader.close();
  }
}

describe('StoreWriter', () => {
  const folder = temporaryFolder();
  let writer: StoreWriter;
  beforeEach(() => {
    writer = new StoreWriter(folder(), { pauseMs: 0 });
  });
  afterEach(() => writer.close());

  const commit = (...bodies: Uint8Array[]) =>
    writer.commit(bodies.map(body => ({ signal: 'traces', body, receivedAt: 5 })));

  it('keeps a trace over a restart', () => {
    commit(
      traceBody([
        { spanId: spanId(1), name: 'GET /' },
        { spanId: spanId(2), parentSpanId: spanId(1), error: true },
      ]),
    );
    writer.close();
    writer = new StoreWriter(folder());
    commit(traceBody([{ spanId: spanId(3), parentSpanId: spanId(1) }], 'stock'));
    const summary = read(folder(), reader => reader.summary(id(TRACE)));
    assert.equal(summary?.name, 'GET /');
    assert.equal(summary?.spanCount, 3);
    assert.equal(summary?.errorCount, 1);
    assert.deepEqual(summary?.services, ['shop', 'stock']);
    assert.equal(writer.traceCount, 1);
  });

  it('does not double what is sent again, in whatever batches', () => {
    const spans = Array.from({ length: 10 }, (_, i) => ({ spanId: spanId(i + 1) }));
    commit(traceBody(spans.slice(0, 6)));
    const again = commit(traceBody(spans.slice(0, 6)), traceBody(spans.slice(3, 10)), traceBody(spans.slice(8, 10)));
    assert.deepEqual(
      again.results.map(result => (result instanceof MalformedError ? 'malformed' : result.stored)),
      [0, 4, 0],
    );
    writer.close();
    writer = new StoreWriter(folder());
    commit(traceBody(spans));
    assert.equal(read(folder(), reader => reader.summary(id(TRACE)))?.spanCount, 10);
  });

  it('shows a span that was sent again with a later end as it is now', () => {
    commit(traceBody([{ spanId: spanId(1), name: 'running', start: '1000', end: '0' }]));
    commit(traceBody([{ spanId: spanId(1), name: 'done', start: '1000', end: '5000', error: true }]));
    const summary = read(folder(), reader => reader.summary(id(TRACE)));
    assert.equal(summary?.spanCount, 1);
    assert.equal(summary?.name, 'done');
    assert.equal(summary?.errorCount, 1);
    assert.equal(summary?.endTimeUnixNano, 5000n);
  });

  it('refuses one request of a group and keeps the others', () => {
    const { results } = commit(
      traceBody([{ spanId: spanId(1) }]),
      Buffer.from('no protobuf at all'),
      traceBody([{ spanId: spanId(2) }]),
    );
    assert.ok(results[1] instanceof MalformedError);
    assert.equal(read(folder(), reader => reader.summary(id(TRACE)))?.spanCount, 2);
  });

  it('refuses spans with bad ids one by one, and says so', () => {
    const { results } = commit(traceBody([{ spanId: '0000000000000000' }, { spanId: 'abcd' }, { spanId: spanId(1) }]));
    const [result] = results;
    assert.ok(result && !(result instanceof MalformedError));
    assert.equal(result.stored, 1);
    assert.equal(result.rejected, 2);
    assert.match(result.message, /2 of 3 spans/);
  });

  it('tells logs of a trace from repeated ones', () => {
    const body = logBody([{ traceId: TRACE, spanId: spanId(1), body: 'hello' }]);
    for (let i = 0; i < 2; i++) writer.commit([{ signal: 'logs', body, receivedAt: Date.now() }]);
    commit(traceBody([{ spanId: spanId(1) }]));
    const trace = read(folder(), reader => reader.trace(id(TRACE)));
    assert.equal(trace?.logs.length, 1);
    assert.equal(trace?.summary.logCount, 1);
  });

  it('keeps the same span id of two traces apart', () => {
    commit(
      traceBody([
        { spanId: spanId(1), traceId: traceId(1) },
        { spanId: spanId(1), traceId: traceId(2) },
      ]),
    );
    assert.equal(writer.traceCount, 2);
  });

  it('lists newest first and goes on where a page ended', () => {
    for (let i = 1; i <= 30; i++)
      commit(traceBody([{ spanId: spanId(1), traceId: traceId(i), start: String(1000 * i) }]));
    read(folder(), reader => {
      const starts = [...reader.summaries()].map(({ summary }) => summary.startTimeUnixNano);
      assert.deepEqual(
        starts,
        [...starts].sort((a, b) => Number(b - a)),
      );
      const tenth = [...reader.summaries()][9];
      const rest = [...reader.summaries(tenth?.position)];
      assert.equal(rest.length, 20);
      assert.equal(rest[0]?.summary.startTimeUnixNano, starts[10]);
    });
  });

  it('deletes traces, and their segment files when nothing is left in them', async () => {
    const many = Array.from({ length: 16_384 }, (_, i) => ({ spanId: spanId(i + 1), traceId: traceId(1) }));
    commit(traceBody(many));
    commit(traceBody([{ spanId: spanId(1), traceId: traceId(2) }]));
    assert.equal(readdirSync(join(folder(), 'segments')).length, 2);
    await writer.deleteTraces([bytesOfHex(traceId(1))!]);
    assert.equal(readdirSync(join(folder(), 'segments')).length, 1);
    assert.equal(writer.traceCount, 1);
    assert.equal(
      read(folder(), reader => reader.trace(id(traceId(1)))),
      undefined,
    );
    commit(traceBody([{ spanId: spanId(7), traceId: traceId(1) }]));
    assert.equal(read(folder(), reader => reader.summary(id(traceId(1))))?.spanCount, 1);
  });

  it('clears everything and goes on', async () => {
    commit(traceBody([{ spanId: spanId(1) }]));
    await writer.clear();
    assert.equal(writer.traceCount, 0);
    commit(traceBody([{ spanId: spanId(1), name: 'after' }]));
    assert.equal(read(folder(), reader => reader.summary(id(TRACE)))?.name, 'after');
  });

  it('takes logs again that were deleted with their trace', async () => {
    const body = logBody([{ traceId: TRACE, spanId: spanId(1), body: 'hello' }]);
    const add = () => {
      commit(traceBody([{ spanId: spanId(1) }]));
      writer.commit([{ signal: 'logs', body, receivedAt: Date.now() }]);
    };
    add();
    await writer.deleteTraces([bytesOfHex(TRACE)!]);
    add();
    assert.equal(read(folder(), reader => reader.summary(id(TRACE)))?.logCount, 1);
  });

  it('does not bring back what was cleared although its file could not be removed', async () => {
    commit(traceBody([{ spanId: spanId(1) }]));
    const [name] = readdirSync(join(folder(), 'segments'));
    const file = join(folder(), 'segments', name ?? '');
    const content = readFileSync(file);
    await writer.clear();
    writer.close();
    // As a process leaves it that dies after the removal was committed, before the file is gone.
    const database = new DatabaseSync(join(folder(), 'spanside.db'));
    database.exec(`INSERT INTO segment (id, bytes, sealed, first_at, last_at) VALUES (1, ${content.length}, 1, 0, 0)`);
    database.close();
    writeFileSync(file, content);
    writer = new StoreWriter(folder());
    assert.equal(writer.traceCount, 0);
    await writer.tidy();
    assert.ok(!existsSync(file));
  });

  it('goes on after a segment could not be opened', () => {
    const full = (n: number) =>
      traceBody(Array.from({ length: 16_384 }, (_, i) => ({ spanId: spanId(i + 1), traceId: traceId(n) })));
    commit(full(1));
    const [here, away] = [join(folder(), 'segments'), join(folder(), 'away')];
    renameSync(here, away);
    for (let i = 0; i < 2; i++)
      assert.throws(() => commit(traceBody([{ spanId: spanId(1), traceId: traceId(2) }])), /ENOENT/);
    renameSync(away, here);
    commit(traceBody([{ spanId: spanId(1), traceId: traceId(2) }]));
    assert.equal(writer.traceCount, 2);
  });

  it('keeps a summary small whatever services are called', () => {
    for (let n = 1; n <= 150; n++) commit(traceBody([{ spanId: spanId(n) }], `${n} ${'x'.repeat(5000)}`));
    const summary = read(folder(), reader => reader.summary(id(TRACE)));
    assert.equal(summary?.spanCount, 150);
    assert.equal(summary?.services.length, 100);
    assert.equal(summary?.service.length, 1024);
  });

  it('finds later what the index could not take at once', () => {
    commit(traceBody([{ spanId: spanId(1) }]));
    const database = new DatabaseSync(join(folder(), 'spanside.db'));
    database.exec(`CREATE TRIGGER refuse BEFORE INSERT ON segment BEGIN SELECT RAISE(ABORT, 'refused'); END`);
    assert.throws(() => commit(traceBody([{ spanId: spanId(2) }])), /refused/);
    assert.equal(read(folder(), reader => reader.summary(id(TRACE)))?.spanCount, 1);
    database.exec('DROP TRIGGER refuse');
    database.close();
    writer.index();
    const trace = read(folder(), reader => reader.trace(id(TRACE)));
    assert.equal(trace?.summary.spanCount, 2);
    assert.equal(
      trace?.parts.reduce((sum, { spans }) => sum + spans.length / 64, 0),
      2,
    );
  });

  it('keeps what was stored when the disk fails under the next request', () => {
    writer.add([{ signal: 'traces', body: traceBody([{ spanId: spanId(1) }]), receivedAt: 5 }]);
    const limit = (n: number) => traceBody(Array.from({ length: 16_384 }, (_, i) => ({ spanId: spanId(n + i) })));
    writer.add([{ signal: 'traces', body: limit(100), receivedAt: 5 }]);
    const [here, away] = [join(folder(), 'segments'), join(folder(), 'away')];
    renameSync(here, away);
    assert.throws(() => writer.add([{ signal: 'traces', body: traceBody([{ spanId: spanId(2) }]), receivedAt: 5 }]));
    renameSync(away, here);
    commit(traceBody([{ spanId: spanId(3) }]));
    assert.equal(read(folder(), reader => reader.summary(id(TRACE)))?.spanCount, 16_386);
  });

  it('does not open a store that a newer version wrote, and leaves it as it is', () => {
    writer.close();
    const path = join(folder(), 'spanside.db');
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    assert.throws(() => new StoreWriter(folder()), /newer Spanside/);
    assert.throws(() => new StoreReader(folder()), /newer Spanside/);
    const after = new DatabaseSync(path);
    assert.equal((after.prepare('PRAGMA user_version').get() as { user_version: number }).user_version, 99);
    after.exec('PRAGMA user_version = 2');
    after.close();
    writer = new StoreWriter(folder());
  });
});

describe('a trace summary', () => {
  const folder = temporaryFolder();

  it('is the same whatever order, split and overlap the spans came in', function () {
    this.timeout(60_000);
    let store = 0;
    const summaryAfter = (batches: TestSpan[][]): TraceSummary | undefined => {
      const path = join(folder(), String(store++));
      const writer = new StoreWriter(path);
      for (const spans of batches) writer.commit([{ signal: 'traces', body: traceBody(spans), receivedAt: 5 }]);
      writer.close();
      return read(path, reader => reader.summary(id(TRACE)));
    };
    const span = fc.record({
      n: fc.integer({ min: 1, max: 6 }),
      parent: fc.integer({ min: 0, max: 6 }),
      start: fc.integer({ min: 0, max: 5 }),
      length: fc.integer({ min: 0, max: 5 }),
      error: fc.boolean(),
    });
    const cases = fc.tuple(fc.array(span, { minLength: 1, maxLength: 8 }), fc.infiniteStream(fc.nat(100)));
    fc.assert(
      fc.property(cases, ([raw, random]) => {
        const spans: TestSpan[] = raw.map(({ n, parent, start, length, error }, i) => ({
          spanId: spanId(n),
          ...(parent > 0 && { parentSpanId: spanId(parent) }),
          name: `span ${n} version ${i}`,
          start: String(start),
          end: String(start + length),
          error,
        }));
        const next = () => Number(random.next().value);
        const shuffled = [...spans, ...spans.filter(() => next() > 60)]
          .map(value => ({ value, rank: next() }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ value }) => value);
        const batches: TestSpan[][] = [[]];
        for (const one of shuffled) {
          if (next() > 50) batches.push([]);
          batches.at(-1)?.push(one);
        }
        const straight = summaryAfter([spans]);
        const other = summaryAfter(batches.filter(batch => batch.length > 0));
        assert.deepEqual({ ...other, version: 0 }, { ...straight, version: 0 });
      }),
      { numRuns: process.env['SPANSIDE_LONG'] ? 500 : 60 },
    );
  });
});

describe('the lock of a store', () => {
  const folder = temporaryFolder();

  it('is had once, and again after its release', () => {
    const first = tryLock(folder());
    assert.ok(first);
    assert.equal(tryLock(folder()), undefined);
    first.release();
    const second = tryLock(folder());
    assert.ok(second);
    second.release();
  });
});
