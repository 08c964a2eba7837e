import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_INGEST_SETTINGS, type IngestSettings } from '../../src/collector/api.ts';
import { piecesOf } from '../../src/collector/handover/pieces.ts';
import { parseTraceId, type TraceId } from '../../src/model/ids.ts';
import { jsonToProto } from '../../src/otlp/transcode.ts';
import { type Collecting, collect, listening } from '../harness/collecting.ts';
import { freePort, until } from '../harness/processes.ts';
import { spanId, traceId } from '../harness/requests.ts';
import { readSpanIds } from '../harness/spanStore.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { post, serve } from './program.ts';

interface Program {
  service: string;
  directory?: string;
  attributes?: Record<string, string>;
}

describe('what a window receives for another', () => {
  const folder = temporaryFolder();
  const open: Collecting[] = [];
  let port: number;
  let next = 1;
  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ collector }) => collector.dispose()));
  });

  async function window(name: string, settings: Partial<IngestSettings> = {}): Promise<Collecting> {
    const made = await collect(join(folder(), name), {
      ports: [port],
      windows: { folder: join(folder(), 'records') },
      settings: { ...DEFAULT_INGEST_SETTINGS, workspaceFolders: [`/code/${name}`], ...settings },
    });
    open.push(made);
    return made;
  }
  async function close(which: Collecting): Promise<void> {
    open.splice(open.indexOf(which), 1);
    await which.collector.dispose();
  }

  /** Sends a span of each program in one request; answers their trace ids. */
  async function send(programs: Program[], url = `http://127.0.0.1:${port}`): Promise<TraceId[]> {
    const keyValues = (attributes: Record<string, string>) =>
      Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } }));
    const ids = programs.map(() => traceId(next++));
    await post(url, {
      resourceSpans: programs.map(({ service, directory, attributes = {} }, i) => ({
        resource: {
          attributes: keyValues({
            'service.name': service,
            ...(directory !== undefined && { 'process.working_directory': directory }),
          }),
        },
        scopeSpans: [
          {
            spans: [
              {
                traceId: ids[i],
                spanId: spanId(1),
                name: 'work',
                startTimeUnixNano: '1725000000000000000',
                endTimeUnixNano: '1725000000001000000',
                attributes: keyValues(attributes),
              },
            ],
          },
        ],
      })),
    });
    return ids as TraceId[];
  }
  const tracesOf = async ({ collector }: Collecting) => [...(await readSpanIds(collector)).keys()].sort();

  it('goes by the service that only the other one knows', async () => {
    const first = await window('first');
    const second = await window('second');
    const [own] = await send([{ service: 'mail' }, { service: 'stock' }], second.url);
    const [shared] = await send([{ service: 'stock', directory: '/code/first' }]);
    await until(
      'both are known',
      async () => (await tracesOf(first)).length === 1 && (await tracesOf(second)).length === 2,
    );
    // What a store knows is asked for anew every few seconds.
    await sleep(2_100);
    const [named, ambiguous, strange] = await send([{ service: 'mail' }, { service: 'stock' }, { service: 'new' }]);
    assert.deepEqual(await tracesOf(first), [shared, ambiguous, strange].sort());
    assert.ok((await tracesOf(second)).includes(named as TraceId));
    assert.ok(own);
  });

  it('passes the rules of both: what is masked, and what is muted', async () => {
    const first = await window('first');
    const second = await window('second', {
      redaction: { enabled: true, keys: ['customer'], patterns: [] },
      mutedServices: ['noise'],
    });
    const [kept] = await send([
      { service: 'shop', directory: '/code/second', attributes: { customer: 'Jo', authorization: 'Bearer abcdef' } },
      { service: 'noise', directory: '/code/second' },
    ]);
    assert.deepEqual(await tracesOf(second), [kept]);
    assert.deepEqual(await tracesOf(first), []);
    const text = (await second.collector.otlp(kept as TraceId)) ?? '';
    assert.ok(!/Jo|abcdef/.test(text), text);
    assert.equal(second.collector.counts.muted, 1);
    await until('it is counted', () => first.collector.counts.handedOver === 1);
    assert.equal(first.collector.counts.spans, 0);
  });

  it('what is muted where it arrives is not muted in the window that it belongs to', async () => {
    const first = await window('first', { mutedServices: ['noise'] });
    const [before] = await send([{ service: 'noise' }, { service: 'a' }]);
    assert.ok(before);
    assert.equal((await tracesOf(first)).length, 1);
    const second = await window('second');
    const ids = await send([
      { service: 'noise', directory: '/code/second' },
      { service: 'noise', directory: '/code/first' },
      { service: 'a', directory: '/code/first' },
    ]);
    assert.deepEqual(await tracesOf(second), [ids[0]]);
    assert.equal((await tracesOf(first)).length, 2);
    assert.equal(first.collector.counts.muted, 2);
    // Alone again it goes on to mute, and follows the settings.
    await close(second);
    await send([{ service: 'noise' }]);
    assert.equal((await tracesOf(first)).length, 2);
    await first.collector.configure({ ...DEFAULT_INGEST_SETTINGS, workspaceFolders: ['/code/first'] });
    await send([{ service: 'noise' }]);
    assert.equal((await tracesOf(first)).length, 3);
  });

  it('goes where symbolic links of its folder lead, and follows folders that are added', async () => {
    const real = join(folder(), 'code');
    mkdirSync(real);
    symlinkSync(real, join(folder(), 'link'));
    const first = await window('first');
    const second = await window('second', { workspaceFolders: [join(folder(), 'link')] });
    const ids = await send([
      { service: 'a', directory: join(real, 'src') },
      { service: 'a', directory: '/code/added' },
    ]);
    assert.deepEqual(await tracesOf(second), [ids[0]]);
    await second.collector.configure({
      ...DEFAULT_INGEST_SETTINGS,
      workspaceFolders: [join(folder(), 'link'), '/code/added'],
    });
    const [added] = await until('the folder is known', async () => {
      const sent = await send([{ service: 'a', directory: '/code/added' }]);
      return (await tracesOf(second)).includes(sent[0] as TraceId) && sent;
    });
    assert.ok(!(await tracesOf(first)).includes(added as TraceId));
  });

  it('can be read, pinned and deleted while it waits; what was deleted is not moved', async () => {
    const first = await window('first');
    await close(await window('second'));
    const ids = await send([1, 2, 3].map(() => ({ service: 'a', directory: '/code/second' })));
    assert.deepEqual(await tracesOf(first), ids);
    assert.ok(existsSync(join(folder(), 'first', 'handover', '1', 'spanside.db')));
    assert.match((await first.collector.otlp(ids[1] as TraceId)) ?? '', /code/);
    await first.collector.pinTraces([ids[2] as TraceId], true);
    assert.equal((await first.collector.summary(ids[2] as TraceId))?.pinned, true);
    assert.equal(await first.collector.deleteTraces([parseTraceId(ids[0] as string) as TraceId]), 0);
    assert.deepEqual(await tracesOf(first), ids.slice(1));
    const second = await window('second');
    await until('it is moved', async () => (await tracesOf(second)).length === 2);
    assert.deepEqual(await tracesOf(second), ids.slice(1));
    await until('nothing waits', async () => (await tracesOf(first)).length === 0);
    assert.deepEqual(first.warnings, []);
  });

  it('becomes part of the own store when nobody has come for it in a week', async () => {
    const first = await window('first');
    await close(await window('second'));
    const ids = await send([{ service: 'a', directory: '/code/second' }, { service: 'a' }]);
    await close(first);
    const slot = join(folder(), 'first', 'handover', '1');
    const target = JSON.parse(readFileSync(join(slot, 'target.json'), 'utf8')) as { since: number };
    assert.ok(Math.abs(Date.now() - target.since) < 60_000);
    writeFileSync(join(slot, 'target.json'), JSON.stringify({ ...target, since: target.since - 8 * 24 * 3600 * 1000 }));
    const again = await window('first');
    await until('it is merged', () => !existsSync(join(slot, 'spanside.db')));
    assert.deepEqual(await tracesOf(again), ids);
    const second = await window('second');
    await sleep(300);
    assert.deepEqual(await tracesOf(second), []);
    assert.deepEqual(again.warnings, []);
  });

  it('is cleared with the rest', async () => {
    const first = await window('first');
    await close(await window('second'));
    await send([{ service: 'a', directory: '/code/second' }, { service: 'a' }]);
    assert.equal((await tracesOf(first)).length, 2);
    assert.equal(await first.collector.clear(), 0);
    assert.deepEqual(await tracesOf(first), []);
    const second = await window('second');
    await sleep(300);
    assert.deepEqual(await tracesOf(second), []);
  });

  it('stays where both have the same folder', async () => {
    const first = await window('first');
    const same = await window('same', { workspaceFolders: ['/code/first'] });
    const [here] = await send([{ service: 'a', directory: '/code/first/x' }]);
    assert.deepEqual(await tracesOf(first), [here]);
    assert.deepEqual(await tracesOf(same), []);
  });

  it('a malformed request is refused as a whole, whoever it is for', async () => {
    const first = await window('first');
    const second = await window('second');
    const good = { resource: resource('/code/second'), scopeSpans: [{ spans: [span()] }] };
    const encoded = (request: object) =>
      jsonToProto('traces', Buffer.from(JSON.stringify({ resourceSpans: [request] })));
    // A resource of the first window, and behind it a span that ends within its trace id.
    const [whole] = piecesOf(encoded({ resource: resource('/code/first') })).resources;
    assert.ok(whole && whole.message.length < 100);
    const message = Buffer.concat([
      encoded({ resource: resource('/code/first') }).subarray(whole.message.offset),
      Buffer.from([18, 4, 18, 2, 10, 5]),
    ]);
    const refused = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.concat([encoded(good), Buffer.from([10, message.length]), message]),
    });
    assert.equal(refused.status, 400);
    assert.deepEqual([...(await tracesOf(first)), ...(await tracesOf(second))], []);
    // Spans without valid ids are told to the sender, those of another window too.
    const none = { ...good, scopeSpans: [{ spans: [{ ...span(), traceId: '0'.repeat(32) }] }] };
    const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [good, none] }),
    });
    const answer = (await response.json()) as { partialSuccess?: { rejectedSpans?: string | number } };
    assert.equal(Number(answer.partialSuccess?.rejectedSpans), 1);
    assert.equal((await tracesOf(second)).length, 1);
  });

  it('logs and metrics go there too, and once', async () => {
    const first = await window('first');
    const second = await window('second');
    const logs = {
      resourceLogs: [
        { resource: resource('/code/second'), scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] },
      ],
    };
    const points = { dataPoints: [{ asInt: '1' }] };
    const metrics = {
      resourceMetrics: [
        { resource: resource('/code/second'), scopeMetrics: [{ metrics: [{ name: 'm', gauge: points }] }] },
      ],
    };
    for (let i = 0; i < 2; i++) {
      await post(`http://127.0.0.1:${port}`, logs, 'logs');
      await post(`http://127.0.0.1:${port}`, metrics, 'metrics');
    }
    await until(
      'they are counted',
      () => second.collector.counts.logs === 1 && second.collector.counts.metricPoints === 1,
    );
    const { logs: ownLogs, metricPoints } = first.collector.counts;
    assert.deepEqual([ownLogs, metricPoints], [0, 0]);
  });

  it('leaves no file behind when the windows are closed', async () => {
    await window('first');
    await window('second');
    assert.equal(readdirSync(join(folder(), 'records')).filter(name => name.endsWith('.json')).length, 2);
    await Promise.all(open.splice(0).map(({ collector }) => collector.dispose()));
    assert.deepEqual(readdirSync(join(folder(), 'records')), []);
  });

  it('a receiver that is closed and opened at once listens, and meets the others again', async () => {
    const first = await window('first');
    const second = await window('second');
    await Promise.all([
      second.collector.setListening(false),
      second.collector.setListening(true),
      second.collector.setListening(false),
      second.collector.setListening(true),
    ]);
    await listening(second.collector);
    const [id] = await until('they have met', async () => {
      const sent = await send([{ service: 'a', directory: '/code/second' }]);
      return (await tracesOf(second)).includes(sent[0] as TraceId) && sent;
    });
    assert.ok(id);
    await until('nothing waits', async () => (await tracesOf(first)).length === 0);
    assert.equal(readdirSync(join(folder(), 'records')).filter(name => name.endsWith('.json')).length, 2);
  });

  it('without a folder to meet in, each window goes on alone and says so', async () => {
    writeFileSync(join(folder(), 'records'), '');
    const alone = await window('first');
    const [id] = await send([{ service: 'a', directory: '/code/second' }]);
    assert.deepEqual(await tracesOf(alone), [id]);
    assert.match(alone.warnings.join(), /Other windows cannot be told of .*stays here/);
  });

  it('"spanside serve" on the port is another program to windows, and keeps all that it is sent', async () => {
    const server = await serve(join(folder(), 'served'), ['--port', String(port)]);
    try {
      const first = await window('first');
      assert.ok(first.collector.state.phase === 'listening');
      assert.deepEqual([first.collector.state.taken, first.collector.state.byWindow], [[port], undefined]);
      await send([{ service: 'a', directory: '/code/first' }]);
      assert.deepEqual(await tracesOf(first), []);
    } finally {
      await server.stop();
    }
  }).timeout(30_000);

  it('a store that another process writes is not written: the second one says so', async () => {
    const first = await window('first');
    const second = collect(join(folder(), 'first'), { ports: [0], lockWaitMs: 300 });
    await assert.rejects(second, /are being written by another window or by "spanside serve"/);
    const [id] = await send([{ service: 'a' }]);
    assert.deepEqual(await tracesOf(first), [id]);
    const reading = await collect(join(folder(), 'reading'), { ports: [0], siblings: [join(folder(), 'first')] });
    open.push(reading);
    assert.deepEqual(await tracesOf(reading), [id], 'who may not write it can read it');
    await listening(first.collector);
  });

  function resource(directory: string): object {
    return { attributes: [{ key: 'process.working_directory', value: { stringValue: directory } }] };
  }
  function span(): object {
    return {
      traceId: traceId(next++),
      spanId: spanId(1),
      name: 'work',
      startTimeUnixNano: '1725000000000000000',
      endTimeUnixNano: '1725000000001000000',
    };
  }
});
