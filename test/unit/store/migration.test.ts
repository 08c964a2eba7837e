import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { TraceId } from '../../../src/model/ids.ts';
import { StoreReader } from '../../../src/store/reader.ts';
import { entriesOf } from '../../../src/store/spanVersions.ts';
import { upgradeStore } from '../../../src/store/upgrade.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { root } from '../../harness/cache.ts';
import { spanId, traceBody, traceId } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

/** A store that version 1 wrote: three traces, one of them in two segments, one deleted, an updated span, logs, a located span. */
describe('a store of an earlier version', () => {
  const folder = temporaryFolder();
  beforeEach(() => {
    const fixture = join(root, 'test/fixtures/store/v1');
    mkdirSync(join(folder(), 'segments'));
    for (const name of readdirSync(fixture)) {
      const plain = name.replace(/\.gz$/, '');
      const target = plain.endsWith('.seg') ? join(folder(), 'segments', plain) : join(folder(), plain);
      writeFileSync(target, gunzipSync(readFileSync(join(fixture, name))));
    }
  });

  const read = <T>(use: (reader: StoreReader) => T): T => {
    const reader = new StoreReader(folder());
    try {
      return use(reader);
    } finally {
      reader.close();
    }
  };

  it('opens with everything that was in it, and goes on', async () => {
    const writer = new StoreWriter(folder());
    const id = (n: number) => traceId(n) as TraceId;
    const names = read(reader => [...reader.summaries()].map(({ summary }) => [summary.name, summary.spanCount]));
    assert.deepEqual(names, [
      ['step', 4200],
      ['done', 1],
      ['GET /orders', 3],
    ]);
    const orders = read(reader => reader.trace(id(1)));
    assert.equal(orders?.summary.errorCount, 1);
    assert.equal(orders?.logs.length, 1);
    assert.deepEqual(orders?.summary.services, ['shop', 'stock']);
    assert.equal(entriesOf(orders?.parts ?? []).length, 3);
    assert.equal(
      read(reader => reader.trace(id(2))),
      undefined,
    );
    assert.equal(writer.traceCount, 3);
    assert.equal([...read(reader => [...reader.located(0)])].length, 1);

    // What is known is known, and what names a trace still does.
    const again = traceBody([
      { spanId: spanId(1), traceId: traceId(1), name: 'GET /orders' },
      { spanId: spanId(7), traceId: traceId(1), name: 'an earlier root', start: '1' },
    ]);
    const { results } = writer.commit([{ signal: 'traces', body: again, receivedAt: 1_760_000_000_000 }]);
    assert.deepEqual(results, [{ stored: 1, rejected: 0, message: '' }]);
    assert.equal(read(reader => reader.summary(id(1)))?.name, 'an earlier root');
    await writer.deleteTraces([Buffer.from(traceId(4), 'hex')]);
    assert.equal(writer.traceCount, 2);
    writer.close();
  });

  it('is brought up to date by whoever reads it first, where nobody writes it', () => {
    assert.throws(() => new StoreReader(folder()), /no traces/);
    upgradeStore(folder());
    assert.equal(
      read(reader => reader.traceCount()),
      3,
    );
  });
});
