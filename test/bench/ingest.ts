import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serve } from '../cli/program.ts';
import { baseline } from './baseline.ts';
import { fresh, type Template, template } from './bodies.ts';
import { figures, report } from './report.ts';

const CONNECTIONS = 4;
const RUNS = 5;
const RUN_MS = 4_000;

/** What `spanside serve` takes in, acknowledged after the commit; client and server share the machine. */
export async function ingest(): Promise<void> {
  const decode = baseline();
  report('ingest', 'protobufjs decode (baseline)', 'spans/s', decode);
  for (const spansPerRequest of [512, 1]) {
    const request = template(1, spansPerRequest);
    const rates: number[] = [];
    const cpu: number[] = [];
    const disk: number[] = [];
    let memory = 0;
    for (let run = 0; run < RUNS; run++) {
      const folder = mkdtempSync(path.join(tmpdir(), 'spanside-bench-'));
      const server = await serve(folder);
      const pid = server.process.pid ?? 0;
      const before = cpuMs(pid);
      const { spans, seconds } = await send(server.url, request, RUN_MS);
      rates.push(spans / seconds);
      cpu.push(((cpuMs(pid) - before) * 1000) / spans);
      memory = Math.max(memory, peakMemory(pid));
      await server.stop();
      disk.push(sizeOf(folder) / spans);
      rmSync(folder, { recursive: true, force: true });
    }
    const name = `${spansPerRequest}-span requests`;
    const rate = figures(rates);
    report('ingest', name, 'spans/s', rate, rate.median / decode.median);
    report('ingest', `${name}, server CPU`, 'µs/span', figures(cpu));
    report('ingest', `${name}, disk`, 'bytes/span', figures(disk));
    report('ingest', `${name}, sent`, 'bytes/span', request.body.length / request.spans);
    report('ingest', `${name}, peak memory`, 'MiB', memory);
  }
}

async function send(url: string, request: Template, ms: number): Promise<{ spans: number; seconds: number }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const began = performance.now();
  let n = 0;
  let spans = 0;
  const client = async () => {
    while (performance.now() - began < ms) {
      await post(agent, `${url}/v1/traces`, fresh(request, ++n));
      spans += request.spans;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  agent.destroy();
  return { spans, seconds: (performance.now() - began) / 1000 };
}

function post(agent: http.Agent, url: string, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
    const request = http.request(url, { method: 'POST', agent, headers }, response => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(String(response.statusCode))),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Processor time of a process so far; Linux only, elsewhere not a number. */
function cpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

function peakMemory(pid: number): number {
  try {
    const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kib) / 1024;
  } catch {
    return Number.NaN;
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
