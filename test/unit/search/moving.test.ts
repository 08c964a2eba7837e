import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SearchPage } from '../../../src/collector/api.ts';
import { SearchService } from '../../../src/collector/searchService.ts';
import { SearchStores } from '../../../src/collector/searchStores.ts';
import { StoreView } from '../../../src/collector/storeView.ts';
import type { TraceId } from '../../../src/model/ids.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { spanId, traceBody, traceId } from '../../harness/requests.ts';

const COUNT = 4_000;
const START = 1_760_000_000_000_000_000n;
const SECOND = 1_000_000_000n;

describe('a search while spans come in', () => {
  let folder: string;
  let writer: StoreWriter;
  let view: StoreView;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanside-test-'));
    writer = new StoreWriter(folder);
    view = new StoreView([folder]);
    commit(Array.from({ length: COUNT }, (_, n) => ({ n: n + 1, name: 'leaf', at: BigInt(n + 1) * SECOND })));
  });
  after(() => {
    view.close();
    writer.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function commit(spans: { n: number; name: string; at: bigint }[]): void {
    const all = spans.map(({ n, name, at }) => ({
      traceId: traceId(n),
      spanId: name === 'leaf' ? spanId(1) : spanId(2),
      ...(name === 'leaf' && { parentSpanId: spanId(2) }),
      name,
      start: String(START + at),
    }));
    const [result] = writer.commit([{ signal: 'traces', body: traceBody(all), receivedAt: 5 }]).results;
    assert.ok(result && !(result instanceof Error) && result.stored === all.length);
  }

  // The root of a trace ends last, so it comes last, and began first: its trace is an older one from then on.
  for (const [round, text] of ['', 'name:leaf', '-name:nothing', 'name:/le.*/', '"leaf"', '{ } && { }'].entries()) {
    it(`gives each trace once although the roots of some come meanwhile: ${text || 'all of them'}`, async () => {
      const told: TraceId[] = [];
      let times = 0;
      const service = new SearchService(new SearchStores(view), ({ progress }) => {
        told.push(...progress.traces.map(({ traceId }) => traceId));
        const n = COUNT - 10 * round - times;
        if (times++ < 3) commit([{ n, name: `root ${n}`, at: BigInt(10 * round + times) }]);
      });
      const page = (await service.handlers.search(1, { text, limit: 2 * COUNT })) as SearchPage;
      assert.ok(times >= 3, 'it took more than one turn');
      const ids = page.traces.map(({ traceId }) => traceId);
      assert.equal(new Set(ids).size, ids.length);
      assert.equal(ids.length, COUNT);
      assert.deepEqual(told, ids.slice(0, told.length));
    });
  }
});
