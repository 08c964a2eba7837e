/**
 * The few messages the tests need, written and read by hand: what is checked with them must not be what made them.
 */

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

/** A length-delimited field. */
function field(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}

function fixed64(number: number, value: bigint): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8(number * 8 + 1);
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

/** An ExportTraceServiceRequest of one span with that name. */
export function traceRequest(name = 'checkout'): Buffer {
  const span = Buffer.concat([
    field(1, Buffer.from(TRACE_ID, 'hex')),
    field(2, Buffer.from(SPAN_ID, 'hex')),
    field(5, name),
    fixed64(7, 1_725_000_000_123_456_789n),
    fixed64(8, 1_725_000_000_223_456_789n),
  ]);
  return Buffer.from(field(1, field(2, field(2, span))));
}

/** The same request as JSON. */
export function traceRequestJson(name = 'checkout'): Buffer {
  const span = {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    name,
    startTimeUnixNano: '1725000000123456789',
    endTimeUnixNano: '1725000000223456789',
  };
  return Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
}

export interface Field {
  number: number;
  /** A varint as number, everything else as its bytes. */
  value: number | Buffer;
}

/** The fields of a message, in order; throws where it is cut off. */
export function readFields(message: Uint8Array): Field[] {
  const bytes = Buffer.from(message);
  const fields: Field[] = [];
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = readVarint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === 0) {
      fields.push({ number, value: readVarint() });
      continue;
    }
    const length = wireType === 1 ? 8 : wireType === 5 ? 4 : readVarint();
    const end = at + length;
    if (end > bytes.length) throw new Error('The message is cut off');
    fields.push({ number, value: bytes.subarray(at, end) });
    at = end;
  }
  return fields;
}

export interface Status {
  code: number;
  message: string;
  details: Buffer[];
}

/** A google.rpc.Status. */
export function readStatus(message: Uint8Array): Status {
  const status: Status = { code: 0, message: '', details: [] };
  for (const { number, value } of readFields(message)) {
    if (number === 1 && typeof value === 'number') status.code = value;
    else if (number === 2 && typeof value !== 'number') status.message = value.toString();
    else if (number === 3 && typeof value !== 'number') status.details.push(value);
    else throw new Error(`A Status has no field ${number}`);
  }
  return status;
}

/** Field and description of the one violation in a google.rpc.BadRequest, which comes in an Any. */
export function readBadRequest(any: Uint8Array): [field: string, description: string] {
  const [url, message] = readFields(any).map(({ value }) => value as Buffer);
  if (url?.toString() !== 'type.googleapis.com/google.rpc.BadRequest') throw new Error(`No BadRequest but ${url}`);
  const violation = readFields(readFields(message ?? Buffer.of())[0]?.value as Buffer);
  const text = (number: number) => violation.find(field => field.number === number)?.value.toString() ?? '';
  return [text(1), text(2)];
}

/** Names of all spans of an ExportTraceServiceRequest. */
export function spanNames(message: Uint8Array): string[] {
  return [1, 2, 2, 5].reduce(messagesOf, [Buffer.from(message)]).map(name => name.toString());
}

function messagesOf(messages: Buffer[], number: number): Buffer[] {
  return messages
    .flatMap(readFields)
    .filter(field => field.number === number)
    .map(field => field.value)
    .filter(value => typeof value !== 'number');
}
