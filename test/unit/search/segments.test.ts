import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TraceSummary } from '../../../src/model/summary.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import type { WriteRequest } from '../../../src/store/writeRequest.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { BRACES, type Golden, TERMS, WORDS } from '../../fixtures/search/queries.ts';
import { EARLIER_SPANS, LOGS, SPANS, spanIdOf, TRACES, traceIdOf } from '../../fixtures/search/traces.ts';
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

/** Of a program that does not say when a span began: it may belong to a trace of any time. */
const UNTIMED = {
  ...SPANS[0]!,
  spanId: spanIdOf('users', 7),
  parentSpanId: spanIdOf('users', 1),
  name: 'untimed',
  start: 0n,
};

describe('a search of a store in which every request is in a segment of its own', () => {
  const spans = [...EARLIER_SPANS, ...SPANS].map(span => spansRequest([span]));
  const logs = LOGS.map(log => logsRequest([log]));
  // Some of the logs come before their spans.
  finds([logs[0]!, ...spans, ...logs.slice(1)], [...WORDS, ...TERMS, ...BRACES, ...APART]);

  describe('with a log record of which too little is looked for to be found by its bytes', () => {
    finds(
      [...spans, logsRequest([{ ...LOGS[0]!, body: 'Ł' }])],
      [
        ['reserve ł', 'failing'],
        ['name:reserve ł', 'failing'],
        ['reserve rolled', ''],
      ],
    );
  });

  describe('with a span of which nobody knows when it began', () => {
    finds(
      [spansRequest([UNTIMED]), ...SPANS.slice(0, 4).map(span => spansRequest([span]))],
      [
        ['name:untimed', 'users'],
        ['name:untimed since:2026-11-20T10:00:00Z', 'users'],
        ['name:untimed since:2026-11-20T10:02:00Z', ''],
        ['name:untimed -name:SELECT*', ''],
        ['service:shop', 'failing missing users'],
      ],
    );
  });
});

function finds(requests: readonly WriteRequest[], queries: readonly Golden[]): void {
  let folder: string;
  let store: SearchedStore;

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), 'spanside-test-'));
    const writer = new StoreWriter(folder);
    for (const [n, request] of requests.entries()) {
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

  for (const [query, found] of queries) {
    it(`finds ${found || 'nothing'} by ${query.trim() || 'no words at all'}`, async () => {
      assert.equal(namesOf(await store.all({ text: query, limit: 50 })), found);
      for (const led of store.led({ text: query })) assert.equal(namesOf(led), found);
    });
  }
}

/** So much of something else that the segment is worth compressing. */
function filling(n: number): WriteRequest {
  const metric = { name: `metric ${n}`, description: 'x'.repeat(64 << 10), gauge: { dataPoints: [{ asInt: '1' }] } };
  const request = { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] };
  return { signal: 'metrics', body: jsonToProto('metrics', Buffer.from(JSON.stringify(request))), receivedAt: 5 };
}
