import assert from 'node:assert/strict';
import { SiteIndex } from '../../../src/collector/siteIndex.ts';
import { bytesOfHex } from '../../../src/model/ids.ts';
import { StoreReader } from '../../../src/store/reader.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { spanId, type TestSpan, traceBody, traceId } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

const attributes = { 'code.file.path': '/app/a.ts', 'code.line.number': '3', 'code.function.name': 'go' };

describe('SiteIndex', () => {
  const folder = temporaryFolder();
  let writer: StoreWriter;
  let reader: StoreReader;
  beforeEach(() => {
    writer = new StoreWriter(folder());
    reader = new StoreReader(folder());
  });
  afterEach(() => {
    reader.close();
    writer.close();
  });

  const add = (...spans: TestSpan[]) =>
    writer.commit([{ signal: 'traces', body: traceBody(spans.map(span => ({ attributes, ...span }))), receivedAt: 5 }]);

  it('counts all spans of a place and lists the newest', () => {
    const index = new SiteIndex();
    for (let n = 1; n <= 30; n++) {
      add(
        ...Array.from({ length: 100 }, (_, i) => ({
          spanId: spanId(i + 1),
          traceId: traceId(n),
          start: String(1_000_000 * n + i),
          error: i === 0,
        })),
      );
    }
    const report = index.report([reader]);
    assert.deepEqual(report?.sites, [
      {
        path: '/app/a.ts',
        line: 3,
        function: 'go',
        services: ['shop'],
        count: 3000,
        errors: 30,
        medianNano: 1_000_000n,
        maxNano: 1_000_000n,
      },
    ]);
    const spans = index.spans([{ path: '/app/a.ts', line: 3 }]);
    assert.equal(spans.length, 50);
    assert.equal(spans[0]?.startTimeUnixNano, 30_000_099n);
    assert.deepEqual(index.spans([{ path: '/app/a.ts', line: 4 }]), []);
  });

  it('counts a span that was sent again once, as it is now', () => {
    const index = new SiteIndex();
    add({ spanId: spanId(1), start: '1000', end: '0', error: true });
    index.report([reader]);
    add({ spanId: spanId(1), start: '1000', end: '3000' });
    const [site] = index.report([reader])?.sites ?? [];
    assert.equal(site?.count, 1);
    assert.equal(site?.errors, 0);
    assert.equal(site?.maxNano, 2000n);
  });

  it('answers nothing while nothing is new', () => {
    const index = new SiteIndex();
    add({ spanId: spanId(1) });
    const report = index.report([reader]);
    assert.equal(index.report([reader], report?.version), undefined);
    add({ spanId: spanId(2) });
    assert.equal(index.report([reader], report?.version)?.sites[0]?.count, 2);
  });

  it('keeps what it knows while everything is read anew because something was removed', async () => {
    const index = new SiteIndex(-1, 0);
    for (let n = 1; n <= 5; n++) add({ spanId: spanId(n), traceId: traceId(n) });
    while (index.report([reader])?.more);
    await writer.deleteTraces([bytesOfHex(traceId(2))!]);
    const counts: (number | undefined)[] = [];
    for (let report = index.report([reader]); ; report = index.report([reader])) {
      counts.push(report?.sites[0]?.count);
      if (!report?.more) break;
      assert.ok(counts.length < 20);
    }
    assert.deepEqual(new Set(counts), new Set([5, 4]));
    assert.equal(counts.at(-1), 4);
    const version = index.report([reader])?.version;
    assert.equal(index.report([reader], version), undefined);
  });

  it('gets to the end although something is removed all the while', async () => {
    const index = new SiteIndex(-1, 0);
    for (let n = 1; n <= 12; n++) add({ spanId: spanId(n), traceId: traceId(n) });
    while (index.report([reader])?.more);
    let fewest = 12;
    for (let n = 1; n <= 8; n++) {
      await writer.deleteTraces([bytesOfHex(traceId(n))!]);
      for (let times = 0; times < 3; times++) {
        fewest = Math.min(fewest, index.report([reader])?.sites[0]?.count ?? 12);
        add({ spanId: spanId(100 * n + times), traceId: traceId(12), start: '1000', attributes: {} });
      }
    }
    assert.ok(fewest < 12, 'it is never read anew');
    assert.ok(fewest >= 4, 'it begins again and again');
  });

  it('reads anew rarely, but at once where everything was cleared', async () => {
    const index = new SiteIndex(undefined, 1e9);
    const count = () => index.report([reader])?.sites[0]?.count;
    for (let n = 1; n <= 4; n++) add({ spanId: spanId(n), traceId: traceId(n) });
    assert.equal(count(), 4);
    await writer.deleteTraces([bytesOfHex(traceId(1))!]);
    assert.equal(count(), 3);
    await writer.deleteTraces([bytesOfHex(traceId(2))!]);
    assert.equal(count(), 3, 'it was read anew just now');
    add({ spanId: spanId(5), traceId: traceId(5) });
    assert.equal(count(), 4, 'what is new is added all the same');
    await writer.clear();
    assert.equal(count(), undefined);
  });

  it('breaks off a long reading and goes on where it was', () => {
    const index = new SiteIndex(-1);
    for (let n = 1; n <= 5; n++) add({ spanId: spanId(n) });
    const counts: (number | undefined)[] = [];
    for (let report = index.report([reader]); ; report = index.report([reader])) {
      counts.push(report?.sites[0]?.count);
      if (!report?.more) break;
      assert.ok(counts.length < 10);
    }
    assert.deepEqual(counts, [1, 2, 3, 4, 5]);
  });
});
