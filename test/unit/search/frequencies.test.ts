import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreWriter } from '../../../src/store/writer.ts';
import { spanId, traceBody, traceId } from '../../harness/requests.ts';
import { SearchedStore } from '../../harness/searchStore.ts';

const COUNT = 6_000;
const START = 1_760_000_000_000_000_000n;
/** Every so manyth trace has the value; how the search goes about it depends on that. */
const EVERY = [1, 2, 10, 55, 65, 150, 900, 4_000];

const numbers = Array.from({ length: COUNT }, (_, n) => n + 1);
/** Newest first. */
const multiples = (of: number, from = 1, to = COUNT) =>
  numbers.filter(n => n % of === 0 && n >= from && n <= to).reverse();

describe('a search of many traces', () => {
  let folder: string;
  let store: SearchedStore;

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), 'spanside-test-'));
    const writer = new StoreWriter(folder);
    for (let from = 0; from < COUNT; from += 1_000) {
      // Those of a request began at any time of all, as where several programs send at once.
      const some = numbers.filter(n => (n * 7_919) % COUNT >= from && (n * 7_919) % COUNT < from + 1_000);
      writer.commit([{ signal: 'traces', body: traceBody(some.map(spanOf)), receivedAt: 5 }]);
      // The last one stays open.
      while (from + 1_000 < COUNT && (await writer.compress(true)));
    }
    writer.close();
    store = new SearchedStore(folder);
  });
  after(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function spanOf(n: number) {
    const attributes = Object.fromEntries(
      EVERY.filter(every => n % every === 0).map(every => [`every.${every}`, `yes ${every}`]),
    );
    return {
      traceId: traceId(n),
      spanId: spanId(1),
      name: `work ${n}`,
      start: String(START + BigInt(n)),
      end: String(START + BigInt(n) + (n % 900 === 0 ? 5_000n : 10n)),
      attributes: { ...attributes, 'n.text': `number ${n}`, padding: 'x'.repeat(300) },
    };
  }

  async function finds(text: string, expected: number[], limit: number): Promise<void> {
    const found = await store.all({ text, limit });
    assert.deepEqual(
      found.map(({ name }) => Number(name.slice(5))),
      expected,
      text,
    );
  }

  for (const every of EVERY) {
    it(`finds what one in ${every} has, in any way and over pages`, async () => {
      const expected = multiples(every);
      const limit = Math.max(7, Math.ceil(expected.length / 6));
      const value = `yes ${every}`;
      for (const text of [
        `every.${every}:"${value}"`,
        `every.${every}:*`,
        `every.${every}:ye*${every}`,
        `every.${every}:/y.*/`,
        `{ .every.${every} = "${value}" } && { duration > 0ms }`,
        `every.1:"yes 1" every.${every}:!=no`,
      ]) {
        await finds(text, expected, limit);
      }
    });
  }

  it('finds a word that some have', async () => {
    await finds('"yes 900"', multiples(900), 2);
    await finds('"yes 65" every.10:*', multiples(130), 10);
    await finds('"number 4321"', [4321], 1);
  });

  it('finds what only one has, or none', async () => {
    await finds('n.text:"number 77"', [77], 1);
    await finds('name:"work 5999"', [5999], 3);
    await finds('n.text:"number 0"', [], 3);
    await finds('{ .every.150 != nil && .every.4000 != nil }', [], 3);
  });

  it('finds what is rare by how long it took', async () => {
    await finds('duration:>1us', multiples(900), 3);
    await finds('duration:>1us every.2:*', multiples(900), 50);
    await finds('duration:5us -every.4000:*', multiples(900), 4);
  });

  it('finds what began within some times', async () => {
    const within = { since: START + 1_000n, until: START + 5_000n };
    for (const every of [10, 900]) {
      const found = await store.all({ text: `every.${every}:*`, limit: 50, ...within });
      assert.deepEqual(
        found.map(({ name }) => Number(name.slice(5))),
        multiples(every, 1_000, 5_000),
      );
    }
  });
});
