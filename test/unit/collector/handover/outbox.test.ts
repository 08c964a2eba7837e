import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DamageNotes } from '../../../../src/collector/damageNotes.ts';
import { givenUpSlots, Outbox } from '../../../../src/collector/handover/outbox.ts';
import { slotFolders } from '../../../../src/collector/handover/slotFolders.ts';
import { StoreView } from '../../../../src/collector/storeView.ts';
import { bytesOfHex } from '../../../../src/model/ids.ts';
import { MalformedError } from '../../../../src/otlp/malformed.ts';
import type { ReceivedRequest } from '../../../../src/receiver/sink.ts';
import { logBody, spanId, traceBody, traceId } from '../../../harness/requests.ts';
import { temporaryFolder } from '../../../harness/temporary.ts';

const WEEK = 7 * 24 * 3600 * 1000;

describe('what waits for another window', () => {
  const folder = temporaryFolder();
  const shop = { storage: '/stores/shop', folders: ['/code/shop'] };
  const stock = { storage: '/stores/stock', folders: ['/code/stock'] };
  let warnings: string[];
  let outbox: Outbox;

  function open(now?: number): Outbox {
    const warn = (message: string) => warnings.push(message);
    return new Outbox(folder(), { changed: () => {}, warn, damage: new DamageNotes(warn) }, now);
  }
  beforeEach(() => {
    warnings = [];
    outbox = open();
  });
  afterEach(async () => {
    await outbox.close();
    assert.deepEqual(warnings, []);
  });

  const spans = (n: number): ReceivedRequest => ({
    signal: 'traces',
    receivedAt: n,
    body: traceBody([{ spanId: spanId(n), traceId: traceId(n) }]),
  });
  const names = ({ receivedAt }: ReceivedRequest) => receivedAt;
  const listed = () => {
    outbox.settle();
    const view = new StoreView(slotFolders(folder()));
    try {
      return view
        .list({ limit: 100 })
        .traces.map(trace => Number.parseInt(trace.traceId, 16))
        .sort((a, b) => a - b);
    } finally {
      view.close();
    }
  };
  /** Moves everything; answers what was moved, in order. */
  async function moved(from: Outbox, to: typeof shop): Promise<number[]> {
    const got: number[] = [];
    await from.move(to, async request => {
      got.push(names(request));
    });
    return got;
  }

  it('is shown here, then moved byte by byte in its order, and nothing is left', async () => {
    const requests = [
      spans(1),
      { ...spans(2), signal: 'logs' as const, body: logBody([{ traceId: traceId(1), spanId: spanId(1), body: 'x' }]) },
      spans(3),
    ];
    for (const request of requests) assert.equal((await outbox.keep(shop, request))?.stored, 1);
    await outbox.keep(stock, spans(9));
    assert.deepEqual(listed(), [1, 3, 9]);
    const got: ReceivedRequest[] = [];
    await outbox.move(shop, async request => {
      got.push({ ...request, body: Uint8Array.from(request.body) });
    });
    assert.deepEqual(
      got.map(({ signal, receivedAt, body }) => ({ signal, receivedAt, body: Buffer.from(body).toString('hex') })),
      requests.map(({ signal, receivedAt, body }) => ({ signal, receivedAt, body: Buffer.from(body).toString('hex') })),
    );
    assert.deepEqual(listed(), [9]);
    assert.equal(outbox.has(shop), false);
    assert.equal(outbox.has(stock), true);
    assert.deepEqual(readdirSync(join(folder(), 'handover')), ['2']);
  });

  it('outlives the process, and is for the next window of the workspace, whichever store that has', async () => {
    await outbox.keep(shop, spans(1));
    await outbox.close();
    outbox = open();
    assert.equal(outbox.has({ storage: '/stores/other', folders: [] }), false);
    assert.equal(outbox.has({ storage: '/stores/shop', folders: ['/elsewhere'] }), true);
    assert.deepEqual(await moved(outbox, { storage: '/stores/shop-1', folders: ['/code/shop'] }), [1]);
  });

  it('is moved again from its beginning where that broke off', async () => {
    for (let n = 1; n <= 5; n++) await outbox.keep(shop, spans(n));
    const got: number[] = [];
    await assert.rejects(
      outbox.move(shop, async request => {
        if (got.push(names(request)) === 3) throw new Error('gone');
      }),
      /gone/,
    );
    assert.deepEqual(listed(), [1, 2, 3, 4, 5]);
    assert.deepEqual(await moved(outbox, shop), [1, 2, 3, 4, 5]);
    assert.deepEqual(listed(), []);
  });

  it('takes what comes while it is being moved', async () => {
    await outbox.keep(shop, spans(1));
    const got: number[] = [];
    const late: Promise<unknown>[] = [];
    await outbox.move(shop, async request => {
      got.push(names(request));
      if (got.length < 20) late.push(outbox.keep(shop, spans(got.length + 1)));
    });
    await Promise.all(late);
    assert.deepEqual(got.length + (await moved(outbox, shop)).length, 20);
    // And while it is being removed.
    await outbox.keep(shop, spans(50));
    const moving = moved(outbox, shop);
    const keeping = Array.from({ length: 30 }, async (_, n) => {
      for (let i = 0; i < n; i++) await new Promise(resolve => setImmediate(resolve));
      return outbox.keep(n % 2 ? shop : stock, spans(100 + n));
    });
    const all = [...(await moving)];
    await Promise.all(keeping);
    all.push(...(await moved(outbox, shop)), ...(await moved(outbox, stock)));
    assert.deepEqual(
      all.sort((a, b) => a - b),
      [50, ...Array.from({ length: 30 }, (_, n) => 100 + n)],
    );
  });

  it('what was deleted is not moved', async () => {
    for (let n = 1; n <= 3; n++) await outbox.keep(shop, spans(n));
    const failures: unknown[] = [];
    await outbox.each(
      waiting => waiting.deleteTraces([bytesOfHex(traceId(2)) ?? new Uint8Array()]),
      (_, error) => failures.push(error),
    );
    assert.deepEqual(failures, []);
    assert.deepEqual(listed(), [1, 3]);
    const bodies: string[] = [];
    await outbox.move(shop, async ({ body }) => {
      bodies.push(Buffer.from(body).toString('hex'));
    });
    assert.ok(bodies.some(body => body.includes(traceId(1))));
    assert.ok(bodies.every(body => !body.includes(traceId(2))));
  });

  it('what the other window calls malformed does not block the rest', async () => {
    for (let n = 1; n <= 3; n++) await outbox.keep(shop, spans(n));
    const got: number[] = [];
    await outbox.move(shop, async request => {
      if (names(request) === 2) throw new MalformedError('no');
      got.push(names(request));
    });
    assert.deepEqual(got, [1, 3]);
    assert.match(warnings.splice(0).join(), /refused it: no/);
  });

  it('what is malformed is not kept, and said so', async () => {
    await assert.rejects(outbox.keep(shop, { ...spans(1), body: Uint8Array.of(10, 200) }), MalformedError);
  });

  it('for more windows than there are places it is not taken', async () => {
    for (let n = 1; n <= 4; n++) assert.ok(await outbox.keep({ storage: `/s/${n}`, folders: [] }, spans(n)));
    assert.equal(await outbox.keep({ storage: '/s/5', folders: [] }, spans(5)), undefined);
    assert.deepEqual(await moved(outbox, { storage: '/s/2', folders: [] }), [2]);
    assert.ok(await outbox.keep({ storage: '/s/5', folders: [] }, spans(5)));
  });

  it('what waited for a week is no longer for anybody, and left to become part of the own store', async () => {
    await outbox.keep(shop, spans(1));
    await outbox.close();
    assert.deepEqual(givenUpSlots(folder(), Date.now()), []);
    const later = Date.now() + WEEK + 1_000;
    assert.deepEqual(givenUpSlots(folder(), later), slotFolders(folder()).slice(0, 1));
    outbox = open(later);
    assert.equal(outbox.has(shop), false);
    assert.deepEqual(await moved(outbox, shop), []);
  });

  it('what waits for nobody knows whom becomes part of the own store at once', async () => {
    await outbox.keep(shop, spans(1));
    await outbox.close();
    const [slot = ''] = slotFolders(folder());
    rmSync(join(slot, 'target.json'));
    assert.deepEqual(givenUpSlots(folder(), Date.now()), [slot]);
    outbox = open();
    for (const to of [shop, stock]) {
      await outbox.keep(to, spans(2));
      assert.deepEqual(await moved(outbox, to), [2]);
    }
  });

  it('names its window although the disk had no room for that at first', async () => {
    // A file where the folder should be is in the way of every user.
    writeFileSync(join(folder(), 'handover'), '');
    await assert.rejects(outbox.keep(shop, spans(1)), /EEXIST|ENOTDIR|ENOENT/);
    rmSync(join(folder(), 'handover'));
    await outbox.keep(shop, spans(2));
    await outbox.close();
    outbox = open();
    assert.deepEqual(await moved(outbox, stock), []);
    assert.deepEqual(await moved(outbox, shop), [2]);
  });

  it('a store that was moved whole and not removed any more is not moved again', async () => {
    await outbox.keep(shop, spans(1));
    const [slot = ''] = slotFolders(folder());
    const target = readFileSync(join(slot, 'target.json'));
    let before = 0;
    await outbox.each(
      async waiting => {
        before = waiting.traceCount;
        waiting.markMerged();
      },
      () => assert.fail(),
    );
    assert.equal(before, 1);
    await outbox.close();
    writeFileSync(join(slot, 'target.json'), target);
    outbox = open();
    assert.deepEqual(await moved(outbox, shop), []);
    assert.equal(existsSync(slot), false);
  });
});
