import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { status as Code } from '@grpc/grpc-js';
import { parseSpanId, parseTraceId } from '../../src/model/ids.ts';
import { type Collecting, collect } from '../harness/collecting.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { http1, JSON_TYPE, PROTOBUF } from './support/clients.ts';
import { GrpcClient, TRACES_METHOD } from './support/grpcClient.ts';
import { readStatus, traceRequest } from './support/wire.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const trace = parseTraceId(TRACE)!;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

function field(number: number, ...content: (Uint8Array | string)[]): Buffer {
  const bytes = Buffer.concat(content.map(part => Buffer.from(part as string)));
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

const spanIdOf = (n: number) => n.toString(16).padStart(16, '0');

/** A request of one span; `parts` are further fields of it. */
function request(n: number, ...parts: Uint8Array[]): Buffer {
  const ids = [field(1, Buffer.from(TRACE, 'hex')), field(2, Buffer.from(spanIdOf(n), 'hex'))];
  return field(1, field(2, field(2, ...ids, field(5, `span ${n}`), ...parts)));
}

/** Attribute `key` of a span with that AnyValue. */
function attribute(key: string, value: Uint8Array): Buffer {
  return field(9, field(1, key), field(2, value));
}

const text = (value: string) => field(1, value);

/** An AnyValue that is a list in a list, so many times. */
function nested(levels: number): Buffer {
  let value = text('core');
  for (let i = 0; i < levels; i++) value = field(5, field(1, value));
  return value;
}

function nestedJson(levels: number): string {
  return `${'{"arrayValue":{"values":['.repeat(levels)}{"stringValue":"core"}${']}}'.repeat(levels)}`;
}

function requestJson(n: number, attributes: string): Buffer {
  return Buffer.from(
    `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${TRACE}","spanId":"${spanIdOf(n)}","name":"span ${n}","attributes":${attributes}}]}]}]}`,
  );
}

describe('bodies made to hurt, sent to the receiver with its store', () => {
  const folder = temporaryFolder();
  let c: Collecting;
  beforeEach(async () => {
    c = await collect(folder());
  });
  afterEach(async () => {
    // Whatever was sent, the next sender is served.
    const answer = await http1(c.port, { headers: PROTOBUF, body: request(0xffff) });
    await c.collector.dispose();
    assert.equal(answer.status, 200);
    assert.deepEqual(c.warnings, []);
  });

  const send = (body: Uint8Array, headers = PROTOBUF) => http1(c.port, { headers, body });
  async function sendByGrpc(body: Uint8Array): Promise<number> {
    const client = new GrpcClient(`127.0.0.1:${c.port}`);
    const { code } = await client.call(TRACES_METHOD, body);
    client.close();
    return code;
  }

  it('X-11: lists nested 45 deep are taken and shown, 60 deep are 400, by every protocol', async () => {
    assert.equal((await send(request(1, attribute('deep', nested(45))))).status, 200);
    assert.equal((await send(requestJson(2, `[{"key":"deep","value":${nestedJson(45)}}]`), JSON_TYPE)).status, 200);
    for (const n of [1, 2]) {
      const raw = await c.collector.rawSpan(trace, parseSpanId(spanIdOf(n))!);
      assert.equal(raw?.match(/arrayValue/g)?.length, 45);
      const found = await c.collector.span(trace, parseSpanId(spanIdOf(n))!);
      assert.equal(found?.span.attributes.length, 1);
    }
    for (const levels of [60, 3_000]) {
      const deep = request(3, attribute('deep', nested(levels)));
      const refused = await send(deep);
      assert.equal(refused.status, 400);
      assert.match(readStatus(refused.body).message, /nested/);
      assert.equal(await sendByGrpc(deep), Code.INVALID_ARGUMENT);
      const json = await send(requestJson(3, `[{"key":"deep","value":${nestedJson(levels)}}]`), JSON_TYPE);
      assert.equal(json.status, 400);
    }
  });

  it('X-11: groups and unknown JSON nested for ever are refused too', async () => {
    // Field 100 as a group that begins again and again.
    assert.equal((await send(request(1, Buffer.alloc(300_000, Buffer.of(0xa3, 0x06))))).status, 400);
    for (const [open, close] of [
      ['{"a":', '}'],
      ['[', ']'],
    ] as const) {
      const levels = 100_000;
      const body = Buffer.from(`{"unknown":${open.repeat(levels)}1${close.repeat(levels)}}`);
      assert.equal((await send(body, JSON_TYPE)).status, 400);
    }
  });

  const bad: [string, Buffer][] = [
    ['a length beyond the end', Buffer.of(0x0a, 0x7f)],
    ['a length of 4 GiB', Buffer.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['a length of 2^63', Buffer.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)],
    ['a negative length', Buffer.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)],
    ['a number of eleven bytes', Buffer.of(0x0a, ...Array<number>(10).fill(0xff), 0x01)],
    ['a number that is cut off', Buffer.of(0x08, 0x80)],
    ['wire type 6', Buffer.of(0x0e)],
    ['wire type 7', Buffer.of(0x0f)],
    ['field 0', Buffer.of(0x02, 0x00)],
    ['the end of a group that never began', Buffer.of(0x0c)],
    ['a group that never ends', Buffer.of(0x0b)],
    ['a length beyond its span', request(1, Buffer.of(0x2a, 0x7f))],
    ['a length beyond its attribute', request(1, field(9, Buffer.of(0x0a, 0x7f)))],
    ['a time that is cut off', request(1, Buffer.of(0x39, 1, 2, 3))],
  ];
  for (const [what, body] of bad) {
    it(`X-12: ${what} is 400, and INVALID_ARGUMENT`, async () => {
      const answer = await send(body);
      assert.equal(answer.status, 400);
      assert.equal(readStatus(answer.body).code, Code.INVALID_ARGUMENT);
      assert.equal(await sendByGrpc(body), Code.INVALID_ARGUMENT);
    });
  }

  const EMPTY_EVENT = Buffer.of(0x5a, 0x00);
  const crowds: [string, Buffer][] = [
    ['events', request(1, Buffer.alloc(4_200_000, EMPTY_EVENT))],
    ['links', request(1, Buffer.alloc(4_200_000, Buffer.of(0x6a, 0x00)))],
    ['attributes', request(1, Buffer.alloc(4_200_000, Buffer.of(0x4a, 0x00)))],
    ['values in a list', request(1, attribute('list', field(5, Buffer.alloc(4_200_000, Buffer.of(0x0a, 0x00)))))],
    ['spans', field(1, field(2, Buffer.alloc(4_200_000, Buffer.of(0x12, 0x00))))],
    ['resources', Buffer.alloc(4_200_000, Buffer.of(0x0a, 0x00))],
  ];
  for (const [what, body] of crowds) {
    it(`X-13: 2.1 million empty ${what} in 4 MB are 413, and RESOURCE_EXHAUSTED, before anything is decoded`, async () => {
      const answer = await send(body);
      assert.equal(answer.status, 413);
      assert.match(readStatus(answer.body).message, /smaller batches/);
      assert.equal(await sendByGrpc(body), Code.RESOURCE_EXHAUSTED);
    });
  }

  it('X-16: attributes with the names of an object’s own parts are kept and shown, from protobuf and JSON', async () => {
    const keys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', '__defineGetter__'];
    const inner = field(6, ...keys.map(key => field(1, field(1, key), field(2, text('x')))));
    const kept = keys.map(key => attribute(key, text(`value of ${key}`)));
    assert.equal((await send(request(1, ...kept, attribute('nested', inner)))).status, 200);
    const json = [
      ...keys.map(key => `{"key":"${key}","value":{"stringValue":"value of ${key}"}}`),
      `{"key":"nested","value":{"kvlistValue":{"values":[${keys.map(key => `{"key":"${key}","value":{"stringValue":"x"}}`)}]}}}`,
    ];
    const poisoned = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},${requestJson(2, `[${json}]`).toString().slice(1)}`;
    assert.equal((await send(Buffer.from(poisoned), JSON_TYPE)).status, 200);

    for (const n of [1, 2]) {
      const found = await c.collector.span(trace, parseSpanId(spanIdOf(n))!);
      const attributes = found?.span.attributes ?? [];
      assert.deepEqual(
        attributes.slice(0, keys.length).map(({ key, value }) => [key, value]),
        keys.map(key => [key, { type: 'string', value: `value of ${key}` }]),
      );
      const raw = (await c.collector.rawSpan(trace, parseSpanId(spanIdOf(n))!)) ?? '';
      for (const key of keys) assert.equal(raw.split(`"${key}"`).length, 3, `${key} twice in ${raw}`);
    }
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  it('X-20: a thousand random bodies on every way in are answered each, and end nothing', async () => {
    const whole = request(1, attribute('a', nested(3)), EMPTY_EVENT);
    const bodies = Array.from({ length: 1000 }, (_, i) => {
      const body = Buffer.from(i % 3 === 0 ? randomBytes(i % 100) : whole);
      for (let k = 0; k < 3 && body.length > 0; k++) body[Math.floor(Math.random() * body.length)] = randomBytes(1)[0]!;
      return i % 3 === 1 ? body.subarray(0, Math.floor(Math.random() * body.length)) : body;
    });
    const client = new GrpcClient(`127.0.0.1:${c.port}`);
    const statuses = new Set<number>();
    const codes = new Set<number>();
    const sendAll = async (from: number) => {
      // Twenty senders, each one after the other: there is a cap of connections.
      for (let i = from; i < bodies.length; i += 20) {
        const body = bodies[i] ?? Buffer.alloc(0);
        const path = ['/v1/traces', '/v1/logs', '/v1/metrics'][i % 3] ?? '';
        if (i % 4 < 2) codes.add((await client.call(TRACES_METHOD, body)).code);
        else {
          const response = await fetch(`${c.url}${path}`, {
            method: 'POST',
            headers: i % 4 === 3 ? JSON_TYPE : PROTOBUF,
            body: Uint8Array.from(body),
          });
          statuses.add(response.status);
          await response.arrayBuffer();
        }
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, from) => sendAll(from)));
    client.close();
    for (const status of statuses) assert.ok(status === 200 || status === 400, String(status));
    for (const code of codes) assert.ok(code === Code.OK || code === Code.INVALID_ARGUMENT, String(code));
  });
});

describe('what is decoded for looking at it', () => {
  const folder = temporaryFolder();

  it('X-14: the thread of the window neither receives nor decodes', async () => {
    const { collector, port } = await collect(folder());
    const attributes = Array.from({ length: 12 }, (_, i) => attribute(`key.${i}`, text(`value ${i}`)));
    const bodies = Array.from({ length: 4 }, (_, b) =>
      Buffer.concat(Array.from({ length: 5000 }, (_, i) => request(b * 5000 + i + 1, ...attributes))),
    );
    await http1(port, { headers: PROTOBUF, body: traceRequest() });
    const [own, all] = [process.threadCpuUsage(), process.cpuUsage()];
    for (const body of bodies) assert.equal((await http1(port, { headers: PROTOBUF, body })).status, 200);
    const columns = await collector.columns(trace);
    assert.equal(columns?.parent.length, 20_001);
    const [ownSpent, allSpent] = [process.threadCpuUsage(own), process.cpuUsage(all)];
    const share = (ownSpent.user + ownSpent.system) / (allSpent.user + allSpent.system);
    await collector.dispose();
    assert.ok(share < 0.5, `the main thread took ${Math.round(share * 100)} % of the work`);
  });

  it('X-15: a trace too large to be decoded ends the query worker alone: an error, and the receiver goes on', async function () {
    this.timeout(60_000);
    const { collector, port, warnings } = await collect(folder());
    const events = Buffer.alloc(3_800_000, Buffer.of(0x5a, 0x00));
    // 1.9 million events each, as many as one request may hold.
    for (let n = 1; n <= 6; n++) {
      assert.equal((await http1(port, { headers: PROTOBUF, body: request(n, events) })).status, 200);
    }
    let receiving = true;
    let received = 0;
    const sending = (async () => {
      while (receiving) {
        const answer = await http1(port, { headers: PROTOBUF, body: request(1000 + received) });
        assert.equal(answer.status, 200);
        received++;
      }
    })();
    await assert.rejects(collector.trace(trace), /memory|longer than|stopped|large/i);
    receiving = false;
    await sending;
    assert.ok(received > 0);
    // The next question has a fresh worker.
    const found = await collector.span(trace, parseSpanId(spanIdOf(1000))!);
    assert.equal(found?.span.name, 'span 1000');
    await collector.dispose();
    assert.deepEqual(warnings, []);
  });
});
