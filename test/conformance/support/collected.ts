import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectorApi } from '../../../src/collector/api.ts';
import type { TraceColumns } from '../../../src/model/columns.ts';
import { hexOf, parseTraceId, type TraceId } from '../../../src/model/ids.ts';
import { type Collecting, collect } from '../../harness/collecting.ts';
import { spansBody, type WireSpan } from './spanBodies.ts';

/** The product's collector with a real socket and a real store, for the tests of the describe block this is called in. */
export class Collected {
  #collecting: Collecting | undefined;
  #traces = 0;
  /** Of the store. */
  folder = '';

  static start(): Collected {
    const collected = new Collected();
    before(async () => {
      collected.folder = mkdtempSync(join(tmpdir(), 'spanside-test-'));
      collected.#collecting = await collect(collected.folder);
    });
    after(async () => {
      await collected.#collecting?.collector.dispose();
      rmSync(collected.folder, { recursive: true, force: true, maxRetries: 3 });
    });
    return collected;
  }

  get collector(): CollectorApi {
    assert.ok(this.#collecting);
    return this.#collecting.collector;
  }

  get url(): string {
    return this.#collecting?.url ?? '';
  }

  /** A trace id that no other test has. */
  traceId(): TraceId {
    return parseTraceId((0x5ade_0000 + ++this.#traces).toString(16).padStart(32, '0'))!;
  }

  /** Sends one request of spans that are new, expects it to be accepted as a whole, and waits until they can be found. */
  async send(body: Uint8Array | object): Promise<void> {
    const indexed = this.#indexed();
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${this.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': isBytes ? 'application/x-protobuf' : 'application/json' },
      body: isBytes ? Uint8Array.from(body) : JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.clone().text());
    if (isBytes) assert.equal((await response.arrayBuffer()).byteLength, 0);
    else assert.deepEqual(await response.json(), {});
    await indexed;
  }

  /** The acknowledgement is of the spans on disk; the index follows a moment later, and a notice says so. */
  #indexed(): Promise<void> {
    return new Promise((resolve, reject) => {
      const subscription = this.collector.onDidCommit(({ traceIds }) => {
        if (traceIds.length > 0) settle(resolve);
      });
      const late = setTimeout(() => settle(() => reject(new Error('No notice told of the spans.'))), 10_000);
      const settle = (done: () => void) => {
        clearTimeout(late);
        subscription.dispose();
        done();
      };
    });
  }

  /** Sends the spans of one trace, in requests of 10,000, and answers its rows. */
  async columnsOf(
    traceId: TraceId,
    spans: readonly WireSpan[],
    resource?: WireSpan['attributes'],
  ): Promise<TraceColumns> {
    for (let at = 0; at < spans.length; at += 10_000)
      await this.send(spansBody(spans.slice(at, at + 10_000), resource));
    return this.columns(traceId);
  }

  async columns(traceId: TraceId): Promise<TraceColumns> {
    const columns = await this.collector.columns(traceId);
    assert.ok(columns);
    return columns;
  }
}

export const START = 1_725_000_000_000_000_000n;

export function idOf(n: number): string {
  return n.toString(16).padStart(16, '0');
}

/** A span that lasts a second from its number in microseconds on, unless told otherwise. */
export function span(traceId: string, n: number, parent: number | undefined, more: Partial<WireSpan> = {}): WireSpan {
  return {
    traceId,
    spanId: idOf(n),
    ...(parent !== undefined && { parentSpanId: idOf(parent) }),
    name: `span ${n}`,
    start: START + BigInt(n) * 1_000n,
    end: START + 1_000_000_000n,
    ...more,
  };
}

export function nameAt(columns: TraceColumns, row: number): string {
  return columns.strings[columns.name[row]!]!;
}

/** The rows as an outline, two blanks a level. */
export function outline(columns: TraceColumns): string[] {
  return Array.from({ length: columns.rows }, (_, row) => '  '.repeat(columns.depth[row]!) + nameAt(columns, row));
}

export function spanIdAt(columns: TraceColumns, row: number): string {
  return hexOf(columns.spanIds, row * 8, 8);
}

export function rowNamed(columns: TraceColumns, name: string): number {
  const row = Array.from({ length: columns.rows }, (_, at) => nameAt(columns, at)).indexOf(name);
  assert.ok(row >= 0, `There is no row ${name}.`);
  return row;
}
