/** The three signals of OTLP that are received. */
export type Signal = 'traces' | 'logs' | 'metrics';

/** A request that passed the guards: decompressed, and protobuf whatever it was sent as. */
export interface ReceivedRequest {
  signal: Signal;
  /** An Export…ServiceRequest message. */
  body: Uint8Array;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

/** What became of a request. Given only after what was accepted is on disk. */
export interface Acceptance {
  /** Spans, log records or data points that were refused for good; sending them again would not help. */
  rejected: number;
  /** English, for the sender; '' where there is nothing to say. */
  message: string;
}

/** A request that was turned away, for the people who wonder where their spans are. */
export interface Refusal {
  at: number;
  /** HTTP status; for gRPC the equivalent one. */
  status: number;
  /** One sentence with the cure. */
  reason: string;
}

/** Where the receiver delivers. */
export interface Sink {
  /**
   * Resolves after the commit.
   * @throws {MalformedError} the body is no such message: the sender must not send it again.
   * @throws any other error: the store cannot take it now, the sender shall try again.
   */
  accept(request: ReceivedRequest): Promise<Acceptance>;
  refused(refusal: Refusal): void;
}
