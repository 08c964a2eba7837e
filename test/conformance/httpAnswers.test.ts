import assert from 'node:assert/strict';
import { MalformedError } from '../../src/otlp/malformed.ts';
import { http1, http2, JSON_TYPE, PROTOBUF } from './support/clients.ts';
import { receiving } from './support/receiving.ts';
import { readBadRequest, readFields, readStatus, traceRequest, traceRequestJson } from './support/wire.ts';

describe('OTLP/HTTP answers', () => {
  const r = receiving({ limits: { commitMs: 60 } });
  const proto = { headers: PROTOBUF, body: traceRequest() };
  const json = { headers: JSON_TYPE, body: traceRequestJson() };

  for (const signal of ['traces', 'logs', 'metrics']) {
    it(`H-30: full success of ${signal} is 200 without a partial success, which is no bytes or {}`, async () => {
      for (const send of [http1, http2]) {
        const asProto = await send(r.port, { path: `/v1/${signal}`, headers: PROTOBUF });
        assert.deepEqual([asProto.status, asProto.body.length], [200, 0]);
        const asJson = await send(r.port, { path: `/v1/${signal}`, headers: JSON_TYPE, body: Buffer.from('{}') });
        assert.deepEqual([asJson.status, asJson.body.toString()], [200, '{}']);
      }
    });
  }

  it('H-31: an empty request succeeds', async () => {
    assert.equal((await http1(r.port, { headers: PROTOBUF })).status, 200);
    assert.equal((await http2(r.port, { headers: PROTOBUF })).status, 200);
    const answer = await http1(r.port, { headers: JSON_TYPE, body: Buffer.from('{}') });
    assert.equal(answer.status, 200);
    assert.equal(answer.body.toString(), '{}');
    assert.deepEqual(
      r.sink.requests.map(request => request.body.length),
      [0, 0, 0],
    );
  });

  const fields = [
    ['traces', 'rejectedSpans'],
    ['logs', 'rejectedLogRecords'],
    ['metrics', 'rejectedDataPoints'],
  ] as const;
  for (const [signal, field] of fields) {
    it(`H-32: ${field} of a partial success, in both encodings`, async () => {
      r.sink.behave = () => ({ rejected: 300, message: 'span 2 has no id' });
      const path = `/v1/${signal}`;
      const asJson = await http1(r.port, { path, headers: JSON_TYPE, body: Buffer.from('{}') });
      assert.equal(asJson.status, 200);
      assert.deepEqual(JSON.parse(asJson.body.toString()), {
        partialSuccess: { [field]: '300', errorMessage: 'span 2 has no id' },
      });

      const asProto = await http1(r.port, { path, headers: PROTOBUF });
      const [partial] = readFields(asProto.body);
      assert.equal(partial?.number, 1);
      assert.deepEqual(readFields(partial?.value as Buffer), [
        { number: 1, value: 300 },
        { number: 2, value: Buffer.from('span 2 has no id') },
      ]);
    });
  }

  it('H-33: a warning with everything accepted', async () => {
    r.sink.behave = () => ({ rejected: 0, message: 'old attribute names' });
    const [partial] = readFields((await http1(r.port, proto)).body);
    const inner = readFields(partial?.value as Buffer).filter(({ number, value }) => number !== 1 || value !== 0);
    assert.deepEqual(inner, [{ number: 2, value: Buffer.from('old attribute names') }]);
    assert.equal(r.sink.refusals.length, 0);
  });

  it('H-40: a long message is cut', async () => {
    r.sink.behave = () => ({ rejected: 1, message: 'é'.repeat(5_000_000) });
    for (const call of [proto, json]) assert.ok((await http1(r.port, call)).body.length < 20_000);
  });

  it('H-35, H-36: what is not valid OTLP is 400 with a Status', async () => {
    r.sink.behave = () => {
      throw new MalformedError('byte 7: field 1 is cut off');
    };
    for (const send of [http1, http2]) {
      const answer = await send(r.port, proto);
      assert.equal(answer.status, 400);
      assert.equal(answer.headers['content-type'], 'application/x-protobuf');
      const { code, message, details } = readStatus(answer.body);
      assert.deepEqual([code, message], [3, 'byte 7: field 1 is cut off']);
      assert.deepEqual(details.map(readBadRequest), [['byte 7', 'field 1 is cut off']]);
    }
    assert.match(r.sink.reason, /field 1 is cut off.*exporter/);
  });

  it('H-36: a bad field of JSON is named in the details', async () => {
    const body = Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{},{"name":7}]}]}]}');
    const answer = await http1(r.port, { headers: JSON_TYPE, body });
    assert.deepEqual(JSON.parse(answer.body.toString()).details, [
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: [{ field: 'resourceSpans[0].scopeSpans[0].spans[1].name', description: 'not a string' }],
      },
    ]);
  });

  for (const body of ['{"resourceSpans":', '[NaN]', '']) {
    it(`H-36, J-08: the JSON body ${body || '(empty)'} is 400 with a JSON Status`, async () => {
      const answer = await http1(r.port, { headers: JSON_TYPE, body: Buffer.from(body) });
      assert.equal(answer.status, 400);
      assert.equal(answer.headers['content-type'], 'application/json');
      const status = JSON.parse(answer.body.toString());
      assert.equal(status.code, 3);
      assert.ok(status.message.length > 0);
      assert.equal(r.sink.requests.length, 0);
    });
  }

  const failures: [string, () => Promise<never>][] = [
    ['an error', () => Promise.reject(new Error('disk I/O error in /home/me/traces'))],
    ['no error object', () => Promise.reject('closed')],
    ['no commit in time (S-05)', () => new Promise(() => {})],
  ];
  for (const [what, behave] of failures) {
    it(`H-37, H-38, H-42: ${what} of the store is 503 with Retry-After, in the encoding of the request`, async () => {
      r.sink.behave = behave;
      for (const send of [http1, http2]) {
        const answer = await send(r.port, proto);
        assert.equal(answer.status, 503);
        assert.equal(answer.headers['retry-after'], '1');
        assert.equal(readStatus(answer.body).code, 14);
        assert.doesNotMatch(answer.body.toString(), /home/, 'the sender need not know the files of the user');
      }
      const answer = await http1(r.port, json);
      assert.equal(answer.status, 503);
      assert.equal(JSON.parse(answer.body.toString()).code, 14);
      assert.equal(r.sink.refusals.length, 3);
      assert.ok(r.sink.refusals.every(({ status }) => status === 503));
    });
  }

  it('H-34: what a second try may cure is never a partial success', async () => {
    // What a store says of a full disk, a lock and a file that went away.
    for (const message of ['database or disk is full', 'database is locked', 'ENOENT: no such file or directory']) {
      r.sink.behave = () => Promise.reject(Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR' }));
      for (const call of [proto, json]) {
        const answer = await http1(r.port, call);
        assert.equal(answer.status, 503);
        assert.equal(answer.headers['retry-after'], '1');
        assert.doesNotMatch(answer.body.toString(), /partial/i);
      }
      assert.deepEqual(readFields((await http1(r.port, proto)).body)[0], { number: 1, value: 14 });
    }
  });

  it('X-20: a sink that fails to count a refusal does not end the receiver', async () => {
    const { refused } = r.sink;
    r.sink.refused = () => {
      throw new Error('the other side is gone');
    };
    try {
      assert.equal((await http1(r.port, { path: '/wrong', headers: PROTOBUF })).status, 404);
    } finally {
      r.sink.refused = refused;
    }
    assert.equal((await http1(r.port, proto)).status, 200);
  });

  it('H-51: 32 requests at once are all stored, each with its own answer', async () => {
    r.sink.behave = request => ({ rejected: request.body.length, message: 'n' });
    const names = Array.from({ length: 32 }, (_, i) => 'x'.repeat(i + 1));
    const answers = await Promise.all(
      names.map((name, i) => (i % 2 ? http1 : http2)(r.port, { headers: PROTOBUF, body: traceRequest(name) })),
    );
    answers.forEach((answer, i) => {
      const [partial] = readFields(answer.body);
      assert.equal(readFields(partial?.value as Buffer)[0]?.value, traceRequest(names[i]).length);
    });
    assert.equal(r.sink.requests.length, 32);
  });
});
