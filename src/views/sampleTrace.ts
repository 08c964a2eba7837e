import { randomBytes } from 'node:crypto';

/** A line of an open file that the sample may name, so that the jump to the source can be tried too. */
export interface SamplePlace {
  file: string;
  line: number;
}

interface SampleSpan {
  name: string;
  kind: number;
  /** Milliseconds after the start of the trace. */
  from: number;
  to: number;
  service: string;
  parent?: string;
  attributes?: Record<string, string | number>;
  exception?: { type: string; message: string };
  place?: true;
}

/** What the sample shows, span by span; keys are only for naming parents. */
const SPANS: Record<string, SampleSpan> = {
  request: {
    name: 'POST /chat',
    kind: 2,
    from: 0,
    to: 2410,
    service: 'shop',
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/chat',
      'http.response.status_code': 200,
      'url.path': '/chat',
    },
  },
  agent: {
    name: 'invoke_agent shop',
    kind: 1,
    from: 12,
    to: 2342,
    service: 'shop',
    parent: 'request',
    place: true,
    attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'shop' },
  },
  plan: {
    name: 'chat gpt-4o',
    kind: 3,
    from: 20,
    to: 862,
    service: 'shop',
    parent: 'agent',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 1204,
      'gen_ai.usage.output_tokens': 86,
    },
  },
  find: {
    name: 'execute_tool find_products',
    kind: 1,
    from: 870,
    to: 1282,
    service: 'shop',
    parent: 'agent',
    attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'find_products' },
  },
  select: {
    name: 'SELECT products',
    kind: 3,
    from: 962,
    to: 1262,
    service: 'shop',
    parent: 'find',
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': 'SELECT',
      'db.query.text': 'SELECT sku, name, price FROM products WHERE name ILIKE $1 LIMIT 20',
    },
  },
  reserve: {
    name: 'execute_tool reserve_stock',
    kind: 1,
    from: 1290,
    to: 1421,
    service: 'shop',
    parent: 'agent',
    attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'reserve_stock' },
  },
  call: {
    name: 'POST',
    kind: 3,
    from: 1294,
    to: 1418,
    service: 'shop',
    parent: 'reserve',
    attributes: {
      'http.request.method': 'POST',
      'url.full': 'http://stock:8083/reserve',
      'http.response.status_code': 409,
    },
  },
  stock: {
    name: 'POST /reserve',
    kind: 2,
    from: 1301,
    to: 1409,
    service: 'stock',
    parent: 'call',
    attributes: { 'http.request.method': 'POST', 'http.route': '/reserve', 'http.response.status_code': 409 },
    exception: { type: 'StockError', message: 'only 2 left of SKU-1183' },
    place: true,
  },
  answer: {
    name: 'chat gpt-4o',
    kind: 3,
    from: 1430,
    to: 2158,
    service: 'shop',
    parent: 'agent',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 2015,
      'gen_ai.usage.output_tokens': 107,
    },
  },
};

/**
 * An OTLP JSON request with one trace that has ended at `nowMs`: an agent of two services with model calls, a tool, a
 * query and an error. Spans that name a place name `place`, where there is one.
 */
export function sampleTrace(nowMs: number, place: SamplePlace | undefined): { traceId: string; body: string } {
  const traceId = randomBytes(16).toString('hex');
  const ids = new Map(Object.keys(SPANS).map(key => [key, randomBytes(8).toString('hex')]));
  const startNano = BigInt(nowMs - (SPANS['request']?.to ?? 0)) * 1_000_000n;
  const at = (ms: number) => (startNano + BigInt(ms) * 1_000_000n).toString();
  const spanOf = (key: string, span: SampleSpan) => ({
    traceId,
    spanId: ids.get(key),
    ...(span.parent === undefined ? {} : { parentSpanId: ids.get(span.parent) }),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: at(span.from),
    endTimeUnixNano: at(span.to),
    attributes: attributesOf({ ...span.attributes, ...(span.place ? placeAttributes(place) : {}) }),
    ...(span.exception ? failureOf(span.exception, at(span.to - 4), place) : {}),
  });
  const services = [...new Set(Object.values(SPANS).map(span => span.service))];
  const resourceSpans = services.map(service => ({
    resource: { attributes: attributesOf({ 'service.name': service, 'telemetry.sdk.language': 'nodejs' }) },
    scopeSpans: [
      {
        scope: { name: 'spanside.sample' },
        spans: Object.entries(SPANS)
          .filter(([, span]) => span.service === service)
          .map(([key, span]) => spanOf(key, span)),
      },
    ],
  }));
  return { traceId, body: JSON.stringify({ resourceSpans }) };
}

function placeAttributes(place: SamplePlace | undefined): Record<string, string | number> {
  return place ? { 'code.file.path': place.file, 'code.line.number': place.line } : {};
}

function failureOf({ type, message }: { type: string; message: string }, time: string, place: SamplePlace | undefined) {
  const own = place ? `\n    at reserve (${place.file}:${place.line}:1)` : '';
  const stack = `${type}: ${message}${own}\n    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;
  return {
    status: { code: 2, message },
    events: [
      {
        timeUnixNano: time,
        name: 'exception',
        attributes: attributesOf({
          'exception.type': type,
          'exception.message': message,
          'exception.stacktrace': stack,
        }),
      },
    ],
  };
}

function attributesOf(values: Record<string, string | number>) {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}
