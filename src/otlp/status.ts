import { WireType } from './field.ts';
import type { Signal } from './schema.ts';
import { Sink } from './sink.ts';

const RETRY_INFO_URL = 'type.googleapis.com/google.rpc.RetryInfo';

/** A google.rpc.Status. `code` is a gRPC status code; each of `details` is an encoded Any. */
export function encodeStatus(
  code: number,
  message: string,
  details: readonly Uint8Array[] = [],
): Uint8Array<ArrayBuffer> {
  const sink = new Sink(64 + message.length);
  if (code !== 0) {
    sink.tag(1, WireType.varint);
    sink.int32(code);
  }
  if (message !== '') writeText(sink, 2, message);
  for (const detail of details) writeBytes(sink, 3, detail);
  return sink.finish();
}

/** A google.rpc.RetryInfo in an Any: the sender should wait so many seconds, fractions included, before it tries again. */
export function encodeRetryInfo(seconds: number): Uint8Array<ArrayBuffer> {
  const whole = Math.floor(seconds);
  const nanos = Math.round((seconds - whole) * 1e9);
  const duration = new Sink(32);
  writeInt64(duration, 1, whole);
  if (nanos !== 0) {
    duration.tag(2, WireType.varint);
    duration.int32(nanos);
  }
  const info = new Sink(32);
  writeBytes(info, 1, duration.finish());
  const any = new Sink(128);
  writeText(any, 1, RETRY_INFO_URL);
  writeBytes(any, 2, info.finish());
  return any.finish();
}

/**
 * The response to an export: empty where everything was accepted without a word, else with its partial success. The
 * three signals share the numbers of these fields.
 */
export function encodePartialSuccess(_signal: Signal, rejected: number, message: string): Uint8Array<ArrayBuffer> {
  const sink = new Sink(64 + message.length);
  if (rejected === 0 && message === '') return sink.finish();
  sink.tag(1, WireType.length);
  const start = sink.open();
  writeInt64(sink, 1, rejected);
  if (message !== '') writeText(sink, 2, message);
  sink.close(start);
  return sink.finish();
}

function writeText(sink: Sink, number: number, text: string): void {
  writeBytes(sink, number, Buffer.from(text, 'utf8'));
}

function writeBytes(sink: Sink, number: number, bytes: Uint8Array): void {
  sink.tag(number, WireType.length);
  sink.uint32(bytes.length);
  sink.raw(bytes);
}

function writeInt64(sink: Sink, number: number, value: number): void {
  if (value === 0) return;
  sink.tag(number, WireType.varint);
  sink.varint64(BigInt(value));
}
