import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../harness/processes.ts';
import { openSession } from '../ui/session.ts';
import { figures, report } from './report.ts';

const RUNS = 5;

/** What activation costs the extension host's main thread, in a real VS Code; read from the extension's own log. */
export async function activation(): Promise<void> {
  const activate: number[] = [];
  const load: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const session = await openSession();
    try {
      const [, active, loaded] = await until('the log of the activation', () => logged(session.dataFolder));
      activate.push(Number(active));
      load.push(Number(loaded));
    } finally {
      await session.close();
    }
  }
  report('activation', 'activate() returns after', 'ms', figures(activate));
  report('activation', 'loading the bundle before that', 'ms', figures(load));
}

function logged(dataFolder: string): string[] | undefined {
  for (const file of globSync('**/Spanside.log', { cwd: dataFolder })) {
    const text = readFileSync(path.join(dataFolder, file), 'utf8');
    const found = /Activated in ([\d.]+) ms; loaded in ([\d.]+) ms/.exec(text);
    if (found) return [...found];
  }
  return undefined;
}
