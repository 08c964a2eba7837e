import type { FrameSignal } from './segmentFile.ts';

/** A request to store: a decompressed protobuf Export…ServiceRequest. */
export interface WriteRequest {
  signal: FrameSignal;
  body: Uint8Array;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

/** What became of one request. */
export interface WriteResult {
  /** New spans, log records or metric points; a repeated one counts as nothing. */
  stored: number;
  /** Spans refused for their ids. */
  rejected: number;
  message: string;
}
