import { run } from '../harness/processes.ts';
import { assertQuiet, GO_TROUBLE, type Send } from './sent.ts';

const WORKERS = 2;
/** Of each worker. */
const TRACES = 10;
const CHILDREN = 9;
const RECORDS = 90;
const POINTS = 30;
/** So that there is more than one request. */
const BATCH = 64;

/** Sends with `telemetrygen`, as its manual says, unthrottled. */
export function telemetrygen(binary: string, signal: 'traces' | 'logs' | 'metrics', http: boolean): Send {
  return async endpoint => {
    const amount = {
      traces: ['--traces', String(TRACES), '--child-spans', String(CHILDREN), '--batch-size', String(BATCH)],
      logs: ['--logs', String(RECORDS), '--batch-size', String(BATCH)],
      metrics: ['--metrics', String(POINTS)],
    }[signal];
    const where = ['--otlp-insecure', '--otlp-endpoint', new URL(endpoint).host, ...(http ? ['--otlp-http'] : [])];
    const args = [signal, ...where, ...amount, '--rate', '0', '--workers', String(WORKERS)];
    assertQuiet('telemetrygen', await run(binary, args, { timeout: 30_000 }), GO_TROUBLE);
    if (signal === 'logs') return { names: {}, logs: WORKERS * RECORDS };
    if (signal === 'metrics') return { names: {}, points: WORKERS * POINTS };
    const names = ['lets-go', ...Array.from({ length: CHILDREN }, (_, i) => `okey-dokey-${i}`)];
    return { names: Object.fromEntries(names.map(name => [name, WORKERS * TRACES])) };
  };
}
