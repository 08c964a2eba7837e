import { fileURLToPath } from 'node:url';
import type { CollectorApi, ReceiverState } from '../../src/collector/api.ts';
import { type CollectorOptions, createCollector } from '../../src/collector/collector.ts';

const bundle = (name: string) => fileURLToPath(new URL(`../../dist/${name}.cjs`, import.meta.url));

/** The product's collector with its built workers, in this process. */
export interface Collecting {
  collector: CollectorApi;
  /** For example `http://127.0.0.1:41231`. */
  url: string;
  port: number;
  /** What the user was told. */
  warnings: string[];
}

/**
 * Starts a collector on a free port and waits until it listens; the caller disposes it.
 * @throws it cannot listen; the message says why.
 */
export async function collect(folder: string, options: Partial<CollectorOptions> = {}): Promise<Collecting> {
  const collector = createCollector({
    storageFolder: folder,
    ports: [0],
    listen: true,
    workers: { ingest: bundle('ingest'), receive: bundle('receive'), query: bundle('query'), search: bundle('search') },
    ...options,
  });
  const warnings: string[] = [];
  collector.onDidWarn(message => warnings.push(message));
  try {
    const { url, port } = await listening(collector);
    return { collector, url, port, warnings };
  } catch (error) {
    await collector.dispose();
    throw error;
  }
}

/** Resolves when the collector listens; throws when it says that it cannot. */
export function listening(collector: CollectorApi): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    const hear = (state: ReceiverState) => {
      if (state.phase === 'listening') resolve(state.main);
      if (state.phase === 'failed') reject(new Error(state.message));
    };
    collector.onDidChangeState(hear);
    hear(collector.state);
  });
}
