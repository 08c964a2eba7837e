// A process of its own that does nothing but decode with protobufjs' static code: median of five times two seconds, for
// each way of spreading spans over traces.
import { createRequire } from 'node:module';
import type { Decoded } from './baseline.ts';
import { body, type Shape } from './bodies.ts';

interface Message {
  resourceSpans: { scopeSpans: { spans: { startTimeUnixNano: unknown }[] }[] }[];
}
interface Decoder {
  decode(body: Uint8Array): Message;
}

const RUNS = 5;
const RUN_MS = 2_000;
const BODIES = 32;

const require = createRequire(import.meta.url);
const minimal = require('protobufjs/minimal') as { util: { Long: unknown }; configure(): void };
// Before the static code is loaded, which asks for it: times as numbers are what protobufjs is fastest with.
minimal.util.Long = null;
minimal.configure();
const { otlp } = require(process.argv[2] ?? '') as { otlp: { ExportTraceServiceRequest: Decoder } };

function measure(shape: Shape): Decoded {
  const bodies = Array.from({ length: BODIES }, (_, seed) => body({ spans: 512, shape, seed }));
  const decode = (i: number) => otlp.ExportTraceServiceRequest.decode(bodies[i % BODIES]!.proto);
  if (typeof decode(0).resourceSpans[0]?.scopeSpans[0]?.spans[0]?.startTimeUnixNano !== 'number') {
    throw new Error('protobufjs decodes with Long; the baseline is without.');
  }
  for (let i = 0; i < 200; i++) decode(i);
  const rates: number[] = [];
  const cpu: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    const began = performance.now();
    let spans = 0;
    for (let i = 0; performance.now() - began < RUN_MS; i++) {
      decode(i);
      spans += 512;
    }
    rates.push(spans / ((performance.now() - began) / 1000));
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / spans);
  }
  const bytes = bodies.reduce((sum, { proto }) => sum + proto.length, 0);
  return { rates, cpu, bytesPerSpan: bytes / (BODIES * 512) };
}

const shapes: Shape[] = ['traces', 'trace', 'singles'];
process.stdout.write(JSON.stringify(Object.fromEntries(shapes.map(shape => [shape, measure(shape)]))));
