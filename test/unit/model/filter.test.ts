import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FilterError, parseFilter } from '../../../src/model/filter.ts';
import type { TraceSummary } from '../../../src/model/summary.ts';
import { BASE, TRACE_ID } from './heads.ts';

const summary: TraceSummary = {
  traceId: TRACE_ID,
  name: 'POST /chat',
  service: 'shop',
  services: ['shop', 'stock-api'],
  startTimeUnixNano: BASE,
  endTimeUnixNano: BASE + 200_000_000n,
  spanCount: 3,
  errorCount: 1,
  logCount: 0,
  hasRoot: true,
  pinned: false,
  receivedAt: 0,
  version: 1,
};
const fine: TraceSummary = { ...summary, errorCount: 0 };

describe('parseFilter', () => {
  const wanted = [
    '',
    '   ',
    'chat',
    'CHAT',
    '/chat post',
    '"POST /chat"',
    'stock',
    'SELECT',
    '"select products"',
    '0af765',
    '0AF7651916cd43dd8448eb211c80319c',
    'service:STOCK',
    'service:"stock-api"',
    'name:"post /c"',
    'NAME:chat',
    'name:products',
    'error',
    'error chat service:shop duration:<1s',
    'duration:>199ms',
    'duration:>=200ms',
    'duration:<=0.2s',
    'duration:<201ms',
    'duration:>=200000us',
    'duration:>=200000µs',
    'duration:<=200000000ns',
    'duration:<1m',
    '-nothing',
    '-service:web',
    '-"GET /"',
    '-duration:>1s',
    'ch"a"t',
  ];
  for (const text of wanted) {
    it(`${text || '(nothing)'} is wanted`, () => {
      assert.equal(parseFilter(text)(summary, ['SELECT products', 'POST /chat']), true);
    });
  }

  const unwanted = [
    'nothing',
    'chat nothing',
    '"chat POST"',
    '0af76',
    'af7651',
    '0af7651916cd43dd8448eb211c80319d',
    'service:chat',
    'name:shop',
    'duration:>200ms',
    'duration:>=0.201s',
    'duration:<200ms',
    'duration:<=199999999ns',
    '-chat',
    '-error',
    '-service:stock',
    '-SELECT',
    '"error"',
  ];
  for (const text of unwanted) {
    it(`${text} is not wanted`, () => {
      assert.equal(parseFilter(text)(summary, ['SELECT products']), false);
    });
  }

  it('takes error for the state, and in quotes for the text', () => {
    assert.equal(parseFilter('error')(fine), false);
    assert.equal(parseFilter('-error')(fine), true);
    assert.equal(parseFilter('"error"')({ ...fine, name: 'handle error' }), true);
  });

  it('does without names of spans', () => {
    assert.equal(parseFilter('SELECT')(summary), false);
    assert.equal(parseFilter('name:chat')(summary), true);
  });

  it('takes a colon behind other than letters for text', () => {
    assert.equal(parseFilter('/users:id')({ ...summary, name: 'GET /users:id' }), true);
    assert.equal(parseFilter('"http://x"')({ ...summary, name: 'GET http://x' }), true);
  });

  it('counts a trace whose times are unknown or reversed as no time at all', () => {
    assert.equal(parseFilter('duration:<1ns')({ ...summary, startTimeUnixNano: 0n }), true);
    assert.equal(parseFilter('duration:<1ns')({ ...summary, endTimeUnixNano: BASE - 1n }), true);
  });

  const mistakes: [string, number, RegExp][] = [
    ['chat "open', 5, /not closed/],
    ['name:"open', 5, /not closed/],
    ['chat -', 6, /word is missing/],
    ['""', 0, /word is missing/],
    ['service:', 8, /After service: a value/],
    ['a -name:', 8, /After name: a value/],
    ['a -colour:red', 2, /"colour" cannot be filtered by: name, service or duration/],
    ['duration:200ms', 9, /duration:>200ms/],
    ['duration:>200', 9, /duration:>200ms/],
    ['duration:>200h', 9, /duration:>200ms/],
    ['duration:>-1s', 9, /duration:>200ms/],
  ];
  for (const [text, position, message] of mistakes) {
    it(`${text} is a mistake at ${position}`, () => {
      assert.throws(
        () => parseFilter(text),
        (error: unknown) => error instanceof FilterError && error.position === position && message.test(error.message),
      );
    });
  }

  it('takes time in proportion to the length, however many colons there are', () => {
    const text = `a1${'se:-'.repeat(60_000)}`;
    const before = process.cpuUsage();
    parseFilter(text);
    const { user, system } = process.cpuUsage(before);
    // A fifth of a second; looked at from its beginning at every colon it was ten.
    assert.ok(user + system < 1_500_000, `${(user + system) / 1000} ms`);
  });

  it('reads any text or says where it cannot', () => {
    const piece = fc.constantFrom('a', '"', ':', '-', ' ', 'name', 'duration:', '>', '5ms', 'error', '\u{1f44d}');
    fc.assert(
      fc.property(
        fc.array(piece).map(pieces => pieces.join('')),
        text => {
          try {
            assert.equal(typeof parseFilter(text)(summary), 'boolean');
          } catch (error) {
            assert.ok(error instanceof FilterError);
            assert.ok(error.position >= 0 && error.position <= text.length);
          }
        },
      ),
    );
  });
});
