import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { activated, configuredPort, eventually, isFree, listenOn, workspaceFolder } from './window.ts';

const DEFAULT_PORT = 4318;
const node = process.env['SPANSIDE_NODE'] ?? 'node';

/** Ways to start a program in the editor; each runs environment.mjs, which writes what it was told to a file. */
const ways: Record<string, (program: string, file: string) => Thenable<unknown>> = {
  'a terminal': async (program, file) => {
    const terminal = vscode.window.createTerminal({ name: 'environment' });
    terminal.sendText(`"${node}" "${program}" "${file}"`);
  },
  'a shell task': (program, file) => runTask(new vscode.ShellExecution(node, [program, file])),
  'a process task': (program, file) => runTask(new vscode.ProcessExecution(node, [program, file])),
  'a debug session in the debug console': (program, file) => debug(program, file, 'internalConsole'),
  'a debug session in a terminal': (program, file) => debug(program, file, 'integratedTerminal'),
};

function runTask(execution: vscode.ShellExecution | vscode.ProcessExecution): Thenable<unknown> {
  const definition = { type: 'shell' };
  return vscode.tasks.executeTask(new vscode.Task(definition, workspaceFolder(), 'environment', 'test', execution));
}

async function debug(program: string, file: string, console: string): Promise<void> {
  const started = await vscode.debug.startDebugging(
    workspaceFolder(),
    { type: 'node', request: 'launch', name: 'environment', program, args: [file], console, runtimeExecutable: node },
    { noDebug: true },
  );
  assert.ok(started, 'the debug session did not start');
}

/** What a program started this way is told about OpenTelemetry. */
async function told(start: (program: string, file: string) => Thenable<unknown>): Promise<Record<string, string>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanside-environment-'));
  const file = path.join(folder, 'environment.json');
  await start(path.join(workspaceFolder().uri.fsPath, 'environment.mjs'), file);
  const text = () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  try {
    return JSON.parse(await eventually('the program has run', () => text() || undefined, 25_000));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('environment', () => {
  before(async () => void (await activated()));
  afterEach(async () => {
    await vscode.debug.stopDebugging();
    for (const terminal of vscode.window.terminals) terminal.dispose();
  });

  for (const [way, start] of Object.entries(ways)) {
    it(`tells ${way} where to send, where that is not the default`, async () => {
      const endpoint = `http://127.0.0.1:${configuredPort()}`;
      assert.equal((await told(start))['OTEL_EXPORTER_OTLP_ENDPOINT'], endpoint);
    });
  }

  it('leaves alone what a debug configuration says', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    const result = await told(async (program, file) => {
      const configuration = { type: 'node', request: 'launch', name: 'own', program, args: [file], env };
      await vscode.debug.startDebugging(workspaceFolder(), { ...configuration, runtimeExecutable: node });
    });
    assert.equal(result['OTEL_EXPORTER_OTLP_ENDPOINT'], env.OTEL_EXPORTER_OTLP_ENDPOINT);
  });

  it('leaves alone what a task of tasks.json says', async () => {
    const folder = path.join(workspaceFolder().uri.fsPath, '.vscode');
    const label = 'with an endpoint of its own';
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    const found = async () => (await vscode.tasks.fetchTasks()).find(task => task.name === label);
    try {
      const result = await told(async (program, file) => {
        const task = { label, type: 'process', command: node, args: [program, file], options: { env } };
        await mkdir(folder);
        await writeFile(path.join(folder, 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks: [task] }));
        await vscode.tasks.executeTask(await eventually('the task is known', found));
      });
      assert.equal(result['OTEL_EXPORTER_OTLP_ENDPOINT'], env.OTEL_EXPORTER_OTLP_ENDPOINT);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  describe('on the default port', () => {
    let configured: number;
    before(async function () {
      configured = configuredPort();
      // Another program may hold it, for example an editor in use; then there is nothing to see.
      if (!(await isFree(DEFAULT_PORT))) this.skip();
      await listenOn(DEFAULT_PORT);
    });
    after(() => listenOn(configured));

    for (const way of ['a terminal', 'a shell task', 'a debug session in the debug console']) {
      it(`tells ${way} nothing`, async () => {
        assert.deepEqual(await told(ways[way]!), {});
      });
    }
  });
});
