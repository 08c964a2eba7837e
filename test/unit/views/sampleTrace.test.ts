import assert from 'node:assert/strict';
import { parseSpanId, parseTraceId } from '../../../src/model/ids.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import { sampleTrace } from '../../../src/views/sampleTrace.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: string } }[];
  events?: { name: string; attributes: { key: string; value: { stringValue?: string } }[] }[];
}

function sent(place?: { file: string; line: number }): { traceId: string; body: string; spans: SentSpan[] } {
  const { traceId, body } = sampleTrace(NOW, place);
  const spans = JSON.parse(body).resourceSpans.flatMap((resource: { scopeSpans: { spans: SentSpan[] }[] }) =>
    resource.scopeSpans.flatMap(scope => scope.spans),
  );
  return { traceId, body, spans };
}

describe('the sample trace', () => {
  it('is a request that the wire takes', () => {
    assert.ok(jsonToProto('traces', Buffer.from(sent().body)).length > 500);
  });

  it('is one tree that has just ended', () => {
    const { traceId, spans } = sent();
    assert.equal(parseTraceId(traceId), traceId);
    const ids = new Set(spans.map(span => span.spanId));
    assert.equal(ids.size, spans.length);
    assert.deepEqual(
      spans.filter(span => span.parentSpanId === undefined).map(span => span.name),
      ['POST /chat'],
    );
    for (const span of spans) {
      assert.equal(span.traceId, traceId);
      assert.ok(parseSpanId(span.spanId));
      assert.ok(span.parentSpanId === undefined || ids.has(span.parentSpanId), span.name);
      assert.ok(BigInt(span.startTimeUnixNano) < BigInt(span.endTimeUnixNano), span.name);
      assert.ok(BigInt(span.endTimeUnixNano) <= BigInt(NOW) * 1_000_000n, span.name);
    }
  });

  it('keeps children within their parents', () => {
    const { spans } = sent();
    const byId = new Map(spans.map(span => [span.spanId, span]));
    for (const span of spans) {
      const parent = byId.get(span.parentSpanId ?? '');
      if (!parent) continue;
      assert.ok(BigInt(span.startTimeUnixNano) >= BigInt(parent.startTimeUnixNano), span.name);
      assert.ok(BigInt(span.endTimeUnixNano) <= BigInt(parent.endTimeUnixNano), span.name);
    }
  });

  it('names the open place, in attributes and in a stack, and none where none is open', () => {
    const text = sent({ file: '/app files/agent.ts', line: 12 }).spans;
    const paths = text.filter(span => span.attributes.some(({ key }) => key === 'code.file.path'));
    assert.equal(paths.length, 2);
    const stack = text.flatMap(span => span.events ?? []).flatMap(event => event.attributes);
    assert.ok(stack.some(({ value }) => value.stringValue?.includes('(/app files/agent.ts:12:1)')));
    assert.doesNotMatch(sent().body, /code\.file/);
  });

  it('is another trace each time', () => {
    assert.notEqual(sent().traceId, sent().traceId);
  });
});
