import type { RefusalCause } from './requestLog.ts';

/** Canonical gRPC codes, as far as they are answered. */
export const GrpcCode = {
  ok: 0,
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const GRPC_CODES = new Map<number, number>([
  [400, GrpcCode.invalidArgument],
  [401, GrpcCode.unauthenticated],
  [403, GrpcCode.permissionDenied],
  [404, GrpcCode.unimplemented],
  [405, GrpcCode.unimplemented],
  [408, GrpcCode.unavailable],
  [413, GrpcCode.resourceExhausted],
  [415, GrpcCode.unimplemented],
  [431, GrpcCode.resourceExhausted],
  [503, GrpcCode.unavailable],
]);

/** What a status is for, unless it is said. */
const CAUSES = new Map<number, RefusalCause>([
  [401, 'token'],
  [403, 'host'],
  [404, 'path'],
  [405, 'method'],
  [408, 'timeout'],
  [413, 'size'],
  [415, 'contentType'],
  [431, 'headers'],
  [503, 'busy'],
]);

/** A request is turned away. `message` is for the sender, `reason` for the person whose spans are missing. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** HTTP status. */
  readonly status: number;
  /** One sentence with the cure. */
  readonly reason: string;
  readonly kind: RefusalCause;

  constructor(
    status: number,
    message: string,
    reason: string = `A program was refused: ${message}`,
    kind: RefusalCause = CAUSES.get(status) ?? 'malformed',
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.kind = kind;
  }

  get grpcCode(): number {
    return GRPC_CODES.get(this.status) ?? GrpcCode.internal;
  }

  /** Whether the sender shall send the same again. */
  get retryable(): boolean {
    return this.status === 503;
  }
}

/** Text of a sender, fit to stand in a sentence: without control characters, cut at 100. */
export function quoted(text: string): string {
  const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return plain.length > 100 ? `${plain.slice(0, 100)}…` : plain;
}
