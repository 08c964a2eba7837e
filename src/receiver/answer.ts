import { BAD_REQUEST_URL, encodeBadRequest, encodePartialSuccess, encodeStatus } from '../otlp/status.ts';
import type { Encoding } from './media.ts';
import { GrpcCode, type Refused } from './refused.ts';
import type { Acceptance, Signal } from './sink.ts';

/** Seconds. The SDK for JavaScript takes 0 for "at once" and gives up on more than its 10 s allow. */
const RETRY_AFTER = '1';
/** Characters. Senders bound what they read of an answer. */
const LONGEST_MESSAGE = 4_096;

const REJECTED_FIELD: Record<Signal, string> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

/** An Export…ServiceResponse as protobuf; no bytes where everything was accepted. */
export function protoAnswer(signal: Signal, { rejected, message }: Acceptance): Uint8Array {
  if (rejected === 0 && message === '') return new Uint8Array();
  return encodePartialSuccess(signal, rejected, message.slice(0, LONGEST_MESSAGE));
}

/** An Export…ServiceResponse in the encoding of its request. */
export function successBody(encoding: Encoding, signal: Signal, acceptance: Acceptance): Buffer {
  if (encoding === 'protobuf') return Buffer.from(protoAnswer(signal, acceptance));
  const { rejected, message } = acceptance;
  if (rejected === 0 && message === '') return Buffer.from('{}');
  const partialSuccess = {
    // 64-bit integers are text in OTLP's JSON.
    [REJECTED_FIELD[signal]]: String(rejected),
    errorMessage: message.slice(0, LONGEST_MESSAGE),
  };
  return Buffer.from(JSON.stringify({ partialSuccess }));
}

/** A google.rpc.Status. */
export function errorBody(encoding: Encoding, refused: Refused): Buffer {
  // A path that does not exist is "unimplemented" in gRPC and "not found" in HTTP; likewise for the media type.
  const code =
    refused.status === 404 ? GrpcCode.notFound : refused.status === 415 ? GrpcCode.invalidArgument : refused.grpcCode;
  const message = refused.message.slice(0, LONGEST_MESSAGE);
  const violation = refused.status === 400 ? violationOf(message) : undefined;
  if (encoding === 'protobuf') {
    const details = violation ? [encodeBadRequest(violation.field, violation.description)] : [];
    return Buffer.from(encodeStatus(code, message, details));
  }
  const details = violation && { details: [{ '@type': BAD_REQUEST_URL, fieldViolations: [violation] }] };
  return Buffer.from(JSON.stringify({ code, message, ...details }));
}

/** Messages about bad data begin with the place, where they know it: a path of JSON or a byte of protobuf. */
function violationOf(message: string): { field: string; description: string } {
  const [, field = '', description = message] = /^([\w.[\]]+|byte \d+): (.+)$/s.exec(message) ?? [];
  return { field, description };
}

/** Headers that go with a refusal. */
export function errorHeaders(refused: Refused): Record<string, string> {
  if (refused.status === 405) return { allow: 'POST, OPTIONS' };
  if (refused.status === 401) return { 'www-authenticate': 'Bearer' };
  return refused.retryable ? { 'retry-after': RETRY_AFTER } : {};
}
