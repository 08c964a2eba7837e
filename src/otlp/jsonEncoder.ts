import { Cursor, MAX_DEPTH } from './cursor.ts';
import { type Field, isPackable, WireType, wireTypeOf } from './field.ts';
import { FOREIGN_KEY_FIELD, UNKNOWN_FIELDS_KEY } from './foreign.ts';
import { bytesOfBase64, doubleOf, integerOf } from './jsonScalars.ts';
import { Close, JsonText, Open } from './jsonText.ts';
import { KeyTable } from './keyTable.ts';
import { MalformedError } from './malformed.ts';
import { MESSAGES, type Message, messageOf } from './schema.ts';
import { Sink } from './sink.ts';

const KEYS = new Map([...MESSAGES.values()].map(message => [message, new KeyTable(message)]));

/** The range of each whole-number type. */
const RANGES = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  sint32: [-(2n ** 31n), 2n ** 31n - 1n],
  enum: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  fixed32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  sfixed64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
} as const satisfies Partial<Record<Field['type'], readonly [bigint, bigint]>>;

/** Writes a JSON document as protobuf while reading it, in the order of the document. See `transcode.ts` for the rules. */
export class JsonEncoder {
  private readonly json: JsonText;
  private readonly sink: Sink;

  constructor(body: Uint8Array) {
    this.json = new JsonText(body);
    this.sink = new Sink(body.length >> 1);
  }

  document(message: Message): Uint8Array<ArrayBuffer> {
    this.object(message, 1);
    if (this.json.peek() !== -1) throw this.json.error('there is more after the end of the JSON value');
    return this.sink.finish();
  }

  private object(message: Message, depth: number): void {
    const { json, sink } = this;
    if (!json.accept(Open.object)) throw json.error('not an object');
    if (depth > MAX_DEPTH) throw json.error(`messages are nested more than ${MAX_DEPTH} deep`);
    if (json.accept(Close.object)) return;
    const begin = sink.length;
    const keys = KEYS.get(message)!;
    let seen = 0;
    let repeated: Map<number, number> | undefined;
    do {
      json.key();
      const field = json.escaped ? message.byName.get(json.text()) : keys.find(json.bytes, json.start, json.end);
      if (!field) {
        this.foreign();
        continue;
      }
      // A key that comes again replaces what it said before, as it does in every JSON reader; null takes it away.
      const bit = 1 << field.number;
      if ((seen & bit) !== 0) {
        repeated ??= new Map();
        repeated.set(field.number, sink.length);
      }
      seen |= bit;
      if (json.peek() === Open.null) json.word('null');
      else if (field.repeated) this.list(field, depth);
      else this.single(field, depth);
    } while (json.more(Close.object));
    if (repeated) this.dropBefore(begin, repeated);
  }

  private list(field: Field, depth: number): void {
    const { json, sink } = this;
    if (!json.accept(Open.list)) throw json.error('not a list');
    if (!isPackable(field.type)) {
      if (json.accept(Close.list)) return;
      do this.single(field, depth);
      while (json.more(Close.list));
      return;
    }
    sink.tag(field.number, WireType.length);
    const start = sink.open();
    if (!json.accept(Close.list)) {
      do this.scalar(field);
      while (json.more(Close.list));
    }
    sink.close(start);
  }

  /** Writes a field with its tag. */
  private single(field: Field, depth: number): void {
    const { sink } = this;
    sink.tag(field.number, wireTypeOf(field.type));
    if (field.type !== 'message') {
      this.scalar(field);
      return;
    }
    const start = sink.open();
    // An element that is null is an empty message, as the OpenTelemetry Collector reads it.
    if (this.json.peek() === Open.null) this.json.word('null');
    else this.object(messageOf(field.message), depth + 1);
    sink.close(start);
  }

  private scalar(field: Field): void {
    const { sink } = this;
    switch (field.type) {
      case 'string':
        this.text();
        return;
      case 'bytes':
        this.bytes(field);
        return;
      case 'bool':
        sink.uint32(this.bool() ? 1 : 0);
        return;
      case 'double':
        sink.double(this.double());
        return;
      case 'fixed32':
        sink.fixed32(Number(this.integer(field, 'fixed32')));
        return;
      case 'uint32':
        sink.uint32(Number(this.integer(field, 'uint32')));
        return;
      case 'int32':
      case 'enum':
        sink.int32(Number(this.integer(field, field.type)));
        return;
      case 'sint32': {
        const value = Number(this.integer(field, 'sint32'));
        sink.uint32(((value << 1) ^ (value >> 31)) >>> 0);
        return;
      }
      case 'int64':
      case 'uint64':
        sink.varint64(this.integer(field, field.type));
        return;
      case 'fixed64':
      case 'sfixed64':
        sink.fixed64(this.integer(field, field.type));
    }
  }

  private text(): void {
    const { json, sink } = this;
    if (json.peek() !== Open.string) throw json.error('not a string');
    json.string();
    const bytes = json.escaped ? Buffer.from(json.text(), 'utf8') : json.bytes.subarray(json.start, json.end);
    sink.uint32(bytes.length);
    sink.raw(bytes);
  }

  private bytes(field: Field): void {
    const { json, sink } = this;
    const at = json.position;
    if (json.peek() !== Open.string) throw json.error('not a string');
    json.string();
    const text = json.text();
    const bytes = field.hexId ? bytesOfId(text) : bytesOfBase64(text);
    if (!bytes) {
      throw json.error(field.hexId ? 'not an even number of hexadecimal digits' : 'not base64', at);
    }
    sink.uint32(bytes.length);
    sink.raw(bytes);
  }

  private bool(): boolean {
    const { json } = this;
    const at = json.position;
    const first = json.peek();
    if (first === Open.string) {
      json.string();
      const text = json.text();
      if (text === 'true' || text === 'false') return text === 'true';
    } else if (first === Open.true || first === Open.false) {
      json.word(first === Open.true ? 'true' : 'false');
      return first === Open.true;
    }
    throw json.error('neither true nor false', at);
  }

  /** Reads a number's digits, whether they stand in quotes or not. */
  private digits(): string {
    const { json } = this;
    if (json.peek() === Open.string) {
      json.string();
      return json.text();
    }
    json.number();
    return json.raw();
  }

  private double(): number {
    const at = this.json.position;
    const value = doubleOf(this.digits());
    if (value === undefined) throw this.json.error('not a number that a double can hold', at);
    return value;
  }

  private integer(field: Field, type: keyof typeof RANGES): bigint {
    const at = this.json.position;
    const text = this.digits();
    const named = field.names?.get(text);
    if (named !== undefined) return BigInt(named);
    const value = integerOf(text);
    if (value === undefined)
      throw this.json.error(field.names ? 'not a number or a name of this enum' : 'not a whole number', at);
    const [lowest, highest] = RANGES[type];
    if (value < lowest || value > highest) throw this.json.error(`not from ${lowest} to ${highest}`, at);
    return value;
  }

  /** Keeps a member whose key is not OTLP's; the key has been read. */
  private foreign(): void {
    const { json, sink } = this;
    const { start, end } = json;
    if (json.text() === UNKNOWN_FIELDS_KEY) {
      this.unknownFields();
      return;
    }
    json.peek();
    const valueStart = json.position;
    json.skip();
    sink.tag(FOREIGN_KEY_FIELD, WireType.length);
    const open = sink.open();
    sink.raw(json.bytes.subarray(start - 1, end + 1));
    sink.raw(COLON);
    sink.raw(json.bytes.subarray(valueStart, json.position));
    sink.close(open);
  }

  private unknownFields(): void {
    const { json, sink } = this;
    const at = json.position;
    if (json.peek() !== Open.string) throw json.error('not base64 of protobuf fields');
    json.string();
    const bytes = bytesOfBase64(json.text());
    if (!bytes || !isFields(bytes)) throw json.error('not base64 of protobuf fields', at);
    sink.raw(bytes);
  }

  /** Removes from the message that begins at `begin` each field that lies before the last time its key was read. */
  private dropBefore(begin: number, last: ReadonlyMap<number, number>): void {
    const { sink } = this;
    const cursor = new Cursor(sink.bytes, begin);
    const end = sink.length;
    let to = begin;
    while (cursor.position < end) {
      const from = cursor.position;
      const tag = cursor.tag(end);
      cursor.skip(tag, end);
      if (from < (last.get(tag >>> 3) ?? 0)) continue;
      sink.bytes.copyWithin(to, from, cursor.position);
      to += cursor.position - from;
    }
    sink.length = to;
  }
}

const COLON = Uint8Array.of(0x3a);

function bytesOfId(hex: string): Uint8Array | undefined {
  if (hex.length % 2 !== 0) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  // Node stops at the first character that is no digit.
  return bytes.length * 2 === hex.length ? bytes : undefined;
}

function isFields(bytes: Uint8Array): boolean {
  const cursor = new Cursor(bytes);
  try {
    while (cursor.position < bytes.length) cursor.skip(cursor.tag(bytes.length), bytes.length);
    return true;
  } catch (error) {
    if (error instanceof MalformedError) return false;
    throw error;
  }
}
