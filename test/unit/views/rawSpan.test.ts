import assert from 'node:assert/strict';
import type { CollectorApi } from '../../../src/collector/api.ts';
import type { AnyValue } from '../../../src/model/value.ts';
import { documentText, rawSpanPath, valuePath } from '../../../src/views/inspector/rawSpan.ts';
import { makeSpan } from '../source/makeSpan.ts';
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
    span: async (): Promise<undefined> => undefined,
  };

  it('is all of it, with nothing added', async () => {
    assert.equal(await documentText(collector, rawSpanPath(TRACE, SPAN)), raw);
    assert.deepEqual(asked.splice(0), [`${TRACE} ${SPAN}`]);
  });

  it('is JSON also where the span is gone', async () => {
    const text = await documentText(collector, rawSpanPath(TRACE, '00f067aa0ba902b7'));
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
      assert.match(JSON.parse(await documentText(collector, path)), /not in the store/);
      assert.deepEqual(asked, []);
    });
  }
});

describe('the document of a value', () => {
  const long = 'x'.repeat(16 * 1024 * 1024);
  const list = (...values: AnyValue[]) => values.map((value, i) => ({ key: `k${i}`, value }));
  const span = {
    ...makeSpan({}),
    attributes: list(
      { type: 'string', value: long },
      { type: 'bytes', value: Uint8Array.from({ length: 100 }, (_, i) => i) },
      { type: 'map', entries: list({ type: 'int', value: 2n ** 60n }) },
    ),
    events: [
      {
        timeUnixNano: 0n,
        name: 'e',
        attributes: list({ type: 'string', value: 'of event' }),
        droppedAttributesCount: 0,
      },
    ],
  };
  const collector = {
    rawSpan: async (): Promise<undefined> => assert.fail('a value is no question for the JSON'),
    span: async () => ({ span }) as unknown as Awaited<ReturnType<CollectorApi['span']>>,
  };
  const textAt = (place: string) => documentText(collector, valuePath(TRACE, SPAN, place));

  it('is the whole text', async () => assert.ok((await textAt('attributes/0')) === long));
  it('is all the bytes', async () => assert.match(await textAt('attributes/1'), /^000102.*6263$/));
  it('is JSON for what holds other values', async () =>
    assert.equal(await textAt('attributes/2'), '{\n  "k0": "1152921504606846976"\n}'));
  it('may be of an event', async () => assert.equal(await textAt('events/0/0'), 'of event'));
  for (const place of ['attributes/3', 'events/1/0', 'links/0/0', 'events/0', 'attributes/0/0', 'scope/0']) {
    it(`is a sentence for ${place}, where there is none`, async () =>
      assert.equal(await textAt(place), 'This span is not in the store any more.'));
  }
});
