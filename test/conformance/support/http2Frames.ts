/** HTTP/2 frames by hand, for what no well-behaved client sends. */
export const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export const FrameType = { data: 0, headers: 1, reset: 3, settings: 4 } as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header block without compression. */
export function headerBlock(headers: Record<string, string>): Buffer {
  return Buffer.concat(Object.entries(headers).flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]));
}

/** The beginning of a connection. */
export function opening(): Buffer {
  return Buffer.concat([Buffer.from(HTTP2_PREFACE), frame(FrameType.settings, 0, 0)]);
}

/** What a request for /v1/traces has as headers. */
export const TRACES_HEADERS = {
  ':method': 'POST',
  ':path': '/v1/traces',
  ':scheme': 'http',
  ':authority': 'localhost',
  'content-type': 'application/x-protobuf',
};

function text(value: string): Buffer {
  return Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
}
