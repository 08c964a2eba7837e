import { DEFAULT_PORTS, isLoopbackHost, LOOPBACK_HOSTS } from './addresses.ts';
import type { BodyMemory } from './bodyMemory.ts';
import { ByteBudget } from './budget.ts';
import { GrpcService } from './grpc.ts';
import { Guards } from './guards.ts';
import { createHttpApp } from './http.ts';
import { createHttp2App } from './http2.ts';
import { Intake } from './intake.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { Multiplexer } from './multiplexer.ts';
import { PortPolicy } from './ports.ts';
import type { Refused } from './refused.ts';
import { type RecentRequests, type RequestAbout, RequestLog } from './requestLog.ts';
import type { Sink } from './sink.ts';
import type { ReceiverState } from './state.ts';

export interface ReceiverOptions {
  /** Ports in order of rank, the main one first; 0 for any free one. By default 4318 and 4317. */
  ports?: readonly number[];
  /** By default loopback only, IPv4 and IPv6. */
  hosts?: readonly string[];
  /** Names, without port, by which senders may call it besides those of this machine. */
  allowedHosts?: readonly string[];
  /** What every sender has to know. Without one nothing but loopback is listened on. */
  token?: string;
  /** The free port that was used last time. */
  remembered?: number;
  /** Whether a free port does where the main one stays taken; by default yes. */
  fallback?: boolean;
  /** How long a taken main port is tried again, in milliseconds. By default 10 s with a fallback, else not at all. */
  retryForMs?: number;
  everyMs?: number;
  laterEveryMs?: number;
  /** How long `close` lets requests in flight finish, in milliseconds. */
  graceMs?: number;
  limits?: Partial<Limits>;
  onState?(state: ReceiverState): void;
  /** Where bodies lie; by default memory that is not taken up again. */
  memory?: BodyMemory;
}

const RETRY_FOR_MS = 10_000;
const EVERY_MS = 250;
const LATER_EVERY_MS = 5_000;
/** An editor gives its extensions 5 s in all to stop. */
const GRACE_MS = 2_000;

/** Receives OTLP over HTTP/1.1, HTTP/2 and gRPC, all on each of its ports, and delivers it to a sink. */
export class Receiver {
  readonly #sink: Sink;
  readonly #options: ReceiverOptions;
  #multiplexer: Multiplexer | undefined;
  readonly #hosts: readonly string[];
  readonly #log = new RequestLog();
  #state: ReceiverState = { phase: 'off' };
  #parts: Promise<{ ports: PortPolicy; multiplexer: Multiplexer }> | undefined;

  constructor(sink: Sink, options: ReceiverOptions = {}) {
    this.#sink = sink;
    this.#options = options;
    this.#hosts = options.hosts ?? LOOPBACK_HOSTS;
  }

  get state(): ReceiverState {
    return this.#state;
  }

  /** How many are open, of every protocol. */
  get connections(): number {
    return this.#multiplexer?.connections ?? 0;
  }

  /** What came lately, and how much of it was turned away. */
  recent(): RecentRequests {
    return this.#log.recent();
  }

  /** Resolves when it listens or has failed, which may take until `retryForMs` are over; the state says which. */
  async start(): Promise<ReceiverState> {
    const open = this.#hosts.find(host => !isLoopbackHost(host));
    if (open !== undefined && !this.#options.token) {
      const message = `${open} can be reached from other machines, and there is no token that would keep them out; listen on 127.0.0.1, or give a token.`;
      this.#publish({ phase: 'failed', message });
      return this.#state;
    }
    this.#parts ??= this.#build();
    return (await this.#parts).ports.start();
  }

  /** Who held wanted ports has gone: they are taken over, and the port used until now stays open. */
  takeOver(): void {
    void this.#parts?.then(({ ports }) => ports.takeOver());
  }

  /** Who holds the main port will not give it back soon: a free one does. */
  fallBack(): void {
    void this.#parts?.then(({ ports }) => ports.fallBack());
  }

  /** Stops accepting, lets requests in flight finish for a while, then closes every connection. It cannot start again. */
  async close(): Promise<void> {
    if (!this.#parts) return;
    const { ports, multiplexer } = await this.#parts;
    await ports.close();
    await multiplexer.close(this.#options.graceMs ?? GRACE_MS);
  }

  async #build(): Promise<{ ports: PortPolicy; multiplexer: Multiplexer }> {
    const options = this.#options;
    const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
    const report = (refused: Refused, about: RequestAbout) => this.#report(refused, about);
    const guards = new Guards(this.#hosts, options.allowedHosts ?? [], options.token || undefined);
    const intake = new Intake(
      this.#sink,
      limits,
      new ByteBudget(limits.inFlightBytes, limits.roomMs),
      options.memory,
      this.#log,
    );
    const http = await createHttpApp(intake, guards, report);
    const http2 = createHttp2App(new GrpcService(intake, guards, report), http, limits, this.#log);
    const multiplexer = new Multiplexer(http, http2, limits, report, this.#log);
    this.#multiplexer = multiplexer;
    const fallback = options.fallback ?? true;
    const ports = new PortPolicy({
      ports: options.ports ?? DEFAULT_PORTS,
      hosts: this.#hosts,
      ...(options.remembered === undefined ? {} : { remembered: options.remembered }),
      retryForMs: options.retryForMs ?? (fallback ? RETRY_FOR_MS : 0),
      everyMs: options.everyMs ?? EVERY_MS,
      laterEveryMs: options.laterEveryMs ?? LATER_EVERY_MS,
      fallback,
      onConnection: multiplexer.accept,
      onState: state => this.#publish(state),
    });
    return { ports, multiplexer };
  }

  #publish(state: ReceiverState): void {
    this.#state = state;
    this.#options.onState?.(state);
  }

  #report(refused: Refused, about: RequestAbout): void {
    const { status, reason } = refused;
    this.#log.refused(refused, about);
    try {
      this.#sink.refused({ at: Date.now(), status, reason });
    } catch {
      // Whoever counts refusals must not be able to end the receiver.
    }
  }
}
