import assert from 'node:assert/strict';
import type { SpanId } from '../../../src/model/ids.ts';
import { summaryToJson, traceToJson } from '../../../src/model/plainJson.ts';
import { plainObject, plainValue } from '../../../src/model/plainValue.ts';
import type { LogRecord, Span } from '../../../src/model/span.ts';
import type { TraceSummary } from '../../../src/model/summary.ts';
import type { AnyValue, Attributes } from '../../../src/model/value.ts';
import { BASE, idOf, TRACE_ID } from './heads.ts';

const string = (value: string): AnyValue => ({ type: 'string', value });
const resource = {
  attributes: [{ key: 'service.name', value: string('shop') }],
  droppedAttributesCount: 1,
  schemaUrl: 'https://example.com/resource',
};
const scope = {
  name: 'lib',
  version: '1.2',
  attributes: [{ key: 'scope', value: string('s') }],
  droppedAttributesCount: 2,
  schemaUrl: 'https://example.com/scope',
};

function span(id: number, more: Partial<Span> = {}): Span {
  return {
    traceId: TRACE_ID,
    spanId: idOf(id) as SpanId,
    parentSpanId: '',
    traceState: 'a=b',
    flags: 0x101,
    name: 'GET /',
    kind: 2,
    startTimeUnixNano: BASE,
    endTimeUnixNano: BASE + 1_000_001n,
    attributes: [],
    droppedAttributesCount: 3,
    events: [],
    droppedEventsCount: 4,
    links: [],
    droppedLinksCount: 5,
    status: { code: 2, message: 'no' },
    resource,
    scope,
    maskedValues: 0,
    ...more,
  };
}

function log(spanId: string, body: Attributes): LogRecord {
  return {
    traceId: TRACE_ID,
    spanId,
    timeUnixNano: BASE,
    observedTimeUnixNano: 0n,
    severityNumber: 9,
    severityText: 'info',
    eventName: '',
    body,
    attributes: [{ key: 'n', value: { type: 'int', value: 1n } }],
    droppedAttributesCount: 0,
    flags: 1,
    resource,
    scope,
    maskedValues: 0,
  };
}

const summary: TraceSummary = {
  traceId: TRACE_ID,
  name: 'GET /',
  service: 'shop',
  services: ['shop', 'stock'],
  startTimeUnixNano: BASE,
  endTimeUnixNano: BASE + 5n,
  spanCount: 2,
  errorCount: 1,
  logCount: 3,
  hasRoot: true,
  pinned: false,
  receivedAt: 1_700_000_000_123,
  version: 7,
};

/** As a program that runs the command line reads it. */
const parsed = (spans: Span[], logs: LogRecord[] = [], warnings: string[] = []) =>
  JSON.parse(JSON.stringify(traceToJson({ summary, spans, logs, warnings })));

describe('plainValue', () => {
  const cases: [string, AnyValue, string][] = [
    ['no value', { type: 'empty' }, 'null'],
    ['an empty string', string(''), '""'],
    ['the largest integer that is a number', { type: 'int', value: 2n ** 53n - 1n }, '9007199254740991'],
    ['an integer beyond', { type: 'int', value: 2n ** 53n }, '"9007199254740992"'],
    ['the least integer', { type: 'int', value: -(2n ** 63n) }, '"-9223372036854775808"'],
    ['a double', { type: 'double', value: 1.5 }, '1.5'],
    ['NaN', { type: 'double', value: Number.NaN }, '"NaN"'],
    ['infinity', { type: 'double', value: Number.NEGATIVE_INFINITY }, '"-Infinity"'],
    ['minus zero', { type: 'double', value: -0 }, '"-0"'],
    ['bytes', { type: 'bytes', value: Uint8Array.of(0xfb, 0xff) }, '"+/8="'],
    [
      'a list',
      {
        type: 'array',
        values: [
          { type: 'bool', value: true },
          { type: 'array', values: [] },
        ],
      },
      '[true,[]]',
    ],
    [
      'a map, of a key sent twice the last value',
      {
        type: 'map',
        entries: [
          { key: 'a', value: string('1') },
          { key: 'b', value: string('2') },
          { key: 'a', value: string('3') },
        ],
      },
      '{"a":"3","b":"2"}',
    ],
  ];
  for (const [what, value, json] of cases) it(what, () => assert.equal(JSON.stringify(plainValue(value)), json));

  it('takes the keys of a prototype as keys like any other', () => {
    const object = plainObject([
      { key: '__proto__', value: { type: 'map', entries: [{ key: 'polluted', value: string('yes') }] } },
      { key: 'constructor', value: string('c') },
    ]);
    assert.equal(JSON.stringify(object), '{"__proto__":{"polluted":"yes"},"constructor":"c"}');
    assert.equal(object['polluted'], undefined);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });
});

describe('summaryToJson', () => {
  it('writes nanoseconds as text', () => {
    assert.deepEqual(summaryToJson(summary), {
      traceId: TRACE_ID,
      name: 'GET /',
      service: 'shop',
      services: ['shop', 'stock'],
      startTimeUnixNano: '1700000000000000000',
      endTimeUnixNano: '1700000000000000005',
      durationNano: '5',
      spanCount: 2,
      errorCount: 1,
      logCount: 3,
      hasRoot: true,
      pinned: false,
      receivedAt: 1_700_000_000_123,
    });
  });
});

describe('traceToJson', () => {
  it('writes everything of a span', () => {
    const full = span(1, {
      parentSpanId: idOf(9),
      attributes: [{ key: 'a', value: { type: 'int', value: 1n } }],
      events: [
        {
          timeUnixNano: BASE + 1n,
          name: 'e',
          attributes: [{ key: 'x', value: string('y') }],
          droppedAttributesCount: 6,
        },
      ],
      links: [{ traceId: 'ab', spanId: '', traceState: 'l', attributes: [], droppedAttributesCount: 7, flags: 8 }],
    });
    assert.deepEqual(parsed([full]).spans, [
      {
        traceId: TRACE_ID,
        spanId: idOf(1),
        parentSpanId: idOf(9),
        traceState: 'a=b',
        flags: 257,
        name: 'GET /',
        kind: 'server',
        service: 'shop',
        startTimeUnixNano: '1700000000000000000',
        endTimeUnixNano: '1700000000001000001',
        durationNano: '1000001',
        status: { code: 'error', message: 'no' },
        attributes: { a: 1 },
        droppedAttributesCount: 3,
        events: [{ name: 'e', timeUnixNano: '1700000000000000001', attributes: { x: 'y' }, droppedAttributesCount: 6 }],
        droppedEventsCount: 4,
        links: [{ traceId: 'ab', spanId: '', traceState: 'l', flags: 8, attributes: {}, droppedAttributesCount: 7 }],
        droppedLinksCount: 5,
        resource: {
          attributes: { 'service.name': 'shop' },
          droppedAttributesCount: 1,
          schemaUrl: 'https://example.com/resource',
        },
        scope: {
          name: 'lib',
          version: '1.2',
          attributes: { scope: 's' },
          droppedAttributesCount: 2,
          schemaUrl: 'https://example.com/scope',
        },
        logs: [],
      },
    ]);
  });

  const kinds: [number, number, string, string][] = [
    [0, 0, 'unspecified', 'unset'],
    [1, 1, 'internal', 'ok'],
    [3, 2, 'client', 'error'],
    [4, 3, 'producer', '3'],
    [5, 0, 'consumer', 'unset'],
    [77, 0, '77', 'unset'],
  ];
  for (const [kind, code, kindName, codeName] of kinds) {
    it(`says ${kindName} for kind ${kind} and ${codeName} for status ${code}`, () => {
      const [written] = parsed([span(1, { kind, status: { code, message: '' } })]).spans;
      assert.equal(written.kind, kindName);
      assert.deepEqual(written.status, { code: codeName, message: '' });
    });
  }

  for (const [what, start, end] of [
    ['no end', BASE, 0n],
    ['no start', 0n, BASE],
    ['an end before its start', BASE, BASE - 1n],
  ] as const) {
    it(`gives a span with ${what} a duration of zero`, () => {
      const [written] = parsed([span(1, { startTimeUnixNano: start, endTimeUnixNano: end })]).spans;
      assert.equal(written.durationNano, '0');
      assert.equal(written.startTimeUnixNano, String(start));
    });
  }

  it('has no service where the resource names none, or names it by a number', () => {
    const named = (value: AnyValue) => ({ ...resource, attributes: [{ key: 'service.name', value }] });
    const written = parsed([
      span(1, { resource: { ...resource, attributes: [] } }),
      span(2, { resource: named({ type: 'int', value: 5n }) }),
    ]).spans;
    assert.deepEqual(
      written.map((one: { service: string }) => one.service),
      ['', ''],
    );
  });

  it('puts a log to its span and the others to the trace', () => {
    const body = [{ key: 'body', value: string('hello') }];
    const trace = parsed([span(1), span(2)], [log(idOf(2), body), log('', body), log(idOf(7), []), log(idOf(2), [])]);
    assert.deepEqual(
      trace.spans.map((one: { logs: unknown[] }) => one.logs.length),
      [0, 2],
    );
    assert.deepEqual(
      trace.logs.map((one: { spanId: string }) => one.spanId),
      ['', idOf(7)],
    );
    assert.deepEqual(trace.spans[1].logs[0], {
      traceId: TRACE_ID,
      spanId: idOf(2),
      timeUnixNano: '1700000000000000000',
      observedTimeUnixNano: '0',
      severityNumber: 9,
      severityText: 'info',
      eventName: '',
      body: 'hello',
      attributes: { n: 1 },
      droppedAttributesCount: 0,
      flags: 1,
      resource: parsed([span(1)]).spans[0].resource,
      scope: parsed([span(1)]).spans[0].scope,
    });
  });

  it('tells a log without a body from one with an empty body', () => {
    const { logs } = parsed([], [log('', []), log('', [{ key: 'body', value: { type: 'empty' } }])]);
    assert.equal('body' in logs[0], false);
    assert.equal(logs[1].body, null);
  });

  it('carries the summary and the warnings', () => {
    const trace = parsed([], [], ['1 span has no end time yet.']);
    assert.equal(trace.traceId, TRACE_ID);
    assert.equal(trace.durationNano, '5');
    assert.deepEqual(trace.warnings, ['1 span has no end time yet.']);
  });
});
