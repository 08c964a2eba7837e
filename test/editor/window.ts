import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import * as vscode from 'vscode';

const execute = promisify(execFile);

/** The folder this window has open. */
export function workspaceFolder(): vscode.WorkspaceFolder {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the window has no folder open');
  return folder;
}

/** The extension, activated. */
export async function activated(): Promise<vscode.Extension<unknown>> {
  const extension = vscode.extensions.getExtension('spanside.spanside');
  assert.ok(extension, 'the extension is not installed');
  await extension.activate();
  return extension;
}

/** Whether Spanside answers on this port. */
export async function answersOn(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/.well-known/spanside`);
    return ((await response.json()) as { name?: string }).name === 'spanside';
  } catch {
    return false;
  }
}

/** Lets Spanside listen on this port. */
export async function listenOn(port: number): Promise<void> {
  await vscode.workspace.getConfiguration('spanside').update('receiver.port', port, vscode.ConfigurationTarget.Global);
  await eventually(`Spanside listens on ${port}`, () => answersOn(port));
}

export function configuredPort(): number {
  return vscode.workspace.getConfiguration('spanside').get<number>('receiver.port') ?? 0;
}

/** Whether a port can be had on both loopback addresses. */
export async function isFree(port: number): Promise<boolean> {
  const listens = (host: string) =>
    new Promise<boolean>(resolve => {
      const server = createServer();
      server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
      server.listen(port, host, () => server.close(() => resolve(true)));
    });
  return (await listens('127.0.0.1')) && (await listens('::1'));
}

export interface SentSpan {
  traceId: string;
  spanId: string;
}

/** Runs a program of the workspace under plain Node, told nothing but where to send; gives the ids it prints. */
export async function sendOrder(name: string, port: number): Promise<SentSpan> {
  const { stdout } = await execute(process.env['SPANSIDE_NODE'] ?? 'node', ['order.mjs', name], {
    cwd: workspaceFolder().uri.fsPath,
    env: { PATH: process.env['PATH'], OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
  });
  return JSON.parse(stdout) as SentSpan;
}

/** Asks again and again until the answer is something; fails with `what` after `timeout` milliseconds. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  timeout = 10_000,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) assert.fail(`waited ${timeout / 1000} s in vain: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
