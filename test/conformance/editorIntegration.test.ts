import assert from 'node:assert/strict';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import fs from 'node:fs/promises';
import { request } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogOutputChannel, Uri as VscodeUri } from 'vscode';
import type { ReceiverState } from '../../src/collector/api.ts';
import { parseSpanId } from '../../src/model/ids.ts';
import { UserError } from '../../src/model/userError.ts';
import { WorkspaceFiles } from '../../src/source/workspaceFiles.ts';
import { SpanAnswers } from '../../src/views/inspector/spanAnswers.ts';
import { Refusals } from '../../src/views/refusals.ts';
import { statusText } from '../../src/views/statusText.ts';
import { TraceList } from '../../src/views/traces/traceList.ts';
import { spanside } from '../cli/program.ts';
import { Collected, idOf, span } from './support/collected.ts';
import { asked, inEditor, log, logged, panels, settings, type TreeItem, Uri } from './support/editor.ts';
import { HOSTILE, HOSTILE_TEXT, UNSAFE } from './support/hostile.ts';
import { spansBody } from './support/spanBodies.ts';

const root = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const channel = log as unknown as LogOutputChannel;

describe('telemetry in the editor', () => {
  const collected = Collected.start();

  beforeEach(() => {
    asked.length = 0;
    logged.length = 0;
    panels.length = 0;
  });

  for (const [what, text] of Object.entries(HOSTILE)) {
    it(`X-30 X-31 X-34: a ${what} in names is plain text in the list and its tooltips`, async () => {
      const { treeItem, resolveTooltip } = await inEditor(() => import('../../src/views/traces/treeItem.ts'));
      const trace = collected.traceId();
      const resource = [['service.name', text]] as const;
      await collected.send(
        spansBody([span(trace, 1, undefined, { name: text }), span(trace, 2, 1, { name: text })], resource),
      );
      const list = new TraceList(collected.collector);
      const node = (await list.children()).find(each => each.kind === 'trace' && each.summary.traceId === trace)!;
      const [child] = await list.children(node);
      const services = await (async () => {
        list.grouped = true;
        return list.children();
      })();
      assert.ok(child && services.length > 0);
      for (const each of [node, child, ...services]) {
        const item = resolveTooltip(treeItem(each, Date.now(), false), each, Date.now()) as unknown as TreeItem;
        // Text is drawn as it is; only a MarkdownString would be looked into.
        for (const shown of [item.label, item.description, item.tooltip ?? '']) {
          assert.equal(typeof shown, 'string');
          assert.doesNotMatch(String(shown), UNSAFE);
          assert.ok(String(shown).length < 2_000);
        }
        assert.match((item.iconPath as { id: string }).id, /^[a-z-]+$/);
        assert.doesNotMatch(item.accessibilityInformation?.label ?? '', UNSAFE);
      }
    });
  }

  it('X-30: no part of the extension draws markdown, so no telemetry can be in any', () => {
    const files = globSync('src/**/*.ts', { cwd: root });
    assert.ok(files.length > 150);
    const found = files.filter(file =>
      /MarkdownString|supportHtml|isTrusted\s*[:=]\s*true/.test(readFileSync(join(root, file), 'utf8')),
    );
    assert.deepEqual(found, []);
  });

  it('X-30: what is drawn with icons is given no icons by telemetry', async () => {
    const { reportFailure, Hint } = await inEditor(() => import('../../src/views/failure.ts'));
    reportFailure(new Hint(HOSTILE_TEXT, true), channel, 'a test');
    const [call, text] = asked[0]!;
    assert.equal(call, 'setStatusBarMessage');
    assert.deepEqual(text.match(/\$\(/g), ['$(']);
    assert.ok(text.startsWith('$(info) '));
  });

  /** An inspector with a page that is not to be trusted. */
  async function openInspector(trace: string) {
    const { InspectorPanels } = await inEditor(() => import('../../src/views/inspector/panels.ts'));
    const opened: string[] = [];
    const note = (what: string) => async (ref: unknown) => {
      opened.push(`${what} ${JSON.stringify(ref)}`);
    };
    const inspectors = new InspectorPanels({
      collector: collected.collector,
      answers: new SpanAnswers(collected.collector, new WorkspaceFiles([])),
      navigator: { open: note('source') } as never,
      documents: { open: note('document') } as never,
      log: channel,
      extensionUri: Uri.file('/extension') as unknown as VscodeUri,
    });
    inspectors.open({ traceId: trace as never });
    asked.length = 0;
    return { panel: panels.at(-1)!, opened };
  }

  it('X-32: the page may load its own folder only, by a policy that allows nothing else', async () => {
    const { panel } = await openInspector(collected.traceId());
    assert.deepEqual(panel.webview.options.localResourceRoots?.map(String), ['file:/extension/dist/webview']);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(panel.webview.html)?.[1] ?? '';
    const rules = policy.split('; ').map(rule => rule.split(' '));
    const nonce = /script-src 'nonce-([\w-]{22})'/.exec(policy)?.[1];
    assert.deepEqual(rules, [
      ['default-src', "'none'"],
      ['script-src', `'nonce-${nonce}'`, 'https://page.example'],
      ['style-src', 'https://page.example'],
      ['font-src', 'https://page.example'],
      ['img-src', 'https://page.example', 'data:'],
    ]);
  });

  it('X-33: a message that is not of the protocol does nothing but a line in the log', async () => {
    const { panel, opened } = await openInspector(collected.traceId());
    const hostile: unknown[] = [
      null,
      'ready',
      { type: 'executeCommand', command: 'workbench.action.terminal.new' },
      { type: 'openRaw', spanId: '../../../etc/passwd' },
      { type: 'openValue', spanId: idOf(1), place: '../../../etc/passwd' },
      { type: 'openSource', spanId: idOf(1), file: '/etc/passwd', candidate: '/etc/passwd' },
      { type: 'openFrame', spanId: idOf(1), frame: -1 },
      { type: 'openTrace', traceId: "'; DROP TABLE spans; --" },
      { type: 'details', request: 1, spanId: `${idOf(1)}\u001b[2J` },
      { type: 'copy', text: { toString: 'x' } },
      { type: '\u001b]0;title\u0007' },
      JSON.parse('{"type":"selected","spanId":"x","__proto__":{"type":"ready"}}'),
    ];
    for (const message of hostile) panel.send(message);
    await new Promise(resolve => setTimeout(resolve, 50));
    assert.deepEqual(opened, []);
    assert.deepEqual(asked, []);
    assert.deepEqual(panel.posted, []);
    assert.equal(logged.length, hostile.length);
    for (const line of logged) assert.doesNotMatch(line, UNSAFE);
  });

  it('X-33: what a message may name are ids and numbers; nothing it adds gets through', async () => {
    const { panel, opened } = await openInspector(collected.traceId());
    panel.send({ type: 'openSource', spanId: idOf(1), candidate: 2, file: '/etc/passwd', column: 3 });
    panel.send({ type: 'openRaw', spanId: idOf(1), path: '/etc/passwd' });
    await new Promise(resolve => setTimeout(resolve, 20));
    assert.equal(opened.length, 2);
    assert.ok(
      opened.every(line => !line.includes('passwd')),
      opened.join('\n'),
    );
  });

  it('X-37: only http and https addresses are opened outside, and only when the page says that they were clicked', async () => {
    const { panel } = await openInspector(collected.traceId());
    const refused = [
      'command:workbench.action.quit',
      'vscode://file/etc/passwd',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:text/html,x',
      'smb://host/share',
      'ms-msdt:/id',
      '//evil.example/x',
      'evil.example',
      ' ',
    ];
    for (const url of refused) panel.send({ type: 'openUrl', url });
    await new Promise(resolve => setTimeout(resolve, 20));
    assert.deepEqual(asked, []);
    assert.equal(logged.length, refused.length);
    panel.send({ type: 'openUrl', url: 'https://opentelemetry.io/schemas/1.38.0' });
    panel.send({ type: 'openUrl', url: 'http://localhost/x' });
    await new Promise(resolve => setTimeout(resolve, 20));
    assert.deepEqual(
      asked,
      [
        ['openExternal', 'https://opentelemetry.io/schemas/1.38.0'],
        ['openExternal', 'http://localhost/x'],
      ].map(([call, url]) => [call, url]),
    );
  });
});

describe('telemetry in terminals, logs and notifications', () => {
  const collected = Collected.start();

  beforeEach(() => {
    asked.length = 0;
    logged.length = 0;
  });

  it('X-35: notifications, the status bar and the log get no control characters and no direction overrides, and have an end', async () => {
    const { reportFailure, Hint } = await inEditor(() => import('../../src/views/failure.ts'));
    const { showOnce } = await inEditor(() => import('../../src/views/warnings.ts'));
    const long = HOSTILE_TEXT + 'x'.repeat(1_000_000);
    reportFailure(new UserError(long), channel, 'a test');
    reportFailure(new Hint(long, false), channel, 'a test');
    reportFailure(new Hint(long, true), channel, 'a test');
    reportFailure(new Error(long), channel, 'a test');
    showOnce(channel)(long);
    assert.deepEqual(
      asked.map(([call]) => call),
      ['showErrorMessage', 'showInformationMessage', 'setStatusBarMessage', 'showErrorMessage', 'showWarningMessage'],
    );
    for (const [, text] of asked) {
      assert.doesNotMatch(text, UNSAFE);
      assert.ok(text.length <= 1_100);
    }
    assert.equal(logged.length, 2);
    for (const line of logged) {
      assert.doesNotMatch(line, UNSAFE);
      assert.ok(line.length < 21_000);
    }
  });

  it('X-35: a request that is refused cannot write to the log or the status bar what it likes', async () => {
    const lines: string[] = [];
    const refusals = new Refusals(collected.collector, line => lines.push(line));
    await new Promise<void>((resolve, reject) => {
      const { port } = new URL(collected.url);
      const headers = { host: `evil\u009b31m${'x'.repeat(3_000)}.example`, 'content-type': 'application/json' };
      const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/traces', headers }, response => {
        response.resume().on('end', resolve);
      });
      sent.on('error', reject).end('{}');
    });
    while (lines.length === 0) await new Promise(resolve => setTimeout(resolve, 10));
    refusals.dispose();
    const { state, counts } = collected.collector;
    const told = { terminals: true, debugSessions: true };
    const status = statusText(state, { started: true, traces: 1, counts, unseen: true, wanted: 4318, told } as never);
    for (const text of [...lines, status.text, ...status.tooltip, status.spoken]) {
      assert.doesNotMatch(text, UNSAFE);
      assert.ok(text.length <= 1_100, text);
    }
  });

  it('X-35: the command line prints no control characters and no direction overrides, in tables or in JSON', async () => {
    const trace = collected.traceId();
    const resource = [['service.name', HOSTILE_TEXT]] as const;
    const attributes = [
      [HOSTILE_TEXT, HOSTILE_TEXT],
      ['code.file.path', HOSTILE_TEXT],
      ['code.line.number', '1'],
    ] as const;
    const hostile = span(trace, 1, undefined, { name: HOSTILE_TEXT, attributes, events: [HOSTILE_TEXT] });
    await collected.send(spansBody([hostile, span(trace, 2, 9, { name: HOSTILE_TEXT })], resource));
    const store = ['--storage', collected.folder];
    for (const args of [
      ['traces'],
      ['traces', '--json'],
      ['trace', trace],
      ['trace', trace, '--json'],
      ['trace', trace, '--otlp'],
      ['locate', trace],
      ['locate', trace, '--json'],
      ['trace', `\u001b[31m${HOSTILE.bidi}`],
      ['traces', `duration:${HOSTILE.escape.replaceAll('\u0000', '')}`],
    ]) {
      const { out, err } = await spanside([...args, ...store]);
      assert.ok(out.length + err.length > 20, args.join(' '));
      for (const text of [out, err]) assert.doesNotMatch(text, UNSAFE, args.join(' '));
      // Escaped, not lost.
      if (args.includes('--otlp'))
        assert.equal(JSON.parse(out).resourceSpans[0].scopeSpans[0].spans[0].name, HOSTILE_TEXT);
    }
  });
});

describe('places that telemetry names', () => {
  const collected = Collected.start();
  let base = '';
  let folder = '';

  before(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'spanside-test-')));
    folder = join(base, 'workspace');
    mkdirSync(join(folder, 'src'), { recursive: true });
    writeFileSync(join(folder, 'src/shop.ts'), 'one\ntwo\n');
    writeFileSync(join(base, 'secret.ts'), 'outside\n');
    symlinkSync(join(base, 'secret.ts'), join(folder, 'src/link.ts'));
  });
  after(() => rmSync(base, { recursive: true, force: true }));

  /** Paths that were looked at on the disk while `run` ran. */
  async function touched(run: () => Promise<void>): Promise<string[]> {
    const paths: string[] = [];
    const names = ['stat', 'lstat', 'realpath', 'readFile', 'readdir', 'open', 'access'] as const;
    const originals = names.map(name => [name, fs[name]] as const);
    const patched = fs as unknown as Record<string, unknown>;
    for (const [name, original] of originals) {
      patched[name] = (path: unknown, ...rest: unknown[]) => {
        paths.push(String(path));
        return (original as (...args: unknown[]) => unknown)(path, ...rest);
      };
    }
    syncBuiltinESMExports();
    try {
      await run();
    } finally {
      for (const [name, original] of originals) patched[name] = original;
      syncBuiltinESMExports();
    }
    return paths;
  }

  it('X-36: no path that telemetry names leads out of the folders, and none outside is looked at', async () => {
    const trace = collected.traceId();
    const paths = [
      '/etc/passwd',
      join(base, 'secret.ts'),
      `${folder}/../secret.ts`,
      '../secret.ts',
      'src/../../secret.ts',
      `${folder}/src/link.ts`,
      'src/link.ts',
      '\\\\server\\share\\src\\shop.cs',
      '//server/share/secret.ts',
      'file://server/share/secret.ts',
      `file://server${base}/secret.ts`,
      '\\\\?\\C:\\secret.ts',
      'C:\\Windows\\secret.ts',
      'vscode-remote://host/secret.ts',
      'command:secret.ts',
      `${folder}/CON`,
      `${folder}/src/nul.ts`,
      `${folder}/src/shop.ts\0.txt`,
      'src/',
      '.',
      '',
    ];
    const spans = paths.flatMap((path, i) => {
      const code = [
        ['code.file.path', path],
        ['code.line.number', '1'],
      ] as const;
      return [span(trace, i + 1, undefined, { attributes: code })];
    });
    await collected.send(spansBody(spans));
    const files = new WorkspaceFiles([folder]);
    const answers = new SpanAnswers(collected.collector, files);
    const looked = await touched(async () => {
      for (const [i, path] of paths.entries()) {
        const location = await answers.locate({ traceId: trace, spanId: parseSpanId(idOf(i + 1))! });
        assert.ok(location, path);
        // A name alone may still mean the file of the workspace that has it.
        for (const place of [...location.candidates, ...(location.best ? [location.best] : [])]) {
          assert.equal(place.file, join(folder, 'src/shop.ts'), path);
        }
      }
    });
    assert.ok(looked.length > 0);
    for (const path of looked) assert.ok(path === folder || path.startsWith(`${folder}/`), path);
  });

  it('X-36: what was found is looked at again before it is opened', async () => {
    const { openCandidate } = await inEditor(() => import('../../src/source/vscodeOpen.ts'));
    settings.folders = [folder];
    const candidate = { line: 1, score: 1, why: [] };
    for (const file of [
      join(base, 'secret.ts'),
      join(folder, 'src/link.ts'),
      '//server/share/a.ts',
      '/etc/passwd',
      join(folder, 'CON'),
    ]) {
      asked.length = 0;
      const looked = await touched(() =>
        assert.rejects(openCandidate({ ...candidate, file }, { preserveFocus: true }), UserError),
      );
      assert.deepEqual(asked, [], file);
      for (const path of looked) assert.ok(path.startsWith(folder), path);
    }
    await openCandidate({ ...candidate, file: join(folder, 'src/shop.ts') }, { preserveFocus: true });
    assert.deepEqual(asked[0], ['openTextDocument', `file:${join(folder, 'src/shop.ts')}`]);
  });
});

describe('what leaves the editor, and what a workspace may decide', () => {
  it('X-38: nothing is exported as CSV or as a command line, where a value could become a formula or a command', () => {
    // With the first such command this fails, and the export has to quote: formulas by an apostrophe, shells by the shell's rules.
    const commands: { title: string; command: string }[] = manifest.contributes.commands;
    const says = commands.filter(({ title, command }) =>
      /csv|spreadsheet|curl|powershell|export/i.test(`${title} ${command}`),
    );
    assert.deepEqual(says, []);
    const files = globSync(['src/**/*.ts', 'webview/**/*.{ts,tsx}'], { cwd: root });
    const writers = files.filter(file => /text\/csv|\.csv\b|['"`]curl /.test(readFileSync(join(root, file), 'utf8')));
    assert.deepEqual(writers, []);
  });

  const properties: Record<string, { scope?: string }> = manifest.contributes.configuration.properties;
  const { untrustedWorkspaces } = manifest.capabilities;
  /** Settings that only change what is drawn. */
  const DRAWING = /^spanside\.(?:codeLens|inspector)\./;

  it('X-39: in Restricted Mode no setting of the workspace decides what is received, sent or set', () => {
    assert.equal(untrustedWorkspaces.supported, 'limited');
    const free = Object.entries(properties).filter(
      ([key, { scope }]) =>
        !untrustedWorkspaces.restrictedConfigurations.includes(key) && !/^(?:machine|application)$/.test(scope ?? ''),
    );
    assert.ok(
      free.every(([key]) => DRAWING.test(key)),
      free.map(([key]) => key).join(),
    );
    for (const key of untrustedWorkspaces.restrictedConfigurations) assert.ok(key in properties, key);
  });

  it('X-39: in Restricted Mode no terminal, task or debug session is given an environment', async () => {
    const { endpointForTerminals } = await inEditor(() => import('../../src/environment/terminals.ts'));
    const { endpointForDebugging } = await inEditor(() => import('../../src/environment/debugSessions.ts'));
    const main = { url: 'http://127.0.0.1:5000', port: 5000, host: '127.0.0.1' };
    const state = { phase: 'listening', main, endpoints: [main], taken: [], missing: [] } as unknown as ReceiverState;
    try {
      settings.trusted = false;
      assert.deepEqual([endpointForTerminals(state), endpointForDebugging(state)], [undefined, undefined]);
      settings.trusted = true;
      assert.deepEqual([endpointForTerminals(state), endpointForDebugging(state)], [main.url, main.url]);
    } finally {
      settings.trusted = true;
    }
  });

  it('X-40: settings with a say in who can reach the receiver and in what is masked belong to the machine', () => {
    const weighty = /port|bind|host|token|origin|forward|header|redact|path/i;
    const found = Object.entries(properties).filter(([key]) => weighty.test(key.replace('spanside.', '')));
    assert.ok(found.length >= 3);
    for (const [key, { scope }] of found) assert.match(scope ?? '', /^(?:machine|application)$/, key);
  });
});
