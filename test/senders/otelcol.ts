import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endWithUs, freePort, until } from '../harness/processes.ts';
import { assertQuiet, GO_TROUBLE, type Send } from './sent.ts';

/**
 * Puts an OpenTelemetry Collector between a sender and who receives: the sender is told the Collector's endpoint, and the
 * Collector batches and exports. It has sent everything when this returns.
 */
export function throughCollector(
  binary: string,
  exporter: 'otlp_grpc' | 'otlp_http',
  compression: 'none' | 'gzip' | 'zstd',
  send: Send,
): Send {
  return async endpoint => {
    const folder = await mkdtemp(path.join(tmpdir(), 'spanside-otelcol-'));
    const port = await freePort();
    const file = path.join(folder, 'config.json');
    await writeFile(file, JSON.stringify(configuration(port, exporter, compression, endpoint)));
    const child = spawn(binary, ['--config', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    endWithUs(child);
    let log = '';
    child.stderr.on('data', chunk => {
      log += chunk;
    });
    const exited = once(child, 'exit');
    try {
      await until('the Collector is ready', () => child.exitCode !== null || /Everything is ready/.test(log));
      const sent = await send(`http://127.0.0.1:${port}`);
      // Being stopped, it first sends what it still holds.
      child.kill('SIGTERM');
      const [code] = await exited;
      if (code !== 0) throw new Error(`The Collector ended with ${code}:\n${log}`);
      assertQuiet('The Collector', log, GO_TROUBLE);
      return sent;
    } finally {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function configuration(port: number, exporter: string, compression: string, endpoint: string): object {
  const pipeline = { receivers: ['otlp'], processors: ['batch'], exporters: [exporter] };
  return {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors: { batch: { timeout: '100ms', send_batch_size: 64, send_batch_max_size: 64 } },
    exporters: {
      [exporter]:
        exporter === 'otlp_grpc'
          ? { endpoint: new URL(endpoint).host, compression, tls: { insecure: true } }
          : { endpoint, compression },
    },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { traces: pipeline, logs: pipeline, metrics: pipeline },
    },
  };
}
