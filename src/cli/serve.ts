import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReceiverState } from '../collector/api.ts';
import { createCollector } from '../collector/collector.ts';
import { UserError } from '../model/userError.ts';
import { defaultStorage } from './storage.ts';

interface ServeOptions {
  port: number;
  grpcPort?: number;
  host?: string;
  storage?: string;
}

const DEFAULT_PORT = 4318;
const DEFAULT_GRPC_PORT = 4317;

/** Receives until SIGTERM or SIGINT; then finishes the open commit. */
export async function serve(options: ServeOptions): Promise<void> {
  if (options.host !== undefined && !isLoopback(options.host)) {
    throw new UserError(
      `${options.host} is not a loopback address. Spanside listens on this machine only; use 127.0.0.1 or ::1.`,
    );
  }
  const storage = resolve(options.storage ?? defaultStorage());
  const grpcPort = options.grpcPort ?? (options.port === DEFAULT_PORT ? DEFAULT_GRPC_PORT : undefined);
  const here = dirname(fileURLToPath(import.meta.url));
  const collector = createCollector({
    storageFolder: storage,
    ports: grpcPort === undefined ? [options.port] : [options.port, grpcPort],
    ...(options.host !== undefined && { hosts: [options.host] }),
    fallback: false,
    listen: true,
    lockWaitMs: 2_000,
    workers: { ingest: join(here, 'ingest.cjs'), query: join(here, 'query.cjs') },
  });
  collector.onDidWarn(message => process.stderr.write(`spanside: ${message}\n`));
  const stopped = new Promise<void>(done => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => done());
  });
  try {
    const state = await new Promise<ReceiverState>(ready => {
      collector.onDidChangeState(state => {
        if (state.phase === 'listening' || state.phase === 'failed') ready(state);
      });
    });
    if (state.phase === 'failed') throw new UserError(state.message);
    if (state.phase !== 'listening') return;
    for (const taken of state.taken) {
      process.stderr.write(`spanside: port ${taken} is taken by another program; it is tried again.\n`);
    }
    const endpoints = state.endpoints.map(({ url }) => url);
    process.stdout.write(`${JSON.stringify({ ready: true, endpoints, storage })}\n`);
    await stopped;
  } finally {
    await collector.dispose();
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
