import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorBody } from './answer.ts';
import { MEDIA_TYPES } from './media.ts';
import { Refused } from './refused.ts';
import type { RequestAbout } from './requestLog.ts';

/** Answers bytes that Node's HTTP/1.1 parser gave up on, or that took too long; then closes. */
export function answerClientError(
  error: Error & { code?: string; rawPacket?: unknown },
  socket: Duplex,
  report: (refused: Refused, about: RequestAbout) => void,
): void {
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refused = refusalOf(error.code, error.rawPacket);
  report(refused, { protocol: refused.kind === 'notHttp' ? 'tcp' : refused.kind === 'http2' ? 'http/2' : 'http/1.1' });
  const body = errorBody('protobuf', refused);
  const head = [
    `HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status]}`,
    `content-type: ${MEDIA_TYPES.protobuf}`,
    `content-length: ${body.length}`,
    'connection: close',
  ];
  // Where an answer is under way already these bytes follow it, and the sender closes on them as well.
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(body, () => socket.destroy());
}

function refusalOf(code: string | undefined, packet: unknown): Refused {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Refused(
      408,
      'The request did not arrive in time.',
      'A program began a request and did not finish it in time; it will send again if it still runs.',
    );
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Refused(
      431,
      'The headers are larger than 16 KiB.',
      'A program sent headers larger than 16 KiB; look at OTEL_EXPORTER_OTLP_HEADERS.',
    );
  }
  if (Buffer.isBuffer(packet) && isHttp2Frame(packet)) {
    return new Refused(
      400,
      'HTTP/2 begins with its preface, and this did not.',
      'A program began HTTP/2 without its preface, perhaps through a proxy; send directly, or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.',
      'http2',
    );
  }
  return new Refused(
    400,
    'This is not HTTP.',
    'A program sent something that is not HTTP; point only OTLP exporters at this port.',
    'notHttp',
  );
}

const SETTINGS = 4;

/** Whether bytes begin with a SETTINGS frame, the first one of every HTTP/2 connection: stream 0, six bytes an entry. */
function isHttp2Frame(packet: Buffer): boolean {
  return (
    packet.length >= 9 && packet[3] === SETTINGS && packet.readUIntBE(0, 3) % 6 === 0 && packet.readUInt32BE(5) === 0
  );
}
