import type { OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { encodeRetryInfo, encodeStatus } from '../otlp/status.ts';
import { protoAnswer } from './answer.ts';
import { Aborted, readBody } from './body.ts';
import { decompress, ENCODINGS, parseEncoding } from './decompress.ts';
import { announcedLength, FRAME_HEAD, frameOf, parseFrame, percentEncoded } from './grpcFrame.ts';
import type { Guards } from './guards.ts';
import type { Intake } from './intake.ts';
import { GrpcCode, Refused } from './refused.ts';
import type { Report } from './report.ts';
import { aboutOf } from './requestAbout.ts';
import { signalOfMethod } from './routes.ts';
import type { Acceptance, Signal } from './sink.ts';

const RETRY_AFTER_SECONDS = 1;

/** OTLP over gRPC: unary calls on an HTTP/2 request of Node's compatibility API. */
export class GrpcService {
  readonly #intake: Intake;
  readonly #guards: Guards;
  readonly #report: Report;

  constructor(intake: Intake, guards: Guards, report: Report) {
    this.#intake = intake;
    this.#guards = guards;
    this.#report = report;
  }

  /** Answers one call; never rejects. */
  async handle(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    try {
      this.#guards.check(request.headers);
      const signal = signalOfMethod(request.url);
      const acceptance = await this.#receive(request, signal);
      answer(response, { 'grpc-status': GrpcCode.ok }, frameOf(protoAnswer(signal, acceptance)));
    } catch (error) {
      if (error instanceof Aborted) return;
      const refused = error instanceof Refused ? error : new Refused(503, 'The call failed; try again.', String(error));
      this.#report(refused, aboutOf(request, 'grpc'));
      request.resume();
      answer(response, errorTrailers(refused));
    }
  }

  async #receive(request: Http2ServerRequest, signal: Signal): Promise<Acceptance> {
    const limit = this.#intake.limits.requestBytes;
    const encoding = request.headers['grpc-encoding'];
    const compression = parseEncoding(Array.isArray(encoding) ? encoding.join(',') : encoding);
    const lease = this.#intake.budget.lease();
    try {
      const { memory } = this.#intake;
      const sent = await readBody(request, limit + FRAME_HEAD, lease, memory, announcedLength);
      const { length: bytes } = sent;
      const frame = parseFrame(sent, limit);
      if (frame.compressed && compression === 'identity') {
        throw new Refused(400, 'The gRPC message is compressed, but grpc-encoding names no compression.');
      }
      const plain = frame.compressed ? await decompress(frame.message, compression, limit, lease) : frame.message;
      return await this.#intake.deliver(signal, plain, lease, { protocol: 'grpc', bytes });
    } finally {
      lease.release();
    }
  }
}

function answer(response: Http2ServerResponse, trailers: OutgoingHttpHeaders, frame?: Buffer): void {
  if (response.stream.destroyed || response.stream.closed) return;
  response.writeHead(200, {
    'content-type': 'application/grpc',
    'grpc-accept-encoding': ENCODINGS.join(','),
  });
  response.addTrailers(trailers);
  if (frame) response.end(frame);
  else response.end();
}

function errorTrailers(refused: Refused): OutgoingHttpHeaders {
  const { grpcCode: code, message } = refused;
  // Without RetryInfo senders do not come again: it is sent exactly when they shall.
  const details = refused.retryable ? [encodeRetryInfo(RETRY_AFTER_SECONDS)] : [];
  return {
    'grpc-status': code,
    'grpc-message': percentEncoded(message),
    'grpc-status-details-bin': Buffer.from(encodeStatus(code, message, details)).toString('base64'),
  };
}
