import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { FrameLocator, Locator } from 'playwright-core';
import { GrpcClient } from '../conformance/support/grpcClient.ts';
import { traceRequest } from '../conformance/support/wire.ts';
import { freePort, stop, until } from '../harness/processes.ts';
import { THEMES, type ThemeName } from '../harness/settings.ts';
import { Workbench } from '../harness/workbench.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const HOLDER = `
  const server = require('node:http').createServer((_, response) => response.writeHead(404).end());
  server.listen(Number(process.argv[1]), '127.0.0.1', () => console.log('listening'));
`;

/** A workspace in which about everything is wrong, in files as people have them. */
async function writeBrokenWorkspace(folder: string): Promise<void> {
  const packages = path.join(folder, '.venv/lib/python3.13/site-packages');
  const write = async (name: string, text: string) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  };
  await write('.env', '# for the tests\nOTEL_SDK_DISABLED=true\nOTEL_EXPORTER_OTLP_HEADERS=api-key=hunter2-SECRET\n');
  await write('requirements.txt', 'flask\nopentelemetry-distro\nopentelemetry-exporter-otlp\n');
  await write('app.py', 'from flask import Flask\napp = Flask(__name__)\n');
  const configurations = [
    { type: 'debugpy', request: 'launch', name: 'Shop', program: 'app.py', env: { OTEL_TRACES_EXPORTER: 'none' } },
  ];
  await write('.vscode/launch.json', JSON.stringify({ version: '0.2.0', configurations }));
  const env = { HTTP_PROXY: 'http://user:hunter2-SECRET@proxy.example:3128' };
  const tasks = [
    { label: 'serve', type: 'shell', command: 'opentelemetry-instrument python app.py', options: { env } },
  ];
  await write('.vscode/tasks.json', JSON.stringify({ version: '2.0.0', tasks }));
  await write('.venv/pyvenv.cfg', 'home = /usr/bin\n');
  for (const name of ['opentelemetry_instrumentation_openai_v2-2.4b0', 'opentelemetry_util_genai-1.3b0']) {
    await mkdir(path.join(packages, `${name}.dist-info`), { recursive: true });
  }
}

describe('the doctor', () => {
  let base: string;
  let folder: string;
  let holder: ChildProcess;
  let held: number;
  let port: number;
  let workbench: Workbench;
  let page: FrameLocator;

  before(async function () {
    this.timeout(180_000);
    base = await mkdtemp(path.join(tmpdir(), 'spanside-doctor-'));
    folder = path.join(base, 'workspace');
    await writeBrokenWorkspace(folder);
    held = await freePort();
    holder = spawn(process.execPath, ['-e', HOLDER, String(held)], { stdio: ['ignore', 'pipe', 'inherit'] });
    assert.ok(holder.stdout);
    await once(holder.stdout, 'data');
    const settings = {
      'spanside.receiver.port': held,
      'terminal.integrated.env.linux': { OTEL_TRACES_SAMPLER: 'always_off' },
    };
    workbench = await Workbench.open({ folder, dataFolder: path.join(base, 'editor'), development: true, settings });
    await workbench.openView();
    const elsewhere = new RegExp(`Spanside :(?!${held}\\b)\\d+`);
    await workbench.statusItem.filter({ hasText: elsewhere }).waitFor({ timeout: 30_000 });
    port = Number(/:(\d+)/.exec((await workbench.statusItem.textContent()) ?? '')?.[1]);
    // From where a person looks first: the empty view.
    await workbench.tree.getByText('Why do I see no spans?').click();
    page = workbench.inspector;
    await page.getByRole('heading', { name: 'Why do I see no spans?' }).waitFor({ timeout: 20_000 });
  });
  after(async () => {
    await workbench?.close();
    if (holder) await stop(holder);
    if (base) await rm(base, { recursive: true, force: true, maxRetries: 5 });
  });

  /** The box of a finding, by words of its title. */
  const finding = (title: RegExp): Locator =>
    page.locator('article.finding').filter({ has: page.getByRole('heading', { name: title }) });

  /** Waits for the finding, and for its detail and its cure. */
  async function shows(title: RegExp, detail: RegExp, cure: RegExp): Promise<void> {
    const box = finding(title);
    await box.waitFor({ timeout: 15_000 });
    assert.match((await box.locator('.detail').textContent()) ?? '', detail);
    assert.match((await box.locator('.cure').textContent()) ?? '', cure);
  }

  /** What axe finds in the page. */
  async function violations(): Promise<string[]> {
    const frame = await (await page.owner().elementHandle())?.contentFrame();
    assert.ok(frame);
    // Evaluated by the debugger, which the page's policy does not hold.
    await frame.evaluate(await readFile(AXE, 'utf8'));
    return frame.evaluate<string[]>(
      'window.axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(node => id + ": " + node.html.slice(0, 160) + " " + node.failureSummary)))',
    );
  }

  const post = (url: string, contentType: string, body: string | Uint8Array<ArrayBuffer>) =>
    fetch(`http://127.0.0.1:${port}${url}`, { method: 'POST', headers: { 'content-type': contentType }, body });

  it('names the program that holds the port', async () => {
    const title = new RegExp(`Port ${held} is held by .*process ${holder.pid}`);
    await shows(title, new RegExp(`listens on http://127\\.0\\.0\\.1:${port}`), /Stop that program/);
    assert.match((await finding(title).locator('h3').textContent()) ?? '', /held by node /);
    const snippet = finding(title).locator('pre');
    assert.equal(await snippet.textContent(), `OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${port}`);
  });

  it('names https', async () => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'error');
    await shows(/over https/, /plain http/, /write http:\/\//);
  });

  it('names a wrong path', async () => {
    assert.equal((await post('/v1/trace', 'application/x-protobuf', new Uint8Array(traceRequest()))).status, 404);
    await shows(/wrong path/, /\/v1\/trace; the path is \/v1\/traces/, /without a path/);
  });

  it('names a content type that is not OTLP', async () => {
    assert.equal((await post('/v1/traces', 'text/plain', '{"resourceSpans":[]}')).status, 415);
    await shows(/content type that is not OTLP/, /text\/plain/, /application\/x-protobuf or application\/json/);
  });

  it('names JSON that is said to be protobuf', async () => {
    assert.equal((await post('/v1/traces', 'application/x-protobuf', '{"resourceSpans":[]}')).status, 400);
    await shows(/another encoding than the body/, /sent JSON with the content type of protobuf/, /application\/json/);
  });

  it('names a gRPC method that is not OTLP', async () => {
    const client = new GrpcClient(`127.0.0.1:${port}`);
    const { code } = await client.call('/jaeger.api_v2.CollectorService/PostSpans', traceRequest());
    client.close();
    assert.equal(code, 12);
    await shows(/gRPC method that is not OTLP/, /jaeger\.api_v2\.CollectorService/, /TraceService/);
  });

  it('lists what came, newest first, and what came of it', async () => {
    const rows = page.locator('.requests li');
    await until('five rows', async () => (await rows.count()) === 5);
    assert.match((await rows.first().textContent()) ?? '', /refused 404.*jaeger.*gRPC/s);
    assert.match((await page.locator('.requests').textContent()) ?? '', /\/v1\/trace · http\/protobuf/);
  });

  it('names OTEL_SDK_DISABLED in .env, and opens it', async () => {
    await shows(/OTEL_SDK_DISABLED/, /set in the file \.env/, /Remove OTEL_SDK_DISABLED/);
    await finding(/OTEL_SDK_DISABLED/)
      .getByRole('button', { name: 'Open .env' })
      .click();
    await workbench.activeTab.filter({ hasText: '.env' }).waitFor({ timeout: 10_000 });
    await workbench.page.locator('.tab', { hasText: 'Why No Spans?' }).click();
    await finding(/OTEL_SDK_DISABLED/).waitFor({ timeout: 10_000 });
  });

  it('names the exporter none in launch.json', () =>
    shows(/OTEL_TRACES_EXPORTER=none/, /the launch configuration "Shop"/, /Set it to otlp/));

  it('names the sampler in the settings of terminals', () =>
    shows(/sampler always_off/, /the settings of terminals.*reaches the task "serve"/, /parentbased_always_on/));

  it('names a proxy that a task sets, without its password', async () => {
    await shows(/HTTP_PROXY/, /http:\/\/proxy\.example:3128.*NO_PROXY/, /Add localhost to NO_PROXY/);
    assert.doesNotMatch((await page.locator('body').textContent()) ?? '', /hunter2/);
  });

  it('names packages that do not import together', () =>
    shows(/OpenAI cannot be imported/, /openai-v2 2\.4b0 with opentelemetry-util-genai 1\.3b0/, /older util package/));

  it('reads the environment of an open terminal', async () => {
    await workbench.run('Terminal: Create New Terminal');
    const box = page.locator('.environment').filter({ has: page.getByRole('heading', { name: /^The terminal "/ }) });
    await box.getByText('OTEL_EXPORTER_OTLP_ENDPOINT').waitFor({ timeout: 20_000 });
    assert.match((await box.textContent()) ?? '', new RegExp(`http://127\\.0\\.0\\.1:${port}`));
    await workbench.run('View: Hide Panel');
  });

  it('names a launch configuration without opentelemetry-instrument', () =>
    shows(/"Shop" starts a program without opentelemetry-instrument/, /only that command does/, /variable below/));

  it('tells what is cured while one looks', async () => {
    await writeFile(path.join(folder, '.env'), 'OTEL_SDK_DISABLED=false\n');
    await page.getByRole('button', { name: 'Check Again' }).click();
    await finding(/OTEL_SDK_DISABLED/).waitFor({ state: 'detached', timeout: 10_000 });
    await finding(/OTEL_TRACES_EXPORTER=none/).waitFor();
  });

  it('leads from the top to a cause by keyboard', async () => {
    const link = page.locator('nav a').first();
    const title = await link.textContent();
    await link.focus();
    await link.press('Enter');
    await until('the cause has the focus', () =>
      page
        .locator('article.finding:focus')
        .count()
        .then(count => count === 1),
    );
    assert.ok((await page.locator('article.finding:focus h3').textContent())?.includes(title ?? '?'));
  });

  it('copies a snippet and a report', async () => {
    const clipboard = () => workbench.page.evaluate<string>('navigator.clipboard.readText()');
    await finding(/OTEL_TRACES_EXPORTER=none/)
      .getByRole('button', { name: /^Copy/ })
      .click();
    await until('the snippet', async () => (await clipboard()) === 'OTEL_TRACES_EXPORTER=otlp');
    await page.getByRole('button', { name: 'Copy Report' }).click();
    await until('the report', async () => (await clipboard()).startsWith('# Spanside'));
    const report = await clipboard();
    assert.match(report, /OTEL\\_TRACES\\_EXPORTER=none/);
    assert.doesNotMatch(report, /hunter2/);
  });

  it('receives a test trace, and says so when one comes back', async () => {
    await page.getByRole('button', { name: 'Send a Test Trace' }).click();
    await workbench.page.locator('.tab', { hasText: 'POST /chat' }).waitFor({ timeout: 20_000 });
    await workbench.run('View: Close All Editors');
    await workbench.run('Spanside: Why Do I See No Spans?');
    await page.locator('.requests li.ok', { hasText: 'shop' }).waitFor({ timeout: 10_000 });
  });

  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    it(`is to be looked at in ${theme}`, async () => {
      await workbench.theme(theme);
      for (const width of [1400, 700, 320]) {
        await workbench.page.setViewportSize({ width, height: 1000 });
        if (width === 700) await workbench.run('View: Close Primary Side Bar');
        await page.getByRole('heading', { name: 'Why do I see no spans?' }).waitFor({ timeout: 10_000 });
        const wider = await page.locator('body').evaluate(body => body.scrollWidth - body.clientWidth);
        assert.equal(wider, 0, `the page does not scroll sideways at ${width}`);
        await workbench.picture(`doctor-${theme}-${width}`);
        assert.deepEqual(await violations(), [], `axe, at ${width}`);
      }
      await workbench.page.setViewportSize({ width: 900, height: 4600 });
      await workbench.picture(`doctor-${theme}-whole`);
      await workbench.page.setViewportSize({ width: 1400, height: 1000 });
      await workbench.openView();
    });
  }

  it('takes the port when its holder is gone and the button is pressed', async () => {
    await stop(holder);
    await finding(/is held by/)
      .getByRole('button', { name: 'Try the Port Again' })
      .click();
    await workbench.statusItem.filter({ hasText: `:${held}` }).waitFor({ timeout: 20_000 });
    await finding(/is held by/).waitFor({ state: 'detached', timeout: 10_000 });
  });

  it('is there again after a reload', async function () {
    this.timeout(90_000);
    await workbench.reload();
    await workbench.inspector.getByRole('heading', { name: 'Why do I see no spans?' }).waitFor({ timeout: 30_000 });
  });
});
