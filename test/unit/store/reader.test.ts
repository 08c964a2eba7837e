import assert from 'node:assert/strict';
import { bytesOfHex, type TraceId } from '../../../src/model/ids.ts';
import { StoreReader } from '../../../src/store/reader.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { spanId, traceBody, traceId } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

describe('StoreReader', () => {
  const folder = temporaryFolder();

  it('finds what there is, and nothing else, however much was removed since it was opened', async () => {
    const writer = new StoreWriter(folder());
    const reader = new StoreReader(folder());
    const add = (from: number, to: number) => {
      const spans = Array.from({ length: to - from }, (_, i) => ({ spanId: spanId(1), traceId: traceId(from + i) }));
      writer.commit([{ signal: 'traces', body: traceBody(spans), receivedAt: 5 }]);
    };
    const remove = (from: number, to: number) =>
      writer.deleteTraces(Array.from({ length: to - from }, (_, i) => bytesOfHex(traceId(from + i))!));
    const found = () => {
      const numbers = Array.from({ length: 5_000 }, (_, i) => i + 1);
      return numbers.filter(n => reader.summary(traceId(n) as TraceId) !== undefined);
    };
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

    add(1, 4001);
    assert.deepEqual(found(), range(1, 4001));
    await remove(1, 101);
    assert.deepEqual(found(), range(101, 4001));
    await remove(101, 3991);
    add(4001, 4006);
    assert.deepEqual(found(), range(3991, 4006));
    await remove(4005, 4006);
    add(1, 2);
    assert.deepEqual(found(), [1, ...range(3991, 4005)]);
    await writer.clear();
    add(7, 9);
    assert.deepEqual(found(), [7, 8]);
    reader.close();
    writer.close();
  });
});
