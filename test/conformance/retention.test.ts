import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_INGEST_SETTINGS, type IngestSettings } from '../../src/collector/api.ts';
import { parseTraceId, type TraceId } from '../../src/model/ids.ts';
import { body } from '../bench/bodies.ts';
import { protoTemplate } from '../bench/template.ts';
import { type Collecting, collect } from '../harness/collecting.ts';
import { until } from '../harness/processes.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { bytesOnDisk } from '../unit/store/keeperStore.ts';

const isLong = process.env['SPANSIDE_LONG'] !== undefined;
const MiB = 1024 * 1024;
const LIMIT = (isLong ? 512 : 64) * MiB;
/** How long programs go on sending after the limit was set. */
const LOAD_MS = isLong ? 60_000 : 6_000;

const settings = (bytes: number): IngestSettings => ({
  ...DEFAULT_INGEST_SETTINGS,
  retention: { days: 0, spans: 0, bytes },
});

/** Programs that send as fast as they are answered; remembers a trace of every request that was acknowledged, in order. */
class Load {
  readonly acknowledged: { traceId: TraceId; bytes: number }[] = [];
  slowestMs = 0;
  refused = '';
  #stopped = false;
  #round = 1;

  async run(url: string, clients = 4): Promise<void> {
    await Promise.all(Array.from({ length: clients }, (_, i) => this.#client(url, i + 1)));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #client(url: string, seed: number): Promise<void> {
    const made = body({ spans: 512, shape: 'traces', seed });
    const template = protoTemplate(made, 'traces');
    const at = template.bytes.indexOf(Buffer.from(made.spans[0]!.traceId, 'hex'));
    while (!this.#stopped) {
      template.renew(this.#round++, Math.floor(Date.now() / 1000));
      const traceId = parseTraceId(template.bytes.toString('hex', at, at + 16))!;
      const began = performance.now();
      const headers = { 'content-type': 'application/x-protobuf' };
      const response = await fetch(`${url}/v1/traces`, {
        method: 'POST',
        headers,
        body: Uint8Array.from(template.bytes),
      });
      const text = await response.text();
      this.slowestMs = Math.max(this.slowestMs, performance.now() - began);
      if (response.status !== 200) this.refused ||= `${response.status} ${text}`;
      this.acknowledged.push({ traceId, bytes: template.bytes.length });
    }
  }
}

describe('retention under load', () => {
  const folder = temporaryFolder();
  let running: Collecting;
  beforeEach(async () => {
    running = await collect(folder(), { settings: settings(0) });
  });
  afterEach(() => running.collector.dispose());

  it('brings a store of twice its size limit back, while senders hardly notice, and keeps what is pinned or young', async () => {
    const { collector, url, warnings } = running;
    const load = new Load();
    const sending = load.run(url);
    try {
      await until('there is something to pin', () => load.acknowledged.length > 20, 20_000);
      const pinned = load.acknowledged.slice(0, 3).map(({ traceId }) => traceId);
      await until('they can be found', async () =>
        (await Promise.all(pinned.map(id => collector.summary(id)))).every(Boolean),
      );
      await collector.pinTraces(pinned, true);
      const before = await Promise.all(pinned.map(id => collector.otlp(id)));
      await until('the store is twice as large', () => bytesOnDisk(folder()) >= 2 * LIMIT, 120_000);

      const set = performance.now();
      load.slowestMs = 0;
      await collector.configure(settings(LIMIT));
      await until('the store is small enough', () => bytesOnDisk(folder()) <= 1.05 * LIMIT, 60_000, 20);
      const tookMs = performance.now() - set;
      await sleep(Math.max(0, LOAD_MS - tookMs));
      load.stop();
      await sending;
      assert.equal(load.refused, '');
      assert.ok(load.slowestMs < 1_000, `an acknowledgement took ${load.slowestMs.toFixed()} ms`);
      await until('it stays so', () => bytesOnDisk(folder()) <= 1.05 * LIMIT, 10_000);

      assert.deepEqual(await Promise.all(pinned.map(id => collector.otlp(id))), before);
      for (const id of pinned) assert.equal((await collector.summary(id))?.pinned, true);
      // What was sent last and takes half of the limit is young: all of it is there.
      let young = 0;
      for (const { traceId, bytes } of load.acknowledged.toReversed()) {
        young += bytes;
        if (young > LIMIT / 2) break;
        assert.ok(await collector.summary(traceId), 'a young trace that was acknowledged is gone');
      }
      const oldest = load.acknowledged[10]!.traceId;
      assert.equal(await collector.summary(oldest), undefined, 'what is old is gone');
      assert.deepEqual(warnings, []);
    } finally {
      load.stop();
      await sending;
    }
  }).timeout(isLong ? 300_000 : 90_000);
});
