import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpanId } from '../../../src/model/ids.ts';
import type { Span } from '../../../src/model/span.ts';
import { stringAttribute } from '../../../src/model/value.ts';
import type { SpanDetails } from '../../../src/protocol/details.ts';
import { WorkspaceFiles } from '../../../src/source/workspaceFiles.ts';
import { SpanAnswers } from '../../../src/views/inspector/spanAnswers.ts';
import { makeSpan } from '../source/makeSpan.ts';

/** The parts of the details that are looked at: the events with the stacks as sent. */
function detailsOf(span: Span): SpanDetails {
  const events = span.events.map(({ name, attributes }) => ({
    name,
    timeUnixNano: '1',
    offsetMs: 0,
    attributes: [],
    droppedAttributesCount: 0,
    exception: {
      type: 'Error',
      message: '',
      escaped: false,
      stack: [],
      text: stringAttribute(attributes, 'exception.stacktrace') ?? '',
    },
  }));
  return { traceId: span.traceId, spanId: span.spanId, name: span.name, events } as Partial<SpanDetails> as SpanDetails;
}

describe('answers about a span', () => {
  let folder: string;
  let kept: Span | undefined;
  let asked: number;
  let answers: SpanAnswers;

  const stack = (line: number) => `Error: x\n    at f (node:fs:1:1)\n    at pay (/app/src/pay.ts:${line}:9)`;
  const ref = () => ({ traceId: makeSpan({}).traceId, spanId: makeSpan({}).spanId });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanside-answers-'));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src', 'pay.ts'), 'pay();\n'.repeat(20));
    kept = makeSpan({}, [stack(7)]);
    asked = 0;
    const collector = {
      span: async () => {
        asked++;
        return kept && { span: kept, details: detailsOf(kept) };
      },
      columns: async () => undefined,
    };
    answers = new SpanAnswers(collector, new WorkspaceFiles([folder]));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('hold details, place and frames, by one question to the store', async () => {
    const { details, location } = await answers.describe(ref());
    assert.equal(asked, 1);
    assert.equal(location?.label, 'src/pay.ts:7');
    const frames = details?.events[0]?.exception?.stack.flatMap(section => section.frames) ?? [];
    assert.deepEqual(
      frames.map(({ path, line, target }) => [path, line, target]),
      [
        ['node:fs', 1, undefined],
        ['src/pay.ts', 7, 1],
      ],
    );
  });

  it('lead from a frame to where it led when it was shown, without another question', async () => {
    await answers.describe(ref());
    kept = makeSpan({}, [stack(3)]);
    const location = await answers.locateTarget(ref(), 1);
    assert.deepEqual([location?.best?.line, asked], [7, 1]);
  });

  it('ask for the span of a frame that was not shown last', async () => {
    await answers.describe(ref());
    const other = { ...ref(), spanId: '00f067aa0ba902b7' as SpanId };
    assert.equal((await answers.locateTarget(other, 1))?.best?.line, 7);
    assert.equal(asked, 2);
  });

  it('are empty for a span that is gone', async () => {
    await answers.describe(ref());
    kept = undefined;
    assert.deepEqual(await answers.describe(ref()), {});
    assert.equal(await answers.locateTarget(ref(), 1), undefined);
    assert.equal(await answers.locate(ref()), undefined);
  });
});
