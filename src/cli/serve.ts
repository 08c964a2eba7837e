import { isIP } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { DEFAULT_INGEST_SETTINGS, type ReceiverState, type RetentionSettings } from '../collector/api.ts';
import { createCollector } from '../collector/collector.ts';
import { UserError } from '../model/userError.ts';
import { isLoopbackHost } from '../receiver/addresses.ts';
import { isAcceptableToken, makeToken } from '../receiver/token.ts';
import { defaultStorage } from './storage.ts';

interface ServeOptions {
  port: number;
  grpcPort?: number;
  host?: string;
  allowHost?: string[];
  token?: string;
  storage?: string;
  /** Days, spans and megabytes; 0 for no limit. */
  maxAge?: number;
  maxSpans?: number;
  maxSize?: number;
}

/** In place of a token: make one. */
const MAKE_TOKEN = 'auto';
const DEFAULT_PORT = 4318;
const DEFAULT_GRPC_PORT = 4317;

/** Receives until SIGTERM or SIGINT; then finishes the open commit. */
export async function serve(options: ServeOptions): Promise<void> {
  // The workers leave little that is young for long: several threads that look for it only take the processor from them.
  setFlagsFromString('--no-parallel-scavenge');
  const made = options.token === MAKE_TOKEN ? makeToken() : undefined;
  const token = made ?? tokenOf(options);
  if (options.host !== undefined) checkHost(options.host, token);
  const storage = resolve(options.storage ?? defaultStorage());
  const grpcPort = options.grpcPort ?? (options.port === DEFAULT_PORT ? DEFAULT_GRPC_PORT : undefined);
  const here = dirname(fileURLToPath(import.meta.url));
  const collector = createCollector({
    storageFolder: storage,
    ports: grpcPort === undefined ? [options.port] : [options.port, grpcPort],
    ...(options.host !== undefined && { hosts: [options.host] }),
    ...(options.allowHost && { allowedHosts: options.allowHost }),
    ...(token !== undefined && { token }),
    fallback: false,
    listen: true,
    lockWaitMs: 2_000,
    settings: { ...DEFAULT_INGEST_SETTINGS, retention: retentionOf(options) },
    workers: {
      ingest: join(here, 'ingest.cjs'),
      receive: join(here, 'receive.cjs'),
      query: join(here, 'query.cjs'),
      search: join(here, 'search.cjs'),
    },
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
    // A token that was given is known to who needs it; only one that was made here has to be told, and only here.
    process.stdout.write(`${JSON.stringify({ ready: true, endpoints, storage, token: made })}\n`);
    await stopped;
  } finally {
    await collector.dispose();
  }
}

function retentionOf({ maxAge, maxSpans, maxSize }: ServeOptions): RetentionSettings {
  const { days, spans, bytes } = DEFAULT_INGEST_SETTINGS.retention;
  return {
    days: maxAge ?? days,
    spans: maxSpans ?? spans,
    bytes: maxSize === undefined ? bytes : maxSize * 1024 * 1024,
  };
}

/** The token of the command line, else that of the environment; an empty one is none. */
function tokenOf(options: ServeOptions): string | undefined {
  const token = options.token ?? process.env['SPANSIDE_TOKEN'];
  if (!token) return undefined;
  if (isAcceptableToken(token)) return token;
  throw new UserError(
    'A token has at least 16 characters, of letters, digits, ".", "_", "~" and "-". Let one be made: --token auto.',
  );
}

function checkHost(host: string, token: string | undefined): void {
  if (host !== 'localhost' && isIP(host) === 0) {
    throw new UserError(
      `"${host}" is no address to listen on. Give one of this machine, such as 127.0.0.1 or 0.0.0.0.`,
    );
  }
  if (isLoopbackHost(host) || token !== undefined) return;
  throw new UserError(
    `${host} is not a loopback address: other machines could send to it. Keep them out with a token (--token auto makes one, --token T or SPANSIDE_TOKEN gives one), or use 127.0.0.1 or ::1.`,
  );
}
