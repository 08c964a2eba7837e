import { type BenchSpan, type Body, SECOND } from './bodies.ts';

/** What of a body is new each time it is sent: the ids of its traces, or of its spans within the trace they all belong to. */
export type Fresh = 'traces' | 'spans';

/** Bytes that are sent again and again, made new in place by a few writes: the client shares the machine with the server. */
export interface Template {
  bytes: Buffer;
  /** Where they are compressed: their length before. */
  plainLength?: number;
  spans: number;
  /** Makes ids that no other round has, and times of this second (since 1970). */
  renew(round: number, second: number): void;
}

/** Spreads rounds over all ids, as random ones are. */
const keyOf = (round: number) => Math.imul(round, 0x9e3779b1) ^ Math.imul(round, 0x85ebca6b);

/** Ids and times as they stand in the bytes, in one pass along the spans. */
function places(
  bytes: Buffer,
  { spans, fresh, keep }: { spans: BenchSpan[]; fresh: Fresh; keep: string | undefined },
  wire: { id(hex: string): Buffer; time(nanos: number): Buffer },
) {
  let at = 0;
  const find = (needle: Buffer) => {
    const found = bytes.indexOf(needle, at);
    if (found < 0) throw new Error('A span of the body is not where it should be.');
    at = found + needle.length;
    return found;
  };
  const ids: { at: number; word: number }[] = [];
  const times: { at: number; nanos: number }[] = [];
  const mark = (hex: string, isFresh: boolean) => {
    const found = find(wire.id(hex));
    if (isFresh && hex !== keep) ids.push({ at: found, word: Number.parseInt(hex.slice(0, 8), 16) });
  };
  for (const { traceId, spanId, parentSpanId, startNanos, endNanos } of spans) {
    mark(traceId, fresh === 'traces');
    mark(spanId, fresh === 'spans');
    if (parentSpanId) mark(parentSpanId, fresh === 'spans');
    for (const nanos of [startNanos, endNanos]) times.push({ at: find(wire.time(nanos)), nanos });
  }
  return { ids, times };
}

/** @param keep a span id that stays: that of a parent sent before */
export function protoTemplate({ proto, spans }: Body, fresh: Fresh, keep?: string): Template {
  const bytes = Buffer.from(proto);
  const { ids, times } = places(
    bytes,
    { spans, fresh, keep },
    { id: hex => Buffer.from(hex, 'hex'), time: nanos => littleEndian(SECOND, nanos) },
  );
  return {
    bytes,
    spans: spans.length,
    renew(round, second) {
      const key = keyOf(round);
      for (const { at, word } of ids) bytes.writeInt32BE(word ^ key, at);
      const base = BigInt(second) * 1_000_000_000n;
      const [low, high] = [Number(base & 0xffffffffn), Number(base >> 32n)];
      for (const { at, nanos } of times) {
        const sum = low + nanos;
        bytes.writeUInt32LE(sum >>> 0, at);
        bytes.writeUInt32LE(sum > 0xffffffff ? high + 1 : high, at + 4);
      }
    },
  };
}

/** The same in JSON, where ids and times are text. */
export function jsonTemplate({ json, spans }: Body, fresh: Fresh, keep?: string): Template {
  const bytes = Buffer.from(json);
  const { ids, times } = places(
    bytes,
    { spans, fresh, keep },
    { id: hex => Buffer.from(hex), time: nanos => Buffer.from(`${SECOND}${String(nanos).padStart(9, '0')}`) },
  );
  return {
    bytes,
    spans: spans.length,
    renew(round, second) {
      const key = keyOf(round);
      for (const { at, word } of ids) writeHex(bytes, (word ^ key) >>> 0, at);
      const digits = Buffer.from(String(second));
      for (const { at } of times) digits.copy(bytes, at);
    },
  };
}

/** Several templates as one message: protobuf messages add up by standing one behind the other. */
export function joined(parts: Template[], head: Buffer = Buffer.alloc(0)): Template {
  const bytes = Buffer.concat([head, ...parts.map(part => part.bytes)]);
  let at = head.length;
  const places = parts.map(part => {
    const place = at;
    at += part.bytes.length;
    return place;
  });
  return {
    bytes,
    spans: parts.reduce((sum, part) => sum + part.spans, 0),
    renew(round, second) {
      parts.forEach((part, i) => {
        part.renew(round, second);
        part.bytes.copy(bytes, places[i]);
      });
    },
  };
}

function littleEndian(second: number, nanos: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(second) * 1_000_000_000n + BigInt(nanos));
  return bytes;
}

const DIGITS = Buffer.from('0123456789abcdef');

function writeHex(bytes: Buffer, word: number, at: number): void {
  for (let i = 7, rest = word; i >= 0; i--, rest >>>= 4) bytes[at + i] = DIGITS[rest & 15]!;
}
