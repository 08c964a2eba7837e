import protobuf from 'protobufjs/minimal.js';
import type { Signal } from './schema.ts';

const RETRY_INFO_URL = 'type.googleapis.com/google.rpc.RetryInfo';
export const BAD_REQUEST_URL = 'type.googleapis.com/google.rpc.BadRequest';
const VARINT = 0;
const LENGTH = 2;

const tag = (number: number, wireType: number) => (number << 3) | wireType;

/** A google.rpc.Status. `code` is a gRPC status code; each of `details` is an encoded Any. */
export function encodeStatus(code: number, message: string, details: readonly Uint8Array[] = []): Uint8Array {
  const writer = protobuf.Writer.create();
  if (code !== 0) writer.uint32(tag(1, VARINT)).int32(code);
  if (message !== '') writer.uint32(tag(2, LENGTH)).string(message);
  for (const detail of details) writer.uint32(tag(3, LENGTH)).bytes(detail);
  return writer.finish();
}

/** A google.rpc.RetryInfo in an Any: the sender should wait so many seconds, fractions included, before it tries again. */
export function encodeRetryInfo(seconds: number): Uint8Array {
  const whole = Math.floor(seconds);
  const nanos = Math.round((seconds - whole) * 1e9);
  const duration = protobuf.Writer.create();
  if (whole !== 0) duration.uint32(tag(1, VARINT)).int64(whole);
  if (nanos !== 0) duration.uint32(tag(2, VARINT)).int32(nanos);
  return any(RETRY_INFO_URL, protobuf.Writer.create().uint32(tag(1, LENGTH)).bytes(duration.finish()).finish());
}

/** A google.rpc.BadRequest in an Any: what is wrong with one field. `field` is '' where it is the whole request. */
export function encodeBadRequest(field: string, description: string): Uint8Array {
  const violation = protobuf.Writer.create();
  if (field !== '') violation.uint32(tag(1, LENGTH)).string(field);
  violation.uint32(tag(2, LENGTH)).string(description);
  return any(BAD_REQUEST_URL, protobuf.Writer.create().uint32(tag(1, LENGTH)).bytes(violation.finish()).finish());
}

function any(url: string, message: Uint8Array): Uint8Array {
  return protobuf.Writer.create().uint32(tag(1, LENGTH)).string(url).uint32(tag(2, LENGTH)).bytes(message).finish();
}

/**
 * The response to an export: empty where everything was accepted without a word, else with its partial success. The
 * three signals share the numbers of these fields.
 */
export function encodePartialSuccess(_signal: Signal, rejected: number, message: string): Uint8Array {
  const writer = protobuf.Writer.create();
  if (rejected === 0 && message === '') return writer.finish();
  writer.uint32(tag(1, LENGTH)).fork();
  if (rejected !== 0) writer.uint32(tag(1, VARINT)).int64(rejected);
  if (message !== '') writer.uint32(tag(2, LENGTH)).string(message);
  return writer.ldelim().finish();
}
