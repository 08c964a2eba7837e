import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CollectorApi } from '../../src/collector/api.ts';
import { collect } from './collecting.ts';
import { until } from './processes.ts';

/** Span ids by trace id, as the product answers them. */
export async function spansIn(folder: string, atLeast = 0): Promise<Map<string, string[]>> {
  const { collector } = await collect(folder, { lockWaitMs: 2_000 });
  try {
    return await until(`${atLeast} spans can be read`, async () => {
      const spans = await readSpanIds(collector);
      const count = [...spans.values()].reduce((sum, ids) => sum + ids.length, 0);
      return count >= atLeast && spans;
    });
  } finally {
    await collector.dispose();
  }
}

export async function readSpanIds(collector: CollectorApi): Promise<Map<string, string[]>> {
  const spans = new Map<string, string[]>();
  const { traces } = await collector.listTraces({ limit: 1000 });
  for (const { traceId } of traces) {
    const trace = await collector.trace(traceId);
    spans.set(traceId, trace?.spans.map(({ spanId }) => spanId as string).sort() ?? []);
  }
  return spans;
}

/** What SQLite says of a database that nobody has open: 'ok', or what is wrong with it. */
export function integrity(folder: string): string {
  const database = new DatabaseSync(path.join(folder, 'spanside.db'));
  try {
    return (database.prepare('PRAGMA integrity_check').get() as { integrity_check: string }).integrity_check;
  } finally {
    database.close();
  }
}
