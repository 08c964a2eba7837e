import { gzipSync } from 'node:zlib';
import { bodies, body } from './bodies.ts';
import { hex, random } from './random.ts';
import { joined, jsonTemplate, protoTemplate, type Template } from './template.ts';

/** What is sent in one case of the bench. */
export interface Load {
  wire: 'protobuf' | 'json' | 'grpc' | 'gzip';
  spansPerRequest: number;
  /** Traces of ten, one span a trace, one trace a request, or one trace for all that is sent. */
  traces: 'ten' | 'single' | 'request' | 'all';
}

/** Requests one after the other; each is given back when it has been answered. */
export interface Supply {
  /** Sent and answered before all others. */
  first?: Template;
  /** Renewed and ready to be sent; `undefined` where there are no more. */
  take(): Template | undefined;
  giveBack(template: Template): void;
}

const BODY_SPANS = 512;
/** So many bodies that compression of what is stored finds no request twice. */
const BODIES = 32;
/** Compressed bodies cannot be renewed in place; this many are made before the clock runs. */
const COMPRESSED = 1_500;

export function supply(load: Load): Supply {
  if (load.spansPerRequest === 1) return recycled(oneSpanRequests());
  if (load.traces === 'all') return oneTrace(load.spansPerRequest);
  const templates = Array.from({ length: BODIES }, (_, seed) => template(load, seed));
  return load.wire === 'gzip' ? compressed(templates) : recycled(templates);
}

function template({ wire, spansPerRequest, traces }: Load, seed: number): Template {
  const shape = ({ ten: 'traces', single: 'singles', request: 'trace', all: 'trace' } as const)[traces];
  const made = body({ spans: spansPerRequest, shape, seed });
  if (wire === 'json') return jsonTemplate(made, 'traces');
  const proto = protoTemplate(made, 'traces');
  return wire === 'grpc' ? joined([proto], grpcHead(proto.bytes.length)) : proto;
}

function grpcHead(length: number): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(length, 1);
  return head;
}

/** Every span in a request of its own, ten of them a trace, as the simple span processor of an SDK sends them. */
function oneSpanRequests(): Template[] {
  const orders = Array.from({ length: BODIES }, (_, seed) => bodies({ spans: 10, shape: 'traces', seed }));
  return orders.flat().map(each => protoTemplate(each, 'traces'));
}

/** The root first; then requests of new spans below it. */
function oneTrace(spansPerRequest: number): Supply {
  const traceId = hex(random(BODIES), 32);
  const root = body({ spans: 1, shape: 'trace', seed: BODIES, within: { traceId } });
  const parentSpanId = root.spans[0]!.spanId;
  const part = (seed: number) =>
    protoTemplate(
      body({ spans: BODY_SPANS, shape: 'trace', seed, within: { traceId, parentSpanId } }),
      'spans',
      parentSpanId,
    );
  const parts = Array.from({ length: Math.max(BODIES, spansPerRequest / BODY_SPANS) }, (_, seed) => part(seed));
  const templates = spansPerRequest > BODY_SPANS ? [joined(parts)] : parts;
  return { first: protoTemplate(root, 'spans', parentSpanId), ...recycled(templates) };
}

function recycled(templates: Template[]): Supply {
  const free = templates.map(template => ({ template, round: 0 }));
  const rounds = new Map(free.map(each => [each.template, each]));
  return {
    take() {
      const next = free.shift();
      if (!next) return undefined;
      next.template.renew(next.round++, Math.floor(Date.now() / 1000));
      return next.template;
    },
    giveBack: template => free.push(rounds.get(template)!),
  };
}

/** Requests made beforehand, each sent once. */
function compressed(templates: Template[]): Supply {
  const second = Math.floor(Date.now() / 1000);
  const made = Array.from({ length: COMPRESSED }, (_, i): Template => {
    const template = templates[i % templates.length]!;
    template.renew(Math.floor(i / templates.length), second);
    const { bytes, spans } = template;
    return { bytes: gzipSync(bytes), plainLength: bytes.length, spans, renew: () => {} };
  });
  let next = 0;
  return { take: () => made[next++], giveBack: () => {} };
}
