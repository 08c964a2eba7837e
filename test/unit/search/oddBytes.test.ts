import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TraceId } from '../../../src/model/ids.ts';
import { parseSearch } from '../../../src/model/search/parse.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { naiveSearch } from '../../harness/naiveSearch.ts';
import { decodedTraces, SearchedStore } from '../../harness/searchStore.ts';

// Spans as no SDK writes them and protobuf allows them: fields in any order, more than once, in parts, or unknown.

const START = 1_760_000_000_000_000_000n;

const bytes = (number: number, ...parts: (Buffer | string)[]) => {
  const content = Buffer.concat(parts.map(part => Buffer.from(part)));
  return Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(content.length)), content]);
};
const number = (field: number, value: bigint) => Buffer.concat([varint(BigInt(field * 8)), varint(value)]);

function varint(value: bigint): Buffer {
  const all: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) all.push(Number(rest & 127n) + 128);
  return Buffer.of(...all, Number(rest));
}

function time(field: number, value: bigint): Buffer {
  const all = Buffer.alloc(8);
  all.writeBigUInt64LE(value);
  return Buffer.concat([varint(BigInt(field * 8 + 1)), all]);
}

const key = (text: string | Buffer) => bytes(1, text);
const text = (value: string | Buffer) => bytes(2, bytes(1, value));
const UNKNOWN = Buffer.concat([bytes(99, 'unknown'), number(98, 5n), time(97, 7n)]);
const LONG = 'long.'.repeat(40);

/** A span's own fields, by the name that it would be called if it had none of its own. */
const ODD: Record<string, Buffer[]> = {
  valueFirst: [bytes(9, text('first'), key('odd'))],
  keyTwice: [bytes(9, key('even'), key('odd'), text('second'))],
  valueTwice: [bytes(9, key('odd'), text('replaced'), text('third'))],
  otherType: [bytes(9, key('odd'), bytes(2, bytes(1, 'replaced'), number(3, 7n)))],
  listInParts: [
    bytes(9, key('odd'), bytes(2, bytes(5, bytes(1, bytes(1, 'one')))), bytes(2, bytes(5, bytes(1, bytes(1, 'two'))))),
  ],
  noValue: [bytes(9, key('odd'))],
  noKey: [bytes(9, text('without a key'))],
  unknownAround: [
    UNKNOWN,
    bytes(9, UNKNOWN, key('odd'), UNKNOWN, bytes(2, UNKNOWN, bytes(1, 'fourth')), UNKNOWN),
    UNKNOWN,
  ],
  longKey: [bytes(9, key(LONG), text('fifth'))],
  longValue: [bytes(9, key('odd'), text(`${'x'.repeat(70_000)} sixth`))],
  notUtf8: [bytes(9, key('odd'), text(Buffer.of(0xff, 0x41, 0xc3)))],
  notUtf8Key: [bytes(9, key(Buffer.of(0xfe)), text('seventh'))],
  negative: [bytes(9, key('odd'), bytes(2, number(3, -5n)))],
  longVarint: [bytes(9, key('odd'), bytes(2, Buffer.of(0x18, 0x85, 0x80, 0x80, 0x80, 0x00)))],
  nameTwice: [bytes(5, 'before'), bytes(5, 'nameTwice')],
  statusInParts: [bytes(15, number(3, 2n)), bytes(15, bytes(2, 'in parts'))],
  statusTwice: [bytes(15, number(3, 2n)), bytes(15, number(3, 1n))],
  kindTwice: [number(6, 2n), number(6, 3n)],
  kindOfItsOwn: [number(6, 77n)],
  startTwice: [time(7, 5n), time(7, START + 7n)],
  eventNameTwice: [bytes(11, bytes(2, 'early'), bytes(3, key('odd'), text('event')), bytes(2, 'late'))],
  eventAlone: [bytes(11)],
  linkFirst: [bytes(13, bytes(4, key('odd'), text('link')))],
  emptyText: [bytes(9, key('odd'), text(''))],
};

const QUERIES = [
  ...['first', 'second', 'third', 'replaced', 'fourth', 'fifth', 'sixth', 'seventh', 'event', 'link', 'one', 'TWO'],
  ...['odd:first', 'odd:second', 'odd:third', 'odd:replaced', 'odd:7', 'odd:>6', 'odd:one', 'odd:two', 'odd:fourth'],
  ...[
    'odd:*',
    '-odd:*',
    'even:*',
    'odd:""',
    'odd:-5',
    'odd:5',
    'odd:<0',
    'odd:*sixth',
    'odd:/.*A.*/',
    'odd:!=7',
    '"without a"',
  ],
  ...[
    `${LONG}:fifth`,
    `${LONG}:*`,
    '"\ufffd":seventh',
    'odd:"\ufffdA\ufffd"',
    'event.odd:event',
    'link.odd:link',
    'span.odd:link',
  ],
  ...[
    'name:before',
    'name:nameTwice',
    'name:*',
    'status:error',
    'status:ok',
    'message:"in parts"',
    'kind:server',
    'kind:client',
  ],
  ...[
    '-kind:*',
    'kind:unspecified',
    'event:early',
    'event:late',
    'event:*',
    'duration:993ns',
    'duration:>=1us',
    'unknown',
  ],
];

const idOf = (n: number) => (0x5000 + n).toString(16).padStart(32, '0') as TraceId;

describe('searching spans that are written oddly', () => {
  const names = Object.keys(ODD);
  let folder: string;
  let store: SearchedStore;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spanside-test-'));
    const writer = new StoreWriter(folder);
    const spans = names.map((_, n) => {
      const head = [bytes(1, Buffer.from(idOf(n), 'hex')), bytes(2, Buffer.from(idOf(n).slice(16), 'hex'))];
      // Before and after what is odd about it.
      return bytes(2, ...head, time(8, START + 1_000n), time(7, START), ...ODD[names[n]!]!);
    });
    const body = bytes(
      1,
      bytes(2, UNKNOWN, ...spans),
      UNKNOWN,
      bytes(1, UNKNOWN, bytes(1, key('service.name'), text('odd'))),
    );
    const { results } = writer.commit([{ signal: 'traces', body, receivedAt: 5 }]);
    assert.deepEqual(results, [{ stored: names.length, rejected: 0, message: '' }]);
    while (await writer.compress(true));
    writer.close();
    store = new SearchedStore(folder);
  });
  after(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds what a plain evaluator finds in them once decoded', async () => {
    const traces = decodedTraces(
      [folder],
      names.map((_, n) => idOf(n)),
    );
    assert.equal(traces.length, names.length);
    const found = new Set<string>();
    for (const query of QUERIES) {
      const nameOf = ({ traceId }: { traceId: string }) => names[Number.parseInt(traceId.slice(24), 16) - 0x5000]!;
      const wanted = naiveSearch({ query: parseSearch(query) }, traces).map(({ summary }) => nameOf(summary));
      const searched = (await store.all({ text: query, limit: 5 })).map(nameOf);
      assert.deepEqual(searched.sort(), wanted.sort(), query);
      for (const led of store.led({ text: query })) assert.deepEqual(led.map(nameOf).sort(), wanted, `${query}, led`);
      if (wanted.length < names.length) for (const name of wanted) found.add(name);
    }
    assert.deepEqual([...found].sort(), [...names].sort(), 'every one of them matters to some query');
  });
});
