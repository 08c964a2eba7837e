import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { post, spanside } from '../cli/program.ts';
import { type Collecting, collect } from '../harness/collecting.ts';
import { until } from '../harness/processes.ts';
import { spanId, traceId, traceRequest } from '../harness/requests.ts';
import { integrity, readSpanIds } from '../harness/spanStore.ts';
import { temporaryFolder } from '../harness/temporary.ts';

const TRACES = 40;

describe('T-12: damage that is done while a store is in use', () => {
  const folder = temporaryFolder();
  const aside = () => readdirSync(dirname(folder())).filter(name => name.startsWith(`${basename(folder())}-damaged`));
  let running: Collecting | undefined;

  afterEach(async () => {
    await running?.collector.dispose();
    running = undefined;
    for (const name of aside()) rmSync(join(dirname(folder()), name), { recursive: true, force: true });
  });

  /** A store with some traces, that is opened again: what it holds is in its files and in nobody's memory. */
  async function open(): Promise<Collecting> {
    const first = await collect(folder());
    for (let n = 1; n <= TRACES; n++) {
      await post(
        first.url,
        traceRequest([{ spanId: spanId(n), traceId: traceId(n), name: `a long name of span ${n}` }]),
      );
    }
    await first.collector.dispose();
    running = await collect(folder());
    return running;
  }

  function overwrite(name: string, at: number, length: number): void {
    const file = openSync(join(folder(), name), 'r+');
    writeSync(file, Buffer.alloc(length, 0xa7), 0, length, at);
    closeSync(file);
  }

  it('to the index: it is made anew before the question is answered, said once, and no request is refused', async function () {
    this.timeout(20_000);
    const { collector, url, warnings } = await open();
    overwrite('spanside.db', 4096, statSync(join(folder(), 'spanside.db')).size - 4096);
    const sending = Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        post(url, traceRequest([{ spanId: spanId(100 + i), traceId: traceId(100 + i) }])),
      ),
    );
    const { total } = await collector.listTraces({ limit: 1 });
    assert.ok(total >= TRACES, `${total} traces`);
    await sending;
    const traces = await readSpanIds(collector);
    assert.equal(traces.size, TRACES + 20);
    for (let n = 1; n <= TRACES; n++) assert.deepEqual(traces.get(traceId(n)), [spanId(n)]);
    assert.equal(warnings.length, 1, warnings.join('\n'));
    assert.match(warnings[0] ?? '', /index of the stored traces was damaged .*made anew/);
    assert.equal(aside().length, 1);
    await collector.dispose();
    assert.equal(integrity(folder()), 'ok');
    assert.equal(existsSync(join(folder(), 'spanside.damaged')), false);
  });

  it('to a segment: the trace says what is missing, everything else is shown, a copy is kept and said once', async function () {
    this.timeout(20_000);
    const { collector, url, warnings } = await open();
    const [name = ''] = readdirSync(join(folder(), 'segments'));
    const { size } = statSync(join(folder(), 'segments', name));
    // In the middle of a request in the middle.
    overwrite(join('segments', name), Math.floor(size / 2), 4);
    const damaged: string[] = [];
    for (let n = 1; n <= TRACES; n++) {
      const trace = await collector.trace(traceId(n) as never);
      assert.ok(trace, `trace ${n} is gone`);
      if (trace.spans.length === 1) continue;
      damaged.push(...trace.warnings);
    }
    assert.deepEqual(damaged, ['1 span of this trace was on a damaged part of the disk and cannot be shown.']);
    await until('it is said', () => warnings.length > 0);
    await post(url, traceRequest([{ spanId: spanId(1), traceId: traceId(99) }]));
    assert.equal((await collector.listTraces({ limit: 1 })).total, TRACES + 1);
    await collector.dispose();
    running = await collect(folder());
    assert.equal((await readSpanIds(running.collector)).size, TRACES + 1);
    assert.deepEqual(running.warnings, [], 'a restart says nothing new');
    assert.equal(warnings.length, 1, warnings.join('\n'));
    assert.match(warnings[0] ?? '', /damaged or missing.*copied to/);
    const [copies = ''] = aside();
    assert.deepEqual(readdirSync(join(dirname(folder()), copies)), [name]);
  });

  it('to a segment: what was lost is there again when its program sends it again', async () => {
    const { collector, url } = await open();
    const [name = ''] = readdirSync(join(folder(), 'segments'));
    overwrite(join('segments', name), 0, 200);
    const request = traceRequest([{ spanId: spanId(1), traceId: traceId(1), name: 'a long name of span 1' }]);
    await collector.dispose();
    running = await collect(folder());
    await post(running.url, request);
    const trace = await running.collector.trace(traceId(1) as never);
    assert.deepEqual(
      trace?.spans.map(({ name }) => name),
      ['a long name of span 1'],
    );
    assert.ok(url);
  });

  it('is explained by the command line, which only reads', async () => {
    const { collector } = await open();
    await collector.dispose();
    overwrite('spanside.db', 0, 100);
    for (const args of [['traces'], ['trace', traceId(1)]]) {
      const { code, err } = await spanside([...args, '--storage', folder()]);
      assert.equal(code, 1);
      assert.match(err, /index of the traces in .* is damaged .*spanside serve --storage/);
    }
  });
});
