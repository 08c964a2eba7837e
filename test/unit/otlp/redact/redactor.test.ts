import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeLogRecord, decodeResource, decodeScope, decodeSpan } from '../../../../src/otlp/decode.ts';
import { maskedCountField } from '../../../../src/otlp/redact/maskedCount.ts';
import { Redactor } from '../../../../src/otlp/redact/redactor.ts';
import { scanLogs } from '../../../../src/otlp/scanLogs.ts';
import { scanTraces } from '../../../../src/otlp/scanTraces.ts';
import type { Signal } from '../../../../src/otlp/schema.ts';
import { jsonToProto, protoToJson } from '../../../../src/otlp/transcode.ts';
import { REQUESTS } from '../samples.ts';

const none = { keys: [], patterns: [] };
const fail = (message: string) => assert.fail(message);
const redactor = new Redactor(none, fail);
const GHP = `ghp_${'a1B2'.repeat(9)}`;

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const proto = (signal: Signal, request: object) => jsonToProto(signal, Buffer.from(JSON.stringify(request)));
const json = (signal: Signal, bytes: Uint8Array) => JSON.parse(protoToJson(signal, bytes));

const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traces = (span: object, resource: object = {}, scope: object = {}) => ({
  resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [{ ...ids, ...span }] }] }],
});

/** What is kept of a request, and how many values were masked. */
function redact(signal: Signal, request: object, by = redactor) {
  const { body, masked } = by.redact(signal, proto(signal, request));
  return { request: json(signal, body), masked, body };
}

/** The same request with every text that is `from` replaced. */
const replaced = (request: object, from: string, to: string) =>
  JSON.parse(JSON.stringify(request).replaceAll(from, to));

describe('redacting requests', () => {
  const VALUE = 'hunter2';
  const places: [string, Signal, object][] = [
    [
      'an attribute of a span',
      'traces',
      traces({ attributes: [text('a', 'b'), text('db.password', VALUE), text('c', 'd')] }),
    ],
    ['a value before its key', 'traces', traces({ attributes: [{ value: { stringValue: VALUE }, key: 'token' }] })],
    ['an attribute of an event', 'traces', traces({ events: [{ name: 'e', attributes: [text('cookie', VALUE)] }] })],
    ['an attribute of a link', 'traces', traces({ links: [{ ...ids, attributes: [text('api_key', VALUE)] }] })],
    ['the resource', 'traces', traces({}, { attributes: [text('service.name', 's'), text('x.secret', VALUE)] })],
    ['the scope', 'traces', traces({}, {}, { name: 'n', attributes: [text('client_secret', VALUE)] })],
    [
      'a list under the key',
      'traces',
      traces({
        attributes: [
          {
            key: 'http.request.header.authorization',
            value: { arrayValue: { values: [{ stringValue: VALUE }, { intValue: '5' }] } },
          },
        ],
      }),
    ],
    [
      'a map under the key',
      'traces',
      traces({
        attributes: [
          {
            key: 'credentials',
            value: { kvlistValue: { values: [text('any', VALUE), { key: 'n', value: { intValue: '7' } }] } },
          },
        ],
      }),
    ],
    [
      'a key deep inside',
      'traces',
      traces({
        attributes: [
          {
            key: 'h',
            value: {
              kvlistValue: {
                values: [
                  {
                    key: 'l',
                    value: { arrayValue: { values: [{ kvlistValue: { values: [text('Authorization', VALUE)] } }] } },
                  },
                ],
              },
            },
          },
        ],
      }),
    ],
    [
      'an attribute of a log record',
      'logs',
      {
        resourceLogs: [
          { scopeLogs: [{ logRecords: [{ body: { stringValue: 'b' }, attributes: [text('password', VALUE)] }] }] },
        ],
      },
    ],
    [
      'the body of a log record, a map',
      'logs',
      {
        resourceLogs: [
          { scopeLogs: [{ logRecords: [{ body: { kvlistValue: { values: [text('token', VALUE)] } } }] }] },
        ],
      },
    ],
    [
      'an attribute of a data point',
      'metrics',
      {
        resourceMetrics: [
          {
            scopeMetrics: [
              { metrics: [{ name: 'm', sum: { dataPoints: [{ asInt: '1', attributes: [text('api-key', VALUE)] }] } }] },
            ],
          },
        ],
      },
    ],
    [
      'an attribute of an exemplar',
      'metrics',
      {
        resourceMetrics: [
          {
            scopeMetrics: [
              {
                metrics: [
                  {
                    name: 'm',
                    gauge: {
                      dataPoints: [
                        { asDouble: 1, exemplars: [{ asInt: '1', filteredAttributes: [text('secret', VALUE)] }] },
                      ],
                    },
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  ];
  for (const [place, signal, request] of places) {
    it(`masks ${place} and nothing else`, () => {
      const kept = redact(signal, request);
      const plain = json(signal, proto(signal, request));
      assert.deepEqual(kept.request, replaced(plain, VALUE, '[masked]'));
      assert.equal(kept.masked, 1);
      // Masked once, it is masked.
      assert.equal(redactor.redact(signal, kept.body).masked, 0);
    });
  }

  it('masks by shape in names, messages, stack traces, log bodies', () => {
    const url = 'https://bob:hunter2@h/';
    const request = traces({
      name: `GET ${url}`,
      attributes: [text('url.full', url)],
      events: [
        {
          name: `to ${url}`,
          attributes: [text('exception.stacktrace', `at a (${url})\n at b`), text('exception.message', url)],
        },
      ],
      status: { code: 2, message: `no answer of ${url}` },
    });
    const kept = redact('traces', request);
    assert.deepEqual(kept.request, replaced(json('traces', proto('traces', request)), 'hunter2', '[masked]'));
    assert.equal(kept.masked, 6);
    const log = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: `sent ${GHP}` } }] }] }] };
    assert.deepEqual(redact('logs', log).request, replaced(json('logs', proto('logs', log)), GHP, '[masked]'));
  });

  it('leaves numbers, bytes, booleans and counts of tokens', () => {
    const attributes = [
      { key: 'password', value: { intValue: '5' } },
      { key: 'token', value: { doubleValue: 1.5 } },
      { key: 'secret', value: { boolValue: true } },
      { key: 'api_key', value: { bytesValue: 'AAEC' } },
      { key: 'authorization' },
      text('gen_ai.usage.input_tokens', '12'),
      text('llm.token_count.total', '12'),
      text('token', ''),
    ];
    const body = proto('traces', traces({ attributes }));
    assert.equal(redactor.redact('traces', body).body, body);
  });

  it('keeps unknown fields, and masks members that OTLP does not know without breaking their JSON', () => {
    const request = traces({
      attributes: [text('password', 'hunter2')],
      auth: { token: 'hunter2', n: [1, 2.5] },
      x: GHP,
    });
    const kept = redact('traces', request);
    assert.deepEqual(
      kept.request,
      replaced(replaced(json('traces', proto('traces', request)), 'hunter2', '[masked]'), GHP, '[masked]'),
    );
    assert.equal(kept.masked, 3);
  });

  it('says on each span how many of its values, its resource and its scope were masked', () => {
    const secret = { attributes: [text('token', 'hunter2')] };
    const { body } = redact('traces', {
      resourceSpans: [
        {
          resource: secret,
          scopeSpans: [
            { scope: secret, spans: [{ ...ids, attributes: [text('cookie', 'a'), text('pwd', 'b')] }, { ...ids }] },
          ],
        },
      ],
    });
    const scan = scanTraces(body);
    const resource = decodeResource(body, scan.resources[0]!.offset, scan.resources[0]!.length);
    const scope = decodeScope(body, scan.scopes[0]!.offset, scan.scopes[0]!.length);
    const spans = [0, 1].map(i => decodeSpan(body, scan.offsets[i]!, scan.lengths[i]!, resource, scope));
    assert.deepEqual(
      spans.map(span => span.maskedValues),
      [4, 2],
    );

    const logs = redact('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [secret] }] }] }).body;
    const found = scanLogs(logs);
    assert.equal(decodeLogRecord(logs, found.offsets[0]!, found.lengths[0]!, resource, scope).maskedValues, 3);
  });

  it('a sender that uses the field of the count keeps what it sent', () => {
    const forged = Buffer.from(maskedCountField(7)).toString('base64');
    const other = Buffer.from([0xb2, 0xa3, 0x09, 2, 1, 2]).toString('base64');
    for (const field of [forged, other]) {
      for (const attributes of [[], [text('token', 'hunter2')]]) {
        const request = traces({ attributes, '@unknownFields': field });
        const { request: kept, body } = redact('traces', request);
        assert.equal(kept.resourceSpans[0].scopeSpans[0].spans[0]['@unknownFields'], field);
        const scan = scanTraces(body);
        const of = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
        const span = decodeSpan(body, scan.offsets[0]!, scan.lengths[0]!, of, { ...of, name: '', version: '' });
        assert.equal(span.maskedValues, attributes.length);
      }
    }
  });

  it('gives back a body without credentials itself, and so one that is no such request', () => {
    for (const [signal, request] of Object.entries(REQUESTS) as [Signal, string][]) {
      const body = jsonToProto(signal, Buffer.from(request));
      assert.equal(redactor.redact(signal, body).body, body, signal);
    }
    for (const bad of ['password', '\n\xffpassword', `\n\x08token`, '']) {
      const body = Buffer.from(bad, 'latin1');
      assert.equal(redactor.redact('traces', body).body, body);
    }
  });

  it('keeps nothing of a broken span that is refused by itself', () => {
    const broken = Buffer.from('4a0e0a05746f6b656e1205ff68756e74', 'hex');
    const item = Buffer.concat([Buffer.from([0x12, broken.length]), broken]);
    const scope = Buffer.concat([Buffer.from([0x12, item.length]), item]);
    const good = Buffer.from(proto('traces', traces({ attributes: [text('password', 'hunter2')] })));
    const body = Buffer.concat([Buffer.from([0x0a, scope.length]), scope, good]);
    const kept = Buffer.from(redactor.redact('traces', body).body);
    assert.equal(kept.includes('hunt'), false);
    assert.equal(scanTraces(kept).invalid, scanTraces(body).invalid);
    assert.equal(scanTraces(kept).count, 2);
  });

  it('what the scan accepts is redacted, however it was bent', () => {
    const request = Buffer.from(
      proto(
        'traces',
        traces(
          {
            attributes: [text('a', 'b'), text('password', 'hunter2')],
            events: [{ name: 'e', attributes: [text('token', 'hunter2')] }],
            status: { message: 'x' },
          },
          { attributes: [text('secret', 'hunter2')] },
        ),
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(request.length - 1), fc.nat(255)), { maxLength: 3 }), changes => {
        const bent = Buffer.from(request);
        for (const [at, byte] of changes) bent[at] = byte;
        let count: number;
        let invalid: number;
        try {
          ({ count, invalid } = scanTraces(bent));
        } catch {
          redactor.redact('traces', bent);
          return;
        }
        const { body } = redactor.redact('traces', bent);
        assert.equal(scanTraces(body).count, count);
        assert.equal(scanTraces(body).invalid, invalid);
        if (invalid > 0) return;
        // As it is shown: a key or a value that was bent is another one.
        const shown = protoToJson('traces', body);
        for (const key of ['password', 'token', 'secret']) {
          assert.equal(shown.includes(`{"key":"${key}","value":{"stringValue":"hunter2"}}`), false, shown);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('what the user adds to redaction', () => {
  const request = traces({
    attributes: [text('payment.cardNumber', 'visa'), text('note', 'card 1234-5678-9012-3456 of bob')],
  });

  it('masks by names', () => {
    const own = new Redactor({ keys: ['card_number'], patterns: [] }, fail);
    assert.deepEqual(
      redact('traces', request, own).request,
      replaced(json('traces', proto('traces', request)), 'visa', '[masked]'),
    );
  });

  for (const name of ['id', 'día', 'x']) {
    it(`masks by the name ${name}, which cannot be searched for`, () => {
      const own = new Redactor({ keys: [name], patterns: [] }, fail);
      assert.equal(redact('traces', traces({ attributes: [text(`user.${name}`, 'bob')] }), own).masked, 1);
    });
  }

  it('masks by patterns, only what they match', () => {
    const own = new Redactor({ keys: [], patterns: ['\\d{4}-\\d{4}-\\d{4}-\\d{4}', 'of (?=bob)'] }, fail);
    const { request: kept, masked } = redact('traces', request, own);
    const [, note] = kept.resourceSpans[0].scopeSpans[0].spans[0].attributes;
    assert.equal(note.value.stringValue, 'card [masked] [masked]bob');
    assert.equal(masked, 2);
  });

  it('says which pattern cannot be used, and uses the others', () => {
    const warnings: string[] = [];
    const own = new Redactor({ keys: [], patterns: ['(', '', 'a*', 'bob'] }, warning => warnings.push(warning));
    assert.equal(warnings.length, 3);
    assert.match(warnings[0]!, /The pattern "\(" in spanside\.redaction\.patterns is not used: .*Correct it/);
    assert.match(warnings[1]!, /is empty/);
    assert.match(warnings[2]!, /matches a text without characters/);
    assert.equal(redact('traces', request, own).masked, 1);
  });

  it('turns a pattern off that takes for ever, says so, and goes on with the others', () => {
    const warnings: string[] = [];
    const own = new Redactor({ keys: [], patterns: ['(a+)+c', 'bob'] }, warning => warnings.push(warning));
    const slow = traces({ attributes: [text('n', 'a'.repeat(5_000)), text('m', 'bob')] });
    const began = performance.now();
    assert.equal(redact('traces', slow, own).masked, 1);
    assert.equal(redact('traces', slow, own).masked, 1);
    assert.ok(performance.now() - began < 2_000);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /"\(a\+\)\+c".*turned off/);
  });
});
