import assert from 'node:assert/strict';
import { mixUpHint } from '../../../src/otlp/mixUp.ts';
import { scanLogs } from '../../../src/otlp/scanLogs.ts';
import { countMetricPoints } from '../../../src/otlp/scanMetrics.ts';
import type { Signal } from '../../../src/otlp/schema.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import { REQUESTS, SIGNALS, utf8 } from './samples.ts';

const TRACE_ID = '5b8efff798038103d269b633813fc60c';
const SPAN_ID = 'eee19b7ec3c1b174';
const TIME = '1725000000123456789';

const bodyOf = (signal: Signal, items: object[]): Uint8Array => {
  const requests: Record<Signal, object> = {
    traces: { resourceSpans: [{ scopeSpans: [{ spans: items }] }] },
    logs: { resourceLogs: [{ scopeLogs: [{ logRecords: items }] }] },
    metrics: { resourceMetrics: [{ scopeMetrics: [{ metrics: items }] }] },
  };
  return jsonToProto(signal, utf8(JSON.stringify(requests[signal])));
};

const attributes = [{ key: 'http.request.method', value: { stringValue: 'GET' } }];
const point = { timeUnixNano: TIME, asInt: '1', attributes };
const span = {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  name: 'GET /',
  kind: 2,
  startTimeUnixNano: TIME,
  endTimeUnixNano: TIME,
  attributes,
};

const ITEMS: Record<Signal, Record<string, object>> = {
  traces: {
    'a whole span': span,
    'a span without a name and attributes': {
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      startTimeUnixNano: TIME,
      endTimeUnixNano: TIME,
    },
  },
  logs: {
    'a record of the SDKs': {
      timeUnixNano: TIME,
      observedTimeUnixNano: TIME,
      severityNumber: 9,
      severityText: 'INFO',
      body: { stringValue: 'hello' },
      attributes,
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      flags: 1,
    },
    'a record outside of a trace': { observedTimeUnixNano: TIME, body: { stringValue: 'hello' } },
    'a text alone': { body: { stringValue: 'hello' } },
    'an event': { timeUnixNano: TIME, eventName: 'clicked', attributes },
  },
  metrics: {
    'a gauge': { name: 'heap', unit: 'By', gauge: { dataPoints: [point] } },
    'a sum whose name and description are as long as ids': {
      name: 'sixteen letters!',
      description: 'eight le',
      sum: { dataPoints: [point], aggregationTemporality: 2, isMonotonic: true },
    },
    'a histogram': {
      name: 'duration',
      histogram: {
        dataPoints: [{ timeUnixNano: TIME, count: '2', sum: 3.5, bucketCounts: ['1', '1'], explicitBounds: [1] }],
      },
    },
    'an exponential histogram': {
      name: 'duration',
      exponentialHistogram: { dataPoints: [{ timeUnixNano: TIME, count: '2', scale: 3 }] },
    },
    'a summary': { name: 'old', summary: { dataPoints: [{ timeUnixNano: TIME, count: '2', sum: 1 }] } },
  },
};

describe('the hint at another signal', () => {
  for (const meant of SIGNALS) {
    for (const [what, item] of Object.entries(ITEMS[meant])) {
      for (const signal of SIGNALS) {
        if (signal === meant) {
          it(`is not given for ${what} sent as ${signal}`, () => {
            assert.equal(mixUpHint(signal, bodyOf(meant, [item])), '');
          });
          continue;
        }
        it(`names ${meant} for ${what} sent as ${signal}`, () => {
          const hint = mixUpHint(signal, bodyOf(meant, Array(100).fill(item)));
          assert.match(hint, new RegExp(`export of ${meant} that was sent as ${signal}; send it to /v1/${meant},`));
        });
      }
      if (meant !== 'logs') {
        it(`stops the scanner of logs at ${what}`, () => {
          assert.throws(() => scanLogs(bodyOf(meant, [item])), { name: 'MalformedError', message: /sent as logs/ });
        });
      }
      if (meant !== 'metrics' && !/ alone$/.test(what)) {
        it(`stops the counter of metric points at ${what}`, () => {
          const count = () => countMetricPoints(bodyOf(meant, [item]));
          assert.throws(count, { name: 'MalformedError', message: /sent as metrics/ });
        });
      }
    }
    for (const signal of SIGNALS) {
      it(`is ${signal === meant ? 'not given' : 'given'} for the JSON list of ${meant} sent as ${signal}`, () => {
        const hint = mixUpHint(signal, jsonToProto(signal, utf8(REQUESTS[meant])));
        if (signal === meant) assert.equal(hint, '');
        else assert.match(hint, new RegExp(`export of ${meant}`));
      });
    }
  }

  const { traceId: _t, spanId: _s, ...withoutIds } = span;
  const broken: [string, object][] = [
    ['a short trace id', { ...span, traceId: 'abcd' }],
    ['a span id of zeros', { ...span, spanId: '0'.repeat(16) }],
    ['no ids', withoutIds],
    ['nothing', {}],
    ['only a name', { name: 'checkout' }],
    ['a name that parses as a field', { name: 'e1234' }],
    ['no ids and links and events', { ...withoutIds, events: [{ timeUnixNano: TIME, name: 'e' }], links: [{}] }],
  ];
  for (const [what, item] of broken) {
    it(`is not given for a span with ${what}`, () => {
      assert.equal(mixUpHint('traces', bodyOf('traces', [item])), '');
    });
  }

  it('needs nine of ten items', () => {
    const log = ITEMS.logs['an event']!;
    const mixed = (logs: number) => bodyOf('logs', [...Array(logs).fill(log), ...Array(20 - logs).fill({})]);
    assert.equal(mixUpHint('traces', mixed(17)), '');
    assert.notEqual(mixUpHint('traces', mixed(18)), '');
  });

  it('is not given where both lists of JSON are there', () => {
    const both = `{${REQUESTS.logs.slice(1, -1)},${REQUESTS.traces.slice(1, -1)}}`;
    for (const signal of ['traces', 'logs'] as const)
      assert.equal(mixUpHint(signal, jsonToProto(signal, utf8(both))), '');
  });

  it('is not given for an empty request and for bytes that are cut off', () => {
    assert.equal(mixUpHint('traces', new Uint8Array()), '');
    const body = bodyOf('logs', [ITEMS.logs['an event']!]);
    for (let length = 1; length < body.length; length++) {
      assert.equal(mixUpHint('traces', body.subarray(0, length)), '', `${length} bytes`);
    }
  });
});
