import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteReport, SiteSpan, SiteStats } from '../../../src/collector/api.ts';
import type { SpanId } from '../../../src/model/ids.ts';
import { WorkspaceFiles } from '../../../src/source/workspaceFiles.ts';
import { SiteReports } from '../../../src/views/siteReports.ts';
import { TRACE } from './builders.ts';

function site(path: string, line: number, count: number): SiteStats {
  return {
    path,
    line,
    function: 'pay',
    services: ['shop'],
    count,
    errors: 0,
    medianNano: 5_000_000n,
    maxNano: 9_000_000n,
  };
}

const span: SiteSpan = {
  traceId: TRACE,
  spanId: 'b7ad6b7169203331' as SpanId,
  name: 'pay',
  startTimeUnixNano: 1n,
  durationNano: 1n,
  error: false,
};

describe('what spans say about lines', () => {
  let folder: string;
  let file: string;
  let files: WorkspaceFiles;
  let report: SiteReport;
  let known: (number | undefined)[];
  let places: { path: string; line: number }[][];
  let reports: SiteReports;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanside-sites-'));
    file = join(folder, 'src', 'pay.ts');
    mkdirSync(join(folder, 'src'));
    writeFileSync(file, '\n'.repeat(20));
    files = new WorkspaceFiles([folder]);
    known = [];
    places = [];
    report = { version: 3, sites: [site(file, 7, 2), site('/app/src/pay.ts', 7, 4), site(file, 9, 1)], more: true };
    reports = new SiteReports(
      {
        sites: async version => {
          known.push(version);
          return version === report.version ? undefined : report;
        },
        siteSpans: async asked => {
          places.push(asked);
          return [span];
        },
      },
      files,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const lines = async () => (await reports.linesOf(file)).map(({ line, stats }) => [line, stats.count]);

  it('is asked for with the version that is known, and kept where that has not changed', async () => {
    assert.equal(await reports.load(), true, 'there is more to read');
    assert.deepEqual(await lines(), [
      [7, 6],
      [9, 1],
    ]);
    assert.equal(await reports.load(), false);
    assert.equal((await lines()).length, 2);
    report = { version: 4, sites: [site(file, 9, 8)], more: false };
    assert.equal(await reports.load(), false);
    assert.deepEqual(await lines(), [[9, 8]]);
    assert.deepEqual(known, [undefined, 3, 3]);
  });

  it('is asked for as a whole after it was forgotten', async () => {
    await reports.load();
    reports.forget();
    assert.equal(reports.loaded, false);
    await reports.load();
    assert.deepEqual([known, reports.loaded], [[undefined, undefined], true]);
  });

  it('is asked for once by those who ask together', async () => {
    await Promise.all([reports.load(), reports.load()]);
    assert.equal(known.length, 1);
  });

  it('can be asked for again after a failure', async () => {
    const failing = report;
    report = Object.defineProperty({ ...failing }, 'sites', {
      get: () => {
        throw new Error('closed');
      },
    });
    await assert.rejects(reports.load(), /closed/);
    report = failing;
    assert.equal(await reports.load(), true);
  });

  it('lists the spans of every place that leads to a line, and reads none for other lines', async () => {
    await reports.load();
    assert.deepEqual(await reports.spansOf(file, 7), { spans: [span], count: 6 });
    assert.deepEqual(places.splice(0), [
      [
        { path: file, line: 7 },
        { path: '/app/src/pay.ts', line: 7 },
      ],
    ]);
    assert.deepEqual(await reports.spansOf(file, 8), { spans: [], count: 0 });
    assert.deepEqual(places, []);
  });
});
