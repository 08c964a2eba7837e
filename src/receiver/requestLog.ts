import type { Refused } from './refused.ts';
import { sampleOf } from './requestSample.ts';
import type { Signal } from './sink.ts';

/** What kind of mistake a request was turned away for; one cure fits all of a kind. */
export type RefusalCause =
  | 'tls'
  | 'notHttp'
  | 'http2'
  | 'silent'
  | 'path'
  | 'method'
  | 'contentType'
  | 'encodingMixUp'
  | 'grpcOverHttp1'
  | 'grpcMethod'
  | 'compression'
  | 'malformed'
  | 'host'
  | 'origin'
  | 'token'
  | 'size'
  | 'headers'
  | 'timeout'
  | 'connections'
  | 'busy';

/** How a request came. `http/1.1` and `http/2` where it is not known what it carries. */
export type RequestProtocol = 'http/protobuf' | 'http/json' | 'grpc' | 'http/1.1' | 'http/2' | 'tls' | 'tcp';

/** What is known of a request besides what became of it. */
export interface RequestAbout {
  protocol: RequestProtocol;
  /** As it was sent, cut. */
  path?: string;
  /** The program, as its User-Agent says, cut. */
  sender?: string;
  /** On the wire. */
  bytes?: number;
}

export interface RecentRequest extends RequestAbout {
  /** Milliseconds since 1970. */
  at: number;
  /** `closed`: a connection on which no request came. */
  outcome: 'accepted' | 'refused' | 'closed';
  signal?: Signal;
  /** `service.name` of its resources, at most three. */
  services?: string[];
  /** Spans, log records or metrics; absent where they were not counted. */
  items?: number;
  /** Of these the ones that could not be taken, with `reason`. */
  rejected?: number;
  /** HTTP status; for gRPC the equivalent one. */
  status?: number;
  cause?: RefusalCause;
  /** One sentence with the cure. */
  reason?: string;
}

/** How often requests were turned away for a cause, and what was said the last time. */
export interface RefusalCount {
  cause: RefusalCause;
  count: number;
  at: number;
  reason: string;
}

/** What came since the ports were opened. */
export interface RecentRequests {
  /** When the ports were opened, milliseconds since 1970. */
  since: number;
  accepted: number;
  refused: number;
  /** Newest first, at most {@link MOST_RECENT}; of many a second only some of the accepted ones. */
  requests: RecentRequest[];
  /** By cause, most frequent first. */
  causes: RefusalCount[];
}

/** A note of an accepted request, made before its body is handed over. */
export type Arrival = Pick<RecentRequest, 'signal' | 'services' | 'items'> & RequestAbout;

const ACCEPTED = 30;
/** Kept apart, so that a busy program does not push out the one that is refused. */
const TURNED_AWAY = 20;
export const MOST_RECENT = ACCEPTED + TURNED_AWAY;
/** Accepted requests are noted no more often than this: ten a second. */
const NOTE_EVERY_MS = 100;

/** The newest requests, and counts of all. What it costs does not depend on how many spans come, nor on how many requests. */
export class RequestLog {
  readonly #since = Date.now();
  readonly #accepted = new Ring<RecentRequest>(ACCEPTED);
  readonly #away = new Ring<RecentRequest>(TURNED_AWAY);
  readonly #causes = new Map<RefusalCause, RefusalCount>();
  #acceptedCount = 0;
  #refusedCount = 0;
  #notedAt = Number.NEGATIVE_INFINITY;

  /** A note of a request that is about to be handed over; `undefined` for most of many. */
  arrives(signal: Signal, body: Uint8Array, about: RequestAbout): Arrival | undefined {
    const now = performance.now();
    if (now - this.#notedAt < NOTE_EVERY_MS) return undefined;
    this.#notedAt = now;
    return { ...about, signal, ...sampleOf(body) };
  }

  accepted(arrival: Arrival | undefined, rejected: number, message: string): void {
    this.#acceptedCount++;
    if (!arrival) return;
    const partly = rejected > 0 ? { rejected, reason: message } : {};
    this.#accepted.add({ at: Date.now(), outcome: 'accepted', ...arrival, ...partly });
  }

  refused({ status, kind: cause, reason }: Refused, about: RequestAbout): void {
    this.#refusedCount++;
    this.#away.add({ at: Date.now(), outcome: 'refused', ...about, status, cause, reason });
    this.#count(cause, reason);
  }

  /** A connection ended before there was a request. */
  closed(cause: RefusalCause, reason: string, about: RequestAbout): void {
    this.#away.add({ at: Date.now(), outcome: 'closed', ...about, cause, reason });
    this.#count(cause, reason);
  }

  recent(): RecentRequests {
    const requests = [...this.#accepted.items(), ...this.#away.items()].sort((a, b) => b.at - a.at);
    const causes = [...this.#causes.values()].sort((a, b) => b.count - a.count).map(each => ({ ...each }));
    return { since: this.#since, accepted: this.#acceptedCount, refused: this.#refusedCount, requests, causes };
  }

  #count(cause: RefusalCause, reason: string): void {
    const at = Date.now();
    const known = this.#causes.get(cause);
    if (known) Object.assign(known, { count: known.count + 1, at, reason });
    else this.#causes.set(cause, { cause, count: 1, at, reason });
  }
}

/** The last so many. */
class Ring<T> {
  readonly #slots: T[] = [];
  readonly #size: number;
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(item: T): void {
    this.#slots[this.#next] = item;
    this.#next = (this.#next + 1) % this.#size;
  }

  /** Newest first. */
  items(): T[] {
    return [...this.#slots.slice(0, this.#next).reverse(), ...this.#slots.slice(this.#next).reverse()];
  }
}
