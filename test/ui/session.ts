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
  port: number;
  endpoint: string;
  close(): Promise<void>;
}

/** A window of its own on a fresh workspace, with Spanside on a port of its own and its view open. */
export async function openSession(settings: Record<string, unknown> = {}): Promise<Session> {
  const base = await mkdtemp(path.join(tmpdir(), 'spanside-ui-'));
  const folder = path.join(base, 'workspace');
  const dataFolder = path.join(base, 'editor');
  await copyPrograms(folder);
  const port = await freePort();
  const workbench = await Workbench.open({
    folder,
    dataFolder,
    development: true,
    settings: { 'spanside.receiver.port': port, ...settings },
  });
  await workbench.openView();
  await workbench.statusItem.filter({ hasText: `:${port}` }).waitFor({ timeout: 20_000 });
  return {
    workbench,
    folder,
    dataFolder,
    port,
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      await workbench.close();
      await rm(base, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
