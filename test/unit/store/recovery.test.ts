import assert from 'node:assert/strict';
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TraceId } from '../../../src/model/ids.ts';
import { StoreReader } from '../../../src/store/reader.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { spanId, TRACE, traceBody } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

/** What the disk holds after a power failure: the segments as they were written through, the database some commits older. */
describe('a store after a power failure', () => {
  const folder = temporaryFolder();
  const store = () => join(folder(), 'store');

  const commit = (writer: StoreWriter, ...ids: number[]) =>
    writer.commit(ids.map(n => ({ signal: 'traces', body: traceBody([{ spanId: spanId(n) }]), receivedAt: 5 })));

  const spans = () => {
    const reader = new StoreReader(store());
    try {
      return reader.summary(TRACE as TraceId)?.spanCount;
    } finally {
      reader.close();
    }
  };

  const fail = (damage?: (segment: string) => void) => {
    const writer = new StoreWriter(store());
    commit(writer, 1);
    writer.close();
    cpSync(join(store(), 'spanside.db'), join(folder(), 'old.db'));
    const again = new StoreWriter(store());
    commit(again, 2, 3);
    commit(again, 3, 4);
    again.close();
    cpSync(join(folder(), 'old.db'), join(store(), 'spanside.db'));
    const [segment] = readdirSync(join(store(), 'segments'));
    damage?.(join(store(), 'segments', segment ?? ''));
  };

  it('has every commit that its segments hold', () => {
    fail();
    new StoreWriter(store()).close();
    assert.equal(spans(), 4);
    new StoreWriter(store()).close();
    assert.equal(spans(), 4);
  });

  it('has what was in a segment file that the database never heard of', () => {
    fail();
    const [name] = readdirSync(join(store(), 'segments'));
    cpSync(join(store(), 'segments', name ?? ''), join(store(), 'segments', '00000099.seg'));
    rmSync(join(store(), 'segments', name ?? ''));
    rmSync(join(store(), 'spanside.db'));
    new StoreWriter(store()).close();
    assert.equal(spans(), 4);
    assert.deepEqual(readdirSync(join(store(), 'segments')), ['00000099.seg']);
  });

  it('leaves out a request that was not written to its end', () => {
    fail(segment => {
      const content = readFileSync(segment);
      content[content.length - 1] = (content[content.length - 1] ?? 0) ^ 0xff;
      writeFileSync(segment, content);
      appendFileSync(segment, Buffer.alloc(100));
    });
    const writer = new StoreWriter(store());
    assert.equal(spans(), 3);
    commit(writer, 9);
    assert.equal(spans(), 4);
    writer.close();
  });
});
