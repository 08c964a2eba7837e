import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../harness/processes.ts';
import { copyPrograms } from '../harness/programs.ts';
import { Workbench } from '../harness/workbench.ts';

export interface Session {
  workbench: Workbench;
  /** The folder that is open, with the programs that send. */
  folder: string;
  dataFolder: string;
  /** The port of the settings. */
  port: number;
  endpoint: string;
  /** Waits until the status bar says that Spanside listens on this port. */
  listensOn(port: number | RegExp): Promise<void>;
  close(): Promise<void>;
}

/** A window of its own on a fresh workspace, with the Spanside view open. */
export async function openWindow(port: number): Promise<Session> {
  const base = await mkdtemp(path.join(tmpdir(), 'spanside-ui-'));
  const folder = path.join(base, 'workspace');
  const dataFolder = path.join(base, 'editor');
  await copyPrograms(folder);
  const settings = { 'spanside.receiver.port': port };
  const workbench = await Workbench.open({ folder, dataFolder, development: true, settings });
  await workbench.openView();
  return {
    workbench,
    folder,
    dataFolder,
    port,
    endpoint: `http://127.0.0.1:${port}`,
    listensOn: port =>
      workbench.statusItem.filter({ hasText: port instanceof RegExp ? port : `:${port}` }).waitFor({ timeout: 30_000 }),
    close: async () => {
      await workbench.close();
      await rm(base, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The same, listening on a port of its own. */
export async function openSession(): Promise<Session> {
  const session = await openWindow(await freePort());
  await session.listensOn(session.port);
  return session;
}
