/** What a sender may use up, and for how long. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** Of one request, on the wire and again after decompression. */
  requestBytes: number;
  /** Of all requests that are being received or committed. */
  inFlightBytes: number;
  connections: number;
  /** Concurrent requests on one HTTP/2 connection. */
  streams: number;
  /** Until a connection has shown which protocol it speaks. */
  undecidedMs: number;
  headersMs: number;
  /** Until a request has arrived whole. */
  requestMs: number;
  keepAliveMs: number;
  /** Until an HTTP/2 connection has sent its first request. */
  firstRequestMs: number;
  /** Until an HTTP/2 connection is closed after its last request. */
  sessionIdleMs: number;
  /** How often the HTTP/1.1 times above are looked at. */
  checkMs: number;
  /** How long a request waits for room among `inFlightBytes` before the sender is asked to come again. */
  roomMs: number;
  /** How long a request waits for its commit before the sender is asked to come again. */
  commitMs: number;
}

const MiB = 1024 * 1024;

export const DEFAULT_LIMITS: Limits = {
  // What OTLP 1.11 recommends; a Collector's batch of 8,192 spans is 3 to 4 MiB.
  requestBytes: 64 * MiB,
  // Twice a request: the compressed bytes and the plain ones exist side by side.
  inFlightBytes: 128 * MiB,
  connections: 256,
  streams: 100,
  undecidedMs: 5_000,
  headersMs: 10_000,
  requestMs: 30_000,
  // Well above the 5 s between the batches of an SDK: a connection closed just as the next batch leaves is a lost batch.
  keepAliveMs: 72_000,
  firstRequestMs: 30_000,
  sessionIdleMs: 120_000,
  checkMs: 2_000,
  // Answering late costs a sender nothing; being refused costs those that do not retry (.NET, Rust) their spans.
  roomMs: 2_000,
  // Below the 10 s after which SDKs give up by themselves.
  commitMs: 8_000,
};
