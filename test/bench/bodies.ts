import { jsonToProto } from '../../src/otlp/transcode.ts';
import { hex, type Random, random } from './random.ts';
import { ORDER, SERVICES } from './work.ts';

/** How spans are spread over traces: ten each, one each, or all in one. */
export type Shape = 'traces' | 'singles' | 'trace';

export interface BodyOptions {
  spans: number;
  shape: Shape;
  seed: number;
  /** The trace that all spans belong to, and the span in it that has been sent before: so that bodies make up one trace. */
  within?: { traceId: string; parentSpanId?: string };
}

export interface BenchSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  /** Nanoseconds behind the second that is written in when it is sent; both below one second. */
  startNanos: number;
  endNanos: number;
}

/** A request as OTLP JSON and as protobuf, and its spans in the order in which both have them. */
export interface Body {
  json: Buffer;
  proto: Buffer;
  spans: BenchSpan[];
}

/** The second of all times in a {@link Body}; what is sent has the present one in its place. */
export const SECOND = 1_760_000_000;

/** Spans as a program with three services reports them: semantic names, real parents, about 425 bytes a span as protobuf. */
export function body(options: BodyOptions): Body {
  return assembled(spansOf(options));
}

/** The same spans, every one in a request of its own. */
export function bodies(options: BodyOptions): Body[] {
  return spansOf(options).map(span => assembled([span]));
}

type MadeSpan = BenchSpan & { service: number; json: object };

function spansOf({ spans: count, shape, seed, within }: BodyOptions): MadeSpan[] {
  const next = random(seed);
  const spans: MadeSpan[] = [];
  for (let i = 0; i < count; i++) {
    const work = ORDER[i % ORDER.length]!;
    const parent = shape === 'singles' ? undefined : spans[parentOf(i, work.parent, shape)];
    const traceId = within?.traceId ?? parent?.traceId ?? hex(next, 32);
    const startNanos = parent ? (parent.startNanos + parent.endNanos) >> 1 : Math.floor(next() * 0.9e9);
    const endNanos = parent ? parent.endNanos : startNanos + Math.floor(next() * 90e6);
    const parentSpanId = parent?.spanId ?? within?.parentSpanId;
    const ids = { traceId, spanId: hex(next, 16), ...(parentSpanId && { parentSpanId }) };
    const json = spanJson(ids, work, startNanos, endNanos, next, i);
    spans.push({ ...ids, startNanos, endNanos, service: work.service, json });
  }
  return spans;
}

/** Position of the parent in the body, -1 for none. In one great trace every ten spans hang below ten others. */
function parentOf(i: number, parent: number, shape: Shape): number {
  const ten = i - (i % ORDER.length);
  if (parent >= 0) return ten + parent;
  if (shape !== 'trace' || ten === 0) return -1;
  return Math.floor((ten / ORDER.length - 1) / 2) * ORDER.length + ORDER.length - 1;
}

function spanJson(
  ids: object,
  work: (typeof ORDER)[number],
  startNanos: number,
  endNanos: number,
  next: Random,
  i: number,
): object {
  const failed = i % 50 === 43;
  return {
    ...ids,
    name: work.name,
    kind: work.kind,
    startTimeUnixNano: nanos(startNanos),
    endTimeUnixNano: nanos(endNanos),
    attributes: work.attributes(next),
    ...(failed && { events: [exception(endNanos, next)] }),
    ...(i % 10 === 8 && { events: [{ timeUnixNano: nanos(endNanos), name: 'gen_ai.first_token' }] }),
    status: failed ? { message: 'no stock left', code: 2 } : {},
    flags: 257,
  };
}

function exception(at: number, next: Random): object {
  const line = Math.floor(next() * 300);
  const attributes = [
    { key: 'exception.type', value: { stringValue: 'OutOfStock' } },
    { key: 'exception.message', value: { stringValue: `no stock left of item ${hex(next, 8)}` } },
    {
      key: 'exception.stacktrace',
      value: { stringValue: `Traceback:\n  File "/srv/app/shop/orders.py", line ${line}, in reserve\nOutOfStock` },
    },
  ];
  return { timeUnixNano: nanos(at), name: 'exception', attributes };
}

const nanos = (behind: number) => `${SECOND}${String(behind).padStart(9, '0')}`;

function assembled(spans: MadeSpan[]): Body {
  const ordered: BenchSpan[] = [];
  const resourceSpans = SERVICES.flatMap((name, service) => {
    const own = spans.filter(span => span.service === service);
    if (own.length === 0) return [];
    ordered.push(...own);
    return [{ resource: resource(name), scopeSpans: [{ scope, spans: own.map(span => span.json) }] }];
  });
  const json = Buffer.from(JSON.stringify({ resourceSpans }));
  return { json, proto: Buffer.from(jsonToProto('traces', json)), spans: ordered };
}

const scope = { name: 'io.opentelemetry.shop', version: '2.11.0' };

function resource(service: string): object {
  const attributes = [
    ['service.name', service],
    ['service.version', '1.2.3'],
    ['service.instance.id', `${service}-7d9f8`],
    ['host.name', 'devbox'],
    ['telemetry.sdk.name', 'opentelemetry'],
    ['telemetry.sdk.language', 'python'],
    ['telemetry.sdk.version', '1.45.2'],
  ];
  return { attributes: attributes.map(([key, stringValue]) => ({ key, value: { stringValue } })) };
}
