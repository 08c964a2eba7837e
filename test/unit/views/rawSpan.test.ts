import assert from 'node:assert/strict';
import { rawSpanPath, rawSpanText } from '../../../src/views/inspector/rawSpan.ts';
import { TRACE } from './builders.ts';

const SPAN = 'b7ad6b7169203331';

describe('the document of a span', () => {
  const raw = `{\n  "name": "${'x'.repeat(3_000_000)}"\n}`;
  const asked: string[] = [];
  const collector = {
    rawSpan: async (...ids: string[]) => {
      asked.push(ids.join(' '));
      return ids[1] === SPAN ? raw : undefined;
    },
  };

  it('is all of it, with nothing added', async () => {
    assert.equal(await rawSpanText(collector, rawSpanPath(TRACE, SPAN)), raw);
    assert.deepEqual(asked.splice(0), [`${TRACE} ${SPAN}`]);
  });

  it('is JSON also where the span is gone', async () => {
    const text = await rawSpanText(collector, rawSpanPath(TRACE, '00f067aa0ba902b7'));
    assert.equal(JSON.parse(text), 'This span is not in the store any more.');
  });

  for (const path of [
    '',
    '/',
    `/${TRACE}/../${SPAN}.json`,
    `/${TRACE.toUpperCase()}/${SPAN}.json`,
    rawSpanPath('0'.repeat(32), SPAN),
  ]) {
    it(`is no question to the store for ${path || 'no path'}`, async () => {
      asked.length = 0;
      assert.match(JSON.parse(await rawSpanText(collector, path)), /not in the store/);
      assert.deepEqual(asked, []);
    });
  }
});
