import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreView } from '../../../src/collector/storeView.ts';
import type { TraceId } from '../../../src/model/ids.ts';
import { compressedPath, compressSegment } from '../../../src/store/atRest.ts';
import { segmentPath } from '../../../src/store/segmentFile.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { spanId, traceBody, traceId } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

const FILLER = 'x'.repeat(70_000);

/** What a store is like when its process, the power or the disk went at the worst moment, and how it is afterwards. */
describe('a store that was left half done', () => {
  const folder = temporaryFolder();
  const store = () => join(folder(), 'store');
  let damaged: number[];
  let writer: StoreWriter;

  const open = () => {
    writer = new StoreWriter(store(), { onDamage: id => damaged.push(id) });
  };
  beforeEach(() => {
    damaged = [];
    open();
  });
  afterEach(() => writer.close());

  const add = (trace: number, ...ids: number[]) =>
    writer.commit(
      ids.map(n => ({
        signal: 'traces',
        body: traceBody([{ spanId: spanId(n), traceId: traceId(trace), attributes: { filler: FILLER } }]),
        receivedAt: 5,
      })),
    );
  /** Closes the segment that is being written, and compresses it. */
  const rest = async () => {
    while (await writer.compress(true));
  };
  const sql = (text: string) => {
    const database = new DatabaseSync(join(store(), 'spanside.db'));
    try {
      return database.prepare(text).all() as Record<string, number>[];
    } finally {
      database.close();
    }
  };
  const reopen = () => {
    writer.close();
    open();
  };
  const dropIndex = () => {
    writer.close();
    for (const name of readdirSync(store())) if (name.startsWith('spanside.db')) rmSync(join(store(), name));
  };

  /** Span ids by trace. */
  const stored = () => {
    const view = new StoreView([store()], { index: reason => assert.fail(reason) });
    try {
      return Object.fromEntries(
        view.list({ limit: 100 }).traces.map(({ traceId: id, spanCount }) => {
          const content = view.trace(id);
          assert.ok(content);
          const spans = content.spans().map(span => Number(`0x${span.spanId}`));
          const said = content.columns().warnings.filter(text => /damaged/.test(text)).length;
          assert.equal(spans.length === spanCount, said === 0);
          return [Number(`0x${id}`), spans.sort((a, b) => a - b)];
        }),
      );
    } finally {
      view.close();
    }
  };

  it('has everything when its index is made anew from plain and compressed segments', async () => {
    add(1, 1, 2);
    add(2, 3);
    await rest();
    add(1, 4);
    await rest();
    add(3, 5);
    const before = stored();
    dropIndex();
    open();
    assert.deepEqual(stored(), before);
    assert.deepEqual(stored(), { 1: [1, 2, 4], 2: [3], 3: [5] });
    assert.equal(writer.traceCount, 3);
    add(1, 2, 6);
    assert.deepEqual(stored()[1], [1, 2, 4, 6], 'what is known is known');
    await rest();
    assert.deepEqual(damaged, []);
    assert.deepEqual(stored()[1], [1, 2, 4, 6]);
  });

  it('does not bring back what was deleted when its index is made anew', async () => {
    add(1, 1);
    add(2, 2);
    await rest();
    add(1, 3);
    add(2, 4);
    await writer.deleteTraces([Buffer.from(traceId(1), 'hex')]);
    dropIndex();
    open();
    assert.deepEqual(stored(), { 2: [2, 4] });
    assert.deepEqual(damaged, []);
  });

  it('numbers a new index so that a reader of the old one sees the difference', () => {
    add(1, 1);
    const [before] = sql("SELECT value FROM meta WHERE key = 'seq'");
    dropIndex();
    open();
    const [after] = sql("SELECT value FROM meta WHERE key = 'seq'");
    assert.ok((after?.['value'] ?? 0) > (before?.['value'] ?? 0) + 1000);
    assert.ok((sql("SELECT value FROM meta WHERE key = 'removals'")[0]?.['value'] ?? 0) > 0);
  });

  it('makes an index of many spans anew in steps', function () {
    this.timeout(20_000);
    writer.close();
    rmSync(store(), { recursive: true });
    open();
    const spans = Array.from({ length: 5_000 }, (_, i) => i);
    for (let n = 0; n < 30; n++) {
      const body = traceBody(spans.map(i => ({ spanId: spanId(5_000 * n + i + 1), traceId: traceId(1 + (i % 50)) })));
      writer.commit([{ signal: 'traces', body, receivedAt: 5 }]);
    }
    dropIndex();
    open();
    const rows = sql('SELECT sum(spans) AS spans FROM trace');
    assert.equal(rows[0]?.['spans'], 150_000);
    assert.deepEqual(sql('SELECT sum(spans) AS spans FROM segment')[0]?.['spans'], 150_000);
    // The rows of the chunks tell how often the index was written.
    assert.ok((sql('SELECT count(*) AS chunks FROM chunk')[0]?.['chunks'] ?? 0) > 2);
    assert.equal(writer.traceCount, 50);
  });

  it('finds what a compressed segment holds beyond what an older index knows', async () => {
    add(1, 1);
    writer.close();
    cpSync(join(store(), 'spanside.db'), join(folder(), 'old.db'));
    open();
    add(1, 2);
    add(2, 3);
    await rest();
    writer.close();
    cpSync(join(folder(), 'old.db'), join(store(), 'spanside.db'));
    assert.ok(existsSync(compressedPath(store(), 1)) && !existsSync(segmentPath(store(), 1)));
    open();
    assert.deepEqual(stored(), { 1: [1, 2], 2: [3] });
  });

  it('goes on compressing when it ended between the compressed file and the index', async () => {
    add(1, 1);
    add(2, 2);
    await rest();
    add(1, 3);
    writer.close();
    sql('UPDATE segment SET codec = 0');
    open();
    await rest();
    assert.equal(sql('SELECT codec FROM segment WHERE id = 1')[0]?.['codec'], 1);
    assert.deepEqual(stored(), { 1: [1, 3], 2: [2] });
    assert.deepEqual(damaged, []);
  });

  it('goes on compressing when both files are there', async () => {
    add(1, 1);
    await rest();
    add(1, 2);
    writer.close();
    const plain = join(folder(), 'plain');
    const second = segmentPath(store(), 2);
    cpSync(second, plain);
    await compressSegment(store(), 2);
    renameSync(plain, second);
    open();
    assert.equal(existsSync(compressedPath(store(), 2)), false, 'the plain one counts');
    assert.deepEqual(stored(), { 1: [1, 2] });
  });

  it('gives no segment a number that was used before', async () => {
    add(1, 1);
    await rest();
    writer.close();
    const used = sql("SELECT value FROM meta WHERE key = 'segment'")[0]?.['value'] ?? 0;
    for (const name of readdirSync(join(store(), 'segments'))) {
      if (name.endsWith('.seg')) rmSync(join(store(), 'segments', name));
    }
    open();
    add(1, 2);
    assert.ok((sql("SELECT value FROM meta WHERE key = 'segment'")[0]?.['value'] ?? 0) > used);
    assert.deepEqual(stored(), { 1: [1, 2] });
  });

  it('says nothing of segments that were dropped before their rows', async () => {
    add(1, 1);
    await rest();
    add(2, 2);
    writer.close();
    sql('DELETE FROM trace WHERE first_segment = 1');
    sql('DELETE FROM chunk WHERE segment = 1');
    sql('UPDATE directory SET ids = CAST(zeroblob(16) || substr(ids, 17) AS BLOB)');
    sql('UPDATE segment SET spans = 0 WHERE id = 1');
    sql("UPDATE meta SET value = 1 WHERE key = 'traces'");
    rmSync(compressedPath(store(), 1));
    open();
    assert.deepEqual(damaged, []);
    await writer.tidy();
    assert.deepEqual(
      sql('SELECT id FROM segment WHERE id = 1').map(({ id }) => id),
      [],
    );
    assert.deepEqual(stored(), { 2: [2] });
  });

  it('forgets traces of which nothing is left, and says of the others what is missing', async () => {
    add(1, 1);
    add(2, 2);
    await rest();
    add(1, 3);
    writer.close();
    rmSync(compressedPath(store(), 1));
    open();
    assert.deepEqual(damaged, [1]);
    assert.deepEqual(stored(), { 1: [3] });
    assert.equal(writer.traceCount, 1);
    // Nothing that is done with it afterwards fails for ever.
    await writer.tidy();
    await rest();
    assert.equal(await writer.retain({ maxSpans: 1_000 }), false);
    await writer.deleteTraces([Buffer.from(traceId(1), 'hex')]);
    assert.deepEqual(stored(), {});
    add(2, 2);
    assert.deepEqual(stored(), { 2: [2] });
    damaged = [];
    reopen();
    assert.deepEqual(damaged, []);
  });

  it('does not cut a segment off where it is damaged in the middle', () => {
    add(1, 1);
    add(2, 2);
    add(3, 3);
    dropIndex();
    const path = segmentPath(store(), 1);
    const content = readFileSync(path);
    content[Math.floor(content.length / 2)]! ^= 1;
    writeFileSync(path, content);
    open();
    assert.deepEqual(damaged, [1]);
    assert.deepEqual(stored(), { 1: [1], 3: [3] });
    add(4, 4);
    assert.equal(readFileSync(path).length, content.length);
    assert.deepEqual(stored(), { 1: [1], 3: [3], 4: [4] });
  });

  it('does not write on behind the end of a segment that lost its end', () => {
    add(1, 1);
    add(2, 2);
    writer.close();
    const path = segmentPath(store(), 1);
    const content = readFileSync(path);
    writeFileSync(path, content.subarray(0, content.length - 1000));
    open();
    add(3, 3);
    assert.equal(readFileSync(path).length, content.length - 1000);
    assert.deepEqual(stored(), { 1: [1], 2: [], 3: [3] });
  });

  it('takes a span again of which the disk has lost the first', () => {
    add(1, 1);
    add(2, 2);
    writer.close();
    const path = segmentPath(store(), 1);
    const content = readFileSync(path);
    content.fill(0x5a, 100, 300);
    writeFileSync(path, content);
    open();
    assert.deepEqual(stored(), { 1: [], 2: [2] });
    add(1, 1);
    const view = new StoreView([store()]);
    assert.deepEqual(
      view
        .trace(traceId(1) as TraceId)
        ?.spans()
        .map(span => span.spanId),
      [spanId(1)],
    );
    view.close();
    assert.equal(writer.traceCount, 2);
  });

  it('knows an index that is older than what was deleted from the segments', async () => {
    add(1, 1);
    add(2, 2);
    writer.close();
    cpSync(join(store(), 'spanside.db'), join(folder(), 'old.db'));
    open();
    await writer.deleteTraces([Buffer.from(traceId(1), 'hex')]);
    writer.close();
    cpSync(join(folder(), 'old.db'), join(store(), 'spanside.db'));
    open();
    const reasons: string[] = [];
    const view = new StoreView([store()], { index: reason => reasons.push(reason) });
    assert.throws(() => view.trace(traceId(1) as TraceId)?.spans(), /index .* is damaged/);
    assert.equal(reasons.length, 1, 'it is to be made anew');
    assert.deepEqual(view.trace(traceId(1) as TraceId)?.spans(), [], 'until then, what there is');
    assert.equal(view.trace(traceId(2) as TraceId)?.spans().length, 1);
    view.close();
  });
});
