import { jsonToProto } from '../../src/otlp/transcode.ts';

const SPANS = 512;
const SPANS_PER_TRACE = 10;
const RESOURCES = 3;

/** A small generator with a seed, so that every run measures the same bytes. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const hex = (next: () => number, digits: number) =>
  Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('');

/** A request that can be made new without building it again: its trace ids are counted up in place. */
export interface Template {
  body: Buffer;
  /** Where the trace ids stand. */
  places: number[];
  spans: number;
}

/**
 * 512 spans (or `count`) as an SDK sends them: traces of ten, three resources, ten attributes of mixed types, a third of the values
 * seen nowhere else; about 425 bytes a span.
 */
export function template(seed = 1, count = SPANS): Template {
  const next = random(seed);
  const traces = Array.from({ length: Math.ceil(count / SPANS_PER_TRACE) }, () => hex(next, 32));
  const start = 1_760_000_000_000_000_000n;
  const spans = Array.from({ length: count }, (_, i) => {
    const begin = start + BigInt(Math.floor(next() * 1e9));
    return {
      traceId: traces[Math.floor(i / SPANS_PER_TRACE)],
      spanId: hex(next, 16),
      ...(i % SPANS_PER_TRACE > 0 && { parentSpanId: hex(next, 16) }),
      name: ['GET /orders', 'SELECT orders', 'checkout', 'reserve stock', 'chat gpt-4o'][i % 5],
      kind: 1 + (i % 5),
      startTimeUnixNano: String(begin),
      endTimeUnixNano: String(begin + BigInt(Math.floor(next() * 1e8))),
      attributes: attributes(next, i),
      status: i % 50 === 0 ? { code: 2, message: 'no stock left' } : {},
    };
  });
  const resourceSpans = Array.from({ length: Math.min(RESOURCES, count) }, (_, r) => ({
    resource: {
      attributes: [
        { key: 'service.name', value: { stringValue: `service-${r}` } },
        { key: 'service.version', value: { stringValue: '1.2.3' } },
        { key: 'host.name', value: { stringValue: 'bench' } },
      ],
    },
    scopeSpans: [
      { scope: { name: 'bench', version: '1.0.0' }, spans: spans.filter((_span, i) => i % RESOURCES === r) },
    ],
  }));
  const body = Buffer.from(jsonToProto('traces', Buffer.from(JSON.stringify({ resourceSpans }))));
  const places = traces.flatMap(trace => {
    const id = Buffer.from(trace, 'hex');
    const found: number[] = [];
    for (let at = body.indexOf(id); at >= 0; at = body.indexOf(id, at + 16)) found.push(at);
    return found;
  });
  return { body, places, spans: count };
}

function attributes(next: () => number, i: number): object[] {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  return [
    text('http.request.method', ['GET', 'POST', 'PUT'][i % 3] ?? ''),
    { key: 'http.response.status_code', value: { intValue: String(200 + (i % 5)) } },
    text('url.path', `/orders/${hex(next, 8)}`),
    text('server.address', 'shop.local'),
    { key: 'server.port', value: { intValue: '8080' } },
    { key: 'cached', value: { boolValue: i % 2 === 0 } },
    { key: 'load', value: { doubleValue: next() } },
    text('user.id', hex(next, 12)),
    text('db.system.name', 'postgresql'),
    text('thread.name', `worker-${i % 8}`),
  ];
}

/** The template with trace ids that were not sent before. */
export function fresh({ body, places }: Template, n: number): Buffer {
  const copy = Buffer.from(body);
  for (const place of places) copy.writeUInt32LE((copy.readUInt32LE(place) ^ Math.imul(n, 0x9e3779b1)) >>> 0, place);
  return copy;
}
