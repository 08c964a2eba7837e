import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { outFolder, root } from '../harness/cache.ts';
import type { Shape } from './bodies.ts';
import { figures, report } from './report.ts';

/** Spans per second and processor time per span in microseconds, of every run. */
export interface Decoded {
  rates: number[];
  cpu: number[];
  bytesPerSpan: number;
}

export type Baseline = Record<Shape, Decoded>;

const NAMES: Record<Shape, string> = {
  traces: 'traces of 10',
  trace: 'one trace a body',
  singles: '512 traces a body',
};

/** What the machine is worth today: protobufjs' static code decoding the bodies of the bench, alone on one core. */
export function baseline(bench: string): Baseline {
  const folder = path.join(outFolder, 'bench');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'otlp.cjs');
  const pbjs = path.join(root, 'node_modules/protobufjs-cli/bin/pbjs');
  const proto = path.join(root, 'test/fixtures/otlp/otlp.proto');
  const flags = ['-t', 'static-module', '-w', 'commonjs', '--no-create', '--no-verify', '--no-convert', '--no-service'];
  execFileSync(process.execPath, [pbjs, ...flags, '-o', file, proto]);
  const command = [process.execPath, path.join(import.meta.dirname, 'decode.ts'), file];
  const [program = '', ...args] = [...oneCore(), ...command];
  const made = JSON.parse(execFileSync(program, args, { encoding: 'utf8' })) as Baseline;
  for (const shape of ['traces', 'trace', 'singles'] as const) {
    const { rates, cpu, bytesPerSpan } = made[shape];
    report(bench, `baseline, ${NAMES[shape]}`, 'spans/s', figures(rates));
    report(bench, `baseline, ${NAMES[shape]}, CPU`, 'µs/span', figures(cpu));
    report(bench, `baseline, ${NAMES[shape]}, size`, 'bytes/span', bytesPerSpan);
  }
  return made;
}

/** Without it the engine's own threads take their share of another core. */
function oneCore(): string[] {
  if (process.platform !== 'linux') return [];
  try {
    execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' });
    return ['taskset', '-c', '0'];
  } catch {
    return [];
  }
}
