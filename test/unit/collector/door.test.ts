import assert from 'node:assert/strict';
import { DEFAULT_INGEST_SETTINGS, type IngestSettings } from '../../../src/collector/api.ts';
import { Door } from '../../../src/collector/door.ts';
import type { Signal } from '../../../src/otlp/schema.ts';
import { jsonToProto, protoToJson } from '../../../src/otlp/transcode.ts';

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const settings = (change: Partial<IngestSettings>): IngestSettings => ({ ...DEFAULT_INGEST_SETTINGS, ...change });
const request = (signal: Signal, body: object) => ({
  signal,
  body: jsonToProto(signal, Buffer.from(JSON.stringify(body))),
  receivedAt: 0,
});

const resource = (service: string) => ({ attributes: [text('service.name', service)] });
const spans = (service: string, count: number) => ({
  resource: resource(service),
  scopeSpans: [
    {
      spans: Array.from({ length: count }, (_, i) => ({
        name: `${service} ${i}`,
        attributes: [text('token', 'hunter2')],
      })),
    },
  ],
});
const points = (count: number) => ({ dataPoints: Array.from({ length: count }, () => ({ count: '1' })) });

describe('the door', () => {
  const bodies: [Signal, object, object, number][] = [
    ['traces', { resourceSpans: [spans('noisy', 3)] }, { resourceSpans: [spans('shop', 2)] }, 3],
    [
      'logs',
      { resourceLogs: [{ resource: resource('noisy'), scopeLogs: [{ logRecords: [{}, {}] }, { logRecords: [{}] }] }] },
      { resourceLogs: [{ resource: resource('shop'), scopeLogs: [{ logRecords: [{ severityNumber: 1 }] }] }] },
      3,
    ],
    [
      'metrics',
      {
        resourceMetrics: [
          {
            resource: resource('noisy'),
            scopeMetrics: [
              {
                metrics: [
                  { gauge: points(2) },
                  { sum: points(1) },
                  { histogram: points(4) },
                  { summary: points(1) },
                  { exponentialHistogram: points(1) },
                ],
              },
            ],
          },
        ],
      },
      { resourceMetrics: [{ resource: resource('shop'), scopeMetrics: [{ metrics: [{ gauge: points(1) }] }] }] },
      9,
    ],
  ];
  for (const [signal, noisy, kept, count] of bodies) {
    it(`takes ${signal} of muted services out and counts them`, () => {
      const door = new Door(
        settings({ mutedServices: ['noisy', ''], redaction: { enabled: false, keys: [], patterns: [] } }),
      );
      assert.deepEqual(door.pass(request(signal, noisy)), { body: undefined, masked: 0, muted: count });
      const others = request(signal, kept);
      assert.deepEqual(door.pass(others), { body: others.body, masked: 0, muted: 0 });
      const both = { ...others, body: Buffer.concat([others.body, request(signal, noisy).body, others.body]) };
      const left = door.pass(both);
      assert.equal(left.muted, count);
      assert.deepEqual(left.body, new Uint8Array(Buffer.concat([others.body, others.body])));
    });
  }

  it('knows a service by its whole name', () => {
    const door = new Door(settings({ mutedServices: ['shop'] }));
    for (const name of ['shop-2', 'Shop', 'my shop']) {
      assert.equal(door.pass(request('traces', { resourceSpans: [spans(name, 1)] })).muted, 0, name);
    }
  });

  it('masks what is left, and follows its settings at once', () => {
    const door = new Door(settings({ mutedServices: ['noisy'] }));
    const sent = request('traces', { resourceSpans: [spans('noisy', 1), spans('shop', 2)] });
    const passed = door.pass(sent);
    assert.equal(passed.masked, 2);
    assert.equal(passed.muted, 1);
    assert.equal(protoToJson('traces', passed.body!).includes('hunter2'), false);
    door.configure(settings({ redaction: { enabled: false, keys: [], patterns: [] } }));
    assert.deepEqual(door.pass(sent), { body: sent.body, masked: 0, muted: 0 });
    assert.equal(door.pass(sent).body, sent.body, 'the very bytes');
  });

  it('lets bodies pass that are no such request', () => {
    const door = new Door(settings({ mutedServices: ['noisy'] }));
    for (const bad of ['noisy', '\n\x7fnoisy password', 'password', '', '\xff'.repeat(100)]) {
      const body = Buffer.from(bad, 'latin1');
      assert.deepEqual(door.pass({ signal: 'traces', body, receivedAt: 0 }), { body, masked: 0, muted: 0 });
    }
  });

  it('says which pattern cannot be used', () => {
    const warnings: string[] = [];
    const door = new Door(settings({ redaction: { enabled: true, keys: [], patterns: ['['] } }), w => warnings.push(w));
    assert.equal(warnings.length, 1);
    assert.equal(door.pass(request('traces', { resourceSpans: [spans('s', 1)] })).masked, 1);
  });
});
