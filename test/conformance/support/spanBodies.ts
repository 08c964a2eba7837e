/** Requests of many spans, written by hand: fast, and not by what reads them. */

/** A span; ids are hexadecimal digits, times nanoseconds since 1970. */
export interface WireSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind?: number;
  start: bigint;
  end: bigint;
  attributes?: readonly (readonly [key: string, value: string])[];
  /** Names. */
  events?: readonly string[];
  error?: boolean;
}

const NOTHING = Buffer.alloc(0);

/** An ExportTraceServiceRequest with one resource. */
export function spansBody(spans: readonly WireSpan[], resource: WireSpan['attributes'] = SHOP): Buffer {
  const scope = Buffer.concat(spans.map(span => field(2, spanMessage(span))));
  return field(1, Buffer.concat([field(1, attributesOf(1, resource)), field(2, scope)]));
}

const SHOP = [['service.name', 'shop']] as const;

function spanMessage(span: WireSpan): Buffer {
  const { parentSpanId, kind = 1, attributes, events = [] } = span;
  return Buffer.concat([
    field(1, Buffer.from(span.traceId, 'hex')),
    field(2, Buffer.from(span.spanId, 'hex')),
    parentSpanId === undefined ? NOTHING : field(4, Buffer.from(parentSpanId, 'hex')),
    field(5, Buffer.from(span.name)),
    Buffer.of(6 * 8, kind),
    fixed64(7, span.start),
    fixed64(8, span.end),
    attributesOf(9, attributes),
    ...events.map(name => field(11, Buffer.concat([fixed64(1, span.start), field(2, Buffer.from(name))]))),
    span.error ? field(15, Buffer.of(3 * 8, 2)) : NOTHING,
  ]);
}

function attributesOf(number: number, attributes: WireSpan['attributes'] = []): Buffer {
  const pair = ([key, value]: readonly [string, string]) =>
    field(number, Buffer.concat([field(1, Buffer.from(key)), field(2, field(1, Buffer.from(value)))]));
  return Buffer.concat(attributes.map(pair));
}

function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(number * 8 + 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.of(...bytes, rest);
}

function fixed64(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8(number * 8 + 1);
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
}
