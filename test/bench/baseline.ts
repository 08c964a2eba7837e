import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { outFolder, root } from '../harness/cache.ts';
import { template } from './bodies.ts';
import { type Figures, figures } from './report.ts';

interface Decoder {
  decode(body: Uint8Array): unknown;
}

/** Spans per second that protobufjs' static code decodes on one core: what the machine is worth today. Five runs of two seconds. */
export function baseline(): Figures {
  const folder = path.join(outFolder, 'bench');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'otlp.cjs');
  const pbjs = path.join(root, 'node_modules/protobufjs-cli/bin/pbjs');
  const proto = path.join(root, 'test/fixtures/otlp/otlp.proto');
  const flags = ['-t', 'static-module', '-w', 'commonjs', '--no-create', '--no-verify', '--no-convert', '--no-service'];
  execFileSync(process.execPath, [pbjs, ...flags, '-o', file, proto]);
  const { otlp } = createRequire(import.meta.url)(file) as { otlp: { ExportTraceServiceRequest: Decoder } };
  const { body, spans } = template();
  const runs = Array.from({ length: 5 }, () => {
    const until = performance.now() + 2_000;
    const began = performance.now();
    let decoded = 0;
    while (performance.now() < until) {
      otlp.ExportTraceServiceRequest.decode(body);
      decoded += spans;
    }
    return decoded / ((performance.now() - began) / 1000);
  });
  return figures(runs);
}
