import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { post, type Server, serve } from '../cli/program.ts';
import { type Collecting, collect, listening } from '../harness/collecting.ts';
import { freePort, until } from '../harness/processes.ts';
import { logBody, spanId, traceBody, traceId, traceRequest } from '../harness/requests.ts';
import { integrity, readSpanIds, spansIn } from '../harness/spanStore.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { http1, PROTOBUF } from './support/clients.ts';

const TRACES = 17;

/** Sends requests of all sizes until the other side is gone; remembers what was acknowledged. */
class Load {
  readonly acknowledged = new Set<string>();
  #next = 1;
  #stopped = false;

  async run(url: string, clients = 4): Promise<void> {
    this.#stopped = false;
    await Promise.all(Array.from({ length: clients }, () => this.#client(url)));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #client(url: string): Promise<void> {
    while (!this.#stopped) {
      const spans = Array.from({ length: Math.random() < 0.5 ? 1 : 150 }, () => {
        const n = this.#next++;
        return { spanId: spanId(n), traceId: traceId(1 + (n % TRACES)) };
      });
      try {
        await post(url, traceRequest(spans));
      } catch {
        return;
      }
      for (const span of spans) this.acknowledged.add(`${span.traceId} ${span.spanId}`);
    }
  }

  /** Throws where anything that was acknowledged is not in the store of a folder, or is there twice. */
  async assertKept(folder: string): Promise<void> {
    const kept: string[] = [];
    for (const [trace, ids] of await spansIn(folder)) kept.push(...ids.map(id => `${trace} ${id}`));
    const distinct = new Set(kept);
    assert.equal(distinct.size, kept.length, 'a span is there twice');
    const lost = [...this.acknowledged].filter(key => !distinct.has(key));
    assert.deepEqual(lost.slice(0, 3), [], `${lost.length} of ${this.acknowledged.size} spans are lost`);
  }
}

describe('what was acknowledged', () => {
  const folder = temporaryFolder();
  let server: Server | undefined;
  afterEach(() => server?.kill());

  it('S-01: is there after the process was killed, and the database is whole', async () => {
    const load = new Load();
    for (let kill = 0; kill < 4; kill++) {
      server = await serve(folder());
      const running = load.run(server.url);
      await sleep(100 + Math.random() * 400);
      await server.kill();
      await running;
      assert.equal(integrity(folder()), 'ok');
    }
    assert.ok(load.acknowledged.size > 100, `only ${load.acknowledged.size} spans were sent`);
    await load.assertKept(folder());
    assert.equal(integrity(folder()), 'ok');
  });

  it('S-02: is there after a power failure that took the last commits from the database, and half a write', async () => {
    const load = new Load();
    server = await serve(folder());
    let running = load.run(server.url);
    await sleep(150);
    load.stop();
    await running;
    await server.stop();
    cpSync(join(folder(), 'spanside.db'), `${folder()}-earlier.db`);
    server = await serve(folder());
    running = load.run(server.url);
    await sleep(300);
    await server.kill();
    await running;
    for (const name of readdirSync(folder())) if (name.startsWith('spanside.db')) rmSync(join(folder(), name));
    cpSync(`${folder()}-earlier.db`, join(folder(), 'spanside.db'));
    rmSync(`${folder()}-earlier.db`);
    const segments = readdirSync(join(folder(), 'segments')).sort();
    appendFileSync(join(folder(), 'segments', segments.at(-1) ?? ''), Buffer.alloc(5000, 0x5a));
    await load.assertKept(folder());
    assert.equal(integrity(folder()), 'ok');
  });

  it('S-06: is there after SIGTERM under load, which takes less than 5 s', async () => {
    const load = new Load();
    server = await serve(folder());
    const running = load.run(server.url);
    await sleep(300);
    const asked = performance.now();
    assert.equal(await server.stop(), 0);
    assert.ok(performance.now() - asked < 5_000);
    await running;
    assert.ok(load.acknowledged.size > 0);
    assert.equal(existsSync(join(folder(), 'spanside.db-wal')), false, 'it was checkpointed');
    assert.equal(integrity(folder()), 'ok');
    await load.assertKept(folder());
  });
});

describe('requests that are committed together', () => {
  const folder = temporaryFolder();
  let running: Collecting;
  beforeEach(async () => {
    running = await collect(folder());
  });
  afterEach(() => running.collector.dispose());

  it('S-04: wait while too much is in flight, are then asked to come again, and are taken when there is room', async () => {
    // Three requests of which the last byte is missing hold, with what each costs besides, all but 4 KiB of 128 MiB.
    const KiB = 1024;
    const large = [60 * KiB, 60 * KiB, 8 * KiB - 28].map(sizeInKiB => {
      const bytes = Buffer.alloc(sizeInKiB * KiB, 0x5a);
      const headers = { ...PROTOBUF, 'content-length': bytes.length };
      const request = httpRequest({
        host: '127.0.0.1',
        port: running.port,
        method: 'POST',
        path: '/v1/traces',
        headers,
      });
      const answer = once(request, 'response').then(([{ statusCode }]) => statusCode as number);
      request.write(bytes.subarray(1));
      return { request, answer };
    });
    const body = traceBody([{ spanId: spanId(1) }]);
    let began = 0;
    const refused = await until('there is no room', async () => {
      began = performance.now();
      const answer = await http1(running.port, { headers: PROTOBUF, body });
      return answer.status !== 200 && answer;
    });
    assert.equal(refused.status, 503);
    assert.equal(refused.headers['retry-after'], '1');
    assert.ok(performance.now() - began > 1_500, 'it was asked to come again before it had waited');

    const waiting = http1(running.port, { headers: PROTOBUF, body });
    for (const { request } of large) request.end(Buffer.of(0));
    assert.equal((await waiting).status, 200);
    for (const { answer } of large) assert.equal(await answer, 400, 'it was no message');
  });

  it('S-03: fail alone', async () => {
    // The length of a name leads out of its span: only who reads spans notices.
    const broken = Buffer.from(traceBody([{ spanId: spanId(999), name: 'broken' }]));
    broken[broken.indexOf('broken') - 1] = 0x7f;
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const body = i % 3 === 0 ? broken : traceBody([{ spanId: spanId(i + 1) }]);
        return (await http1(running.port, { headers: PROTOBUF, body })).status;
      }),
    );
    assert.deepEqual(
      answers,
      answers.map((_, i) => (i % 3 === 0 ? 400 : 200)),
    );
    const stored = await until('all are listed', async () => {
      const ids = [...(await readSpanIds(running.collector)).values()].flat();
      return ids.length >= 40 && ids;
    });
    const good = answers.flatMap((_, i) => (i % 3 === 0 ? [] : [spanId(i + 1)]));
    assert.deepEqual(stored, good.sort());
  });

  it('S-03: of which all fail, stop none that comes after them', async () => {
    const answer = async (body: Uint8Array) => (await http1(running.port, { headers: PROTOBUF, body })).status;
    const broken = Buffer.from(traceBody([{ spanId: spanId(1), name: 'broken' }]));
    broken[broken.indexOf('broken') - 1] = 0x7f;
    for (let n = 2; n < 6; n++) {
      assert.equal(await answer(broken), 400);
      assert.equal(await answer(traceBody([{ spanId: spanId(n) }])), 200);
    }
  });

  it('S-03: an invalid span fails alone in its request, one of another signal in its group', async () => {
    const bad = traceBody([
      { spanId: spanId(1) },
      { spanId: spanId(2), traceId: '0'.repeat(32) },
      { spanId: spanId(3) },
    ]);
    const logs = logBody([{ traceId: traceId(9), spanId: spanId(1), body: 'hello' }]);
    const [partly, ofLogs] = await Promise.all([
      http1(running.port, { headers: PROTOBUF, body: bad }),
      http1(running.port, { path: '/v1/logs', headers: PROTOBUF, body: logs }),
    ]);
    assert.equal(partly.status, 200);
    assert.match(partly.body.toString('latin1'), /id/);
    assert.equal(ofLogs.status, 200);
    const stored = await until('both are listed', async () => {
      const ids = [...(await readSpanIds(running.collector)).values()].flat();
      return ids.length >= 2 && ids;
    });
    assert.deepEqual(stored, [spanId(1), spanId(3)]);
  });
});

describe('workers that die', () => {
  const folder = temporaryFolder();
  const workers: Worker[] = [];
  const seen = (worker: Worker) => workers.push(worker);
  let running: Collecting;
  beforeEach(async () => {
    workers.length = 0;
    process.on('worker', seen);
    running = await collect(folder(), { ports: [await freePort()] });
  });
  afterEach(async () => {
    process.off('worker', seen);
    await running.collector.dispose();
  });

  it('S-05: leave no request hanging; the next ones are taken, and what was acknowledged is kept', async function () {
    this.timeout(20_000);
    const { collector, port } = running;
    const acknowledged: string[] = [];
    let sent = 0;
    const outcomes = new Set<string>();
    for (let death = 0; death < 2; death++) {
      const went = Array.from({ length: 30 }, async () => {
        const id = spanId(++sent);
        const body = traceBody([{ spanId: id }]);
        const outcome = await http1(port, { headers: PROTOBUF, body }).then(
          ({ status }) => String(status),
          (error: NodeJS.ErrnoException) => error.code ?? error.message,
        );
        outcomes.add(outcome);
        if (outcome === '200') acknowledged.push(id);
      });
      await sleep(death * 4);
      const ingest = workers.at(-1);
      assert.ok(ingest);
      const again = new Promise<Worker>(resolve => process.once('worker', resolve));
      const began = performance.now();
      await ingest.terminate();
      await Promise.all(went);
      assert.ok(performance.now() - began < 8_000, 'no request may hang');
      await again;
      // The port that was had before is had again.
      await until('it takes requests again', () =>
        http1(port, { headers: PROTOBUF, body: traceBody([{ spanId: spanId(5000 + death) }]) }).then(
          ({ status }) => status === 200,
          () => false,
        ),
      );
      acknowledged.push(spanId(5000 + death));
    }
    for (const outcome of outcomes) assert.match(outcome, /^(200|503|ECONNRESET|ECONNREFUSED|EPIPE)$/);
    const stored = await until('all are listed', async () => {
      const ids = [...(await readSpanIds(collector)).values()].flat();
      return acknowledged.every(id => ids.includes(id)) && ids;
    });
    assert.equal(new Set(stored).size, stored.length);
    assert.ok(
      running.warnings.some(message => /started again/.test(message)),
      running.warnings.join('\n'),
    );
  });

  it('T-05: of which one that reads does not stop the one that receives', async () => {
    const { collector, url } = running;
    await post(url, traceRequest([{ spanId: spanId(1) }]));
    await until('it is listed', async () => (await collector.listTraces({ limit: 1 })).total === 1);
    const reader = workers.at(-1);
    assert.ok(reader && workers.length === 2, 'reading has a worker of its own');
    const question = collector.listTraces({ limit: 10 }).catch((error: Error) => error);
    await Promise.all([reader.terminate(), post(url, traceRequest([{ spanId: spanId(2) }]))]);
    await question;
    assert.equal((await listening(collector)).url, url);
    await until('the next question is answered', async () => {
      const [ids] = (await readSpanIds(collector)).values();
      return ids?.length === 2;
    });
    assert.deepEqual(running.warnings, []);
  });
});
