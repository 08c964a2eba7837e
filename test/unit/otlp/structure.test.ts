import assert from 'node:assert/strict';
import type { Signal } from '../../../src/otlp/schema.ts';
import { holdsMoreThan } from '../../../src/otlp/structure.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';

const many = (json: string) => `[${Array.from({ length: 100 }, () => json).join(',')}]`;
const attributes = `"attributes":${many('{}')}`;
const point = `{"dataPoints":[{${attributes}}]}`;

describe('the parts of a request', () => {
  const cases: [string, Signal, string][] = [
    ['resources', 'traces', `{"resourceSpans":${many('{}')}}`],
    ['attributes of a resource', 'traces', `{"resourceSpans":[{"resource":{${attributes}}}]}`],
    ['spans', 'traces', `{"resourceSpans":[{"scopeSpans":[{"spans":${many('{}')}}]}]}`],
    ['attributes of a span', 'traces', `{"resourceSpans":[{"scopeSpans":[{"spans":[{${attributes}}]}]}]}`],
    ['events', 'traces', `{"resourceSpans":[{"scopeSpans":[{"spans":[{"events":${many('{}')}}]}]}]}`],
    ['attributes of links', 'traces', `{"resourceSpans":[{"scopeSpans":[{"spans":[{"links":[{${attributes}}]}]}]}]}`],
    [
      'values of a list in a list',
      'logs',
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"arrayValue":{"values":[{"arrayValue":{"values":${many('{}')}}}]}}}]}]}]}`,
    ],
    ['points', 'metrics', `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":${point}}]}]}]}`],
    [
      'points of histograms',
      'metrics',
      `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":${point}}]}]}]}`,
    ],
  ];
  for (const [what, signal, json] of cases) {
    it(`X-13: ${what} are counted`, () => {
      const body = jsonToProto(signal, Buffer.from(json));
      assert.ok(holdsMoreThan(99, signal, body));
      assert.ok(!holdsMoreThan(111, signal, body), 'and so is little else');
    });
  }

  it('X-13: bytes that are no message are left to the scan', () => {
    assert.ok(!holdsMoreThan(10, 'traces', Buffer.alloc(100, 0xff)));
    assert.ok(!holdsMoreThan(10, 'traces', Buffer.alloc(100)));
  });
});
