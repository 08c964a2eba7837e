import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorBody } from './answer.ts';
import { MEDIA_TYPES } from './media.ts';
import { Refused } from './refused.ts';

/** Answers bytes that Node's HTTP/1.1 parser gave up on, or that took too long; then closes. */
export function answerClientError(
  error: Error & { code?: string },
  socket: Duplex,
  report: (refused: Refused) => void,
): void {
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refused = refusalOf(error.code);
  report(refused);
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

function refusalOf(code: string | undefined): Refused {
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
  return new Refused(
    400,
    'This is not HTTP.',
    'A program sent something that is not HTTP; point only OTLP exporters at this port.',
  );
}
