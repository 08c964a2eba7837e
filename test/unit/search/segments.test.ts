import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TraceSummary } from '../../../src/model/summary.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import type { WriteRequest } from '../../../src/store/writeRequest.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { BRACES, type Golden, TERMS, WORDS } from '../../fixtures/search/queries.ts';
import { EARLIER_SPANS, LOGS, SPANS, TRACES, traceIdOf } from '../../fixtures/search/traces.ts';
import { logsRequest, spansRequest } from '../../harness/searchData.ts';
import { SearchedStore } from '../../harness/searchStore.ts';

const nameOf = new Map([...TRACES.keys()].map(name => [traceIdOf(name), name]));
const namesOf = (traces: readonly TraceSummary[]) => traces.map(({ traceId }) => nameOf.get(traceId)).join(' ');

/** A span here and its log there, the parent in one segment and its child in another. */
const APART: readonly Golden[] = [
  ['name:reserve rolled', 'failing'],
  ['rolled service:stock duration:>200ms', 'failing'],
  ['"rolled back" exception.type:OutOfStock', 'failing'],
  ['status:error rolled -forecast', 'failing'],
  ['name:tick lifecycle', 'logs'],
  // When a trace began its logs do not say.
  ['rolled since:2026-11-20T10:00:00Z', 'failing'],
  ['rolled since:2026-11-20T10:10:00Z', ''],
  ['lifecycle since:2026-11-20T10:10:00Z', 'logs'],
  ['started feature.flags:beta', 'logs'],
  ['name:tick "disk almost"', ''],
  ['name:"UPDATE stock" rolled', ''],
  ['"volume /tmp" code:507 service:cron', 'logs'],
];

describe('a search of a store in which every span and log is in a segment of its own', () => {
  let folder: string;
  let store: SearchedStore;

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), 'spanside-test-'));
    const writer = new StoreWriter(folder);
    const spans = [...EARLIER_SPANS, ...SPANS].map(span => spansRequest([span]));
    const logs = LOGS.map(log => logsRequest([log]));
    // Half of the logs come before their spans.
    for (const [n, request] of [logs[0]!, ...spans, ...logs.slice(1)].entries()) {
      writer.commit([request, filling(n)]);
      while (await writer.compress(true));
    }
    writer.close();
    store = new SearchedStore(folder);
  });
  after(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [query, found] of [...WORDS, ...TERMS, ...BRACES, ...APART]) {
    it(`${query.trim() || 'for no words at all'} finds ${found || 'nothing'}`, async () => {
      assert.equal(namesOf(await store.all({ text: query, limit: 50 })), found);
      for (const led of store.led({ text: query })) assert.equal(namesOf(led), found);
    });
  }
});

/** So much of something else that the segment is worth compressing. */
function filling(n: number): WriteRequest {
  const metric = { name: `metric ${n}`, description: 'x'.repeat(64 << 10), gauge: { dataPoints: [{ asInt: '1' }] } };
  const request = { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] };
  return { signal: 'metrics', body: jsonToProto('metrics', Buffer.from(JSON.stringify(request))), receivedAt: 5 };
}
