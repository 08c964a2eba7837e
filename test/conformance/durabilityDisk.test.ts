import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Collecting, collect } from '../harness/collecting.ts';
import { until } from '../harness/processes.ts';
import { spanId, traceBody, traceId } from '../harness/requests.ts';
import { integrity, readSpanIds, spansIn } from '../harness/spanStore.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { http1, http2, JSON_TYPE, PROTOBUF } from './support/clients.ts';
import { GrpcClient, TRACES_METHOD } from './support/grpcClient.ts';

const MiB = 1024 * 1024;

describe('S-07: a full disk', () => {
  let running: Collecting | undefined;
  let isMounted = false;

  // Before the folder is removed, in which the disk is.
  afterEach(async () => {
    await running?.collector.dispose();
    running = undefined;
    if (isMounted) execFileSync('umount', [disk()]);
    isMounted = false;
  });

  const folder = temporaryFolder();
  const disk = () => join(folder(), 'disk');
  const store = () => join(disk(), 'store');

  beforeEach(function () {
    mkdirSync(disk());
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', disk()], { stdio: 'pipe' });
      isMounted = true;
    } catch {
      console.log('SKIPPED: no small disk can be mounted here, so none is filled.');
      this.skip();
    }
  });
  let next = 1;
  /** About 100 kB that do not compress. */
  function request(): { ids: string[]; body: Uint8Array } {
    const ids = Array.from({ length: 50 }, () => spanId(next++));
    const spans = ids.map(id => ({
      spanId: id,
      traceId: traceId(1 + (next % 5)),
      attributes: { noise: randomBytes(1000).toString('hex') },
    }));
    return { ids, body: traceBody(spans) };
  }

  it('is answered with 503, said once, and survived; nothing that was acknowledged is lost', async function () {
    this.timeout(60_000);
    writeFileSync(join(disk(), 'ballast'), Buffer.alloc(6 * MiB));
    running = await collect(store());
    const { port, collector, warnings } = running;
    const kept: string[] = [];
    const send = async () => {
      const { ids, body } = request();
      const answer = await http1(port, { headers: PROTOBUF, body });
      if (answer.status === 200) kept.push(...ids);
      return answer;
    };

    let answer = await send();
    for (let n = 0; n < 80 && answer.status === 200; n++) answer = await send();
    assert.equal(answer.status, 503, 'the disk was never full');
    assert.ok(kept.length > 0);
    const wait = Number(answer.headers['retry-after']);
    assert.ok(Number.isInteger(wait) && wait >= 1 && wait <= 5, `Retry-After ${wait}`);
    for (let n = 0; n < 10; n++) assert.equal((await send()).status, 503);
    const { body } = request();
    const client = new GrpcClient(`127.0.0.1:${port}`);
    assert.equal((await client.call(TRACES_METHOD, body)).code, 14, 'UNAVAILABLE');
    client.close();
    assert.equal((await http2(port, { headers: PROTOBUF, body })).status, 503);
    const empty = await http1(port, { headers: JSON_TYPE, body: Buffer.from('{}') });
    assert.ok([200, 503].includes(empty.status), 'nothing to store, or not now');

    await until('the user is told', () => warnings.length > 0);
    assert.equal(warnings.length, 1, warnings.join('\n'));
    assert.match(warnings[0] ?? '', /disk|space/i);

    // What was stored before can be read all the while.
    await until('what was acknowledged can be read', async () => {
      const read = new Set([...(await readSpanIds(collector)).values()].flat());
      return kept.every(id => read.has(id));
    }).catch(() => assert.fail('what was acknowledged cannot be read while the disk is full'));

    rmSync(join(disk(), 'ballast'));
    await until('it is accepted again', async () => (await send()).status === 200, 20_000, 250);
    for (let n = 0; n < 5; n++) assert.equal((await send()).status, 200);
    await collector.dispose();
    running = undefined;

    const read = [...(await spansIn(store(), kept.length)).values()].flat();
    const lost = kept.filter(id => !read.includes(id));
    assert.deepEqual(lost, []);
    assert.equal(new Set(read).size, read.length);
    assert.equal(integrity(store()), 'ok');
  });

  it('at the start is said, and stops only receiving', async () => {
    writeFileSync(join(disk(), 'ballast'), Buffer.alloc(10 * MiB - 8192));
    await assert.rejects(collect(store()), /store could not be opened|disk|space/i);
    rmSync(join(disk(), 'ballast'));
    running = await collect(store());
    const { ids, body } = request();
    assert.equal((await http1(running.port, { headers: PROTOBUF, body })).status, 200);
    const { collector } = running;
    await until('it is listed', async () => [...(await readSpanIds(collector)).values()].flat().length === ids.length);
  });
});
