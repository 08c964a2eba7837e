import type { Socket } from 'node:net';
import { isEveryInterface, isLoopbackHost } from './addresses.ts';
import { takenMessage } from './holder.ts';
import { type Listener, listen, PortTaken } from './listen.ts';
import type { Endpoint, ReceiverState } from './state.ts';

export interface PortPolicyOptions {
  /** In order of rank. The first is the main one, 0 for any free one; of the others those that can be had. */
  ports: readonly number[];
  /** Addresses to listen on; a port counts as had when it is had on all of them that this machine has. */
  hosts: readonly string[];
  /** The free port that was used last time: taken before any other free one, also where a free one is asked for. */
  remembered?: number;
  /** How long a taken main port is tried again: a window that reloads holds it for some seconds. In milliseconds. */
  retryForMs: number;
  everyMs: number;
  /** How often a taken further port is tried after `retryForMs`. */
  laterEveryMs: number;
  /** Whether a free port does where the main one stays taken. */
  fallback: boolean;
  onConnection(socket: Socket): void;
  onState(state: ReceiverState): void;
}

/** How long and how often a port is tried again after its holder has gone: the system may need a moment to free it. */
const TAKE_OVER_FOR_MS = 3_000;
const TAKE_OVER_EVERY_MS = 20;

/** Decides which ports are listened on, and says so. */
export class PortPolicy {
  readonly #options: PortPolicyOptions;
  #state: ReceiverState = { phase: 'off' };
  #main: Listener | undefined;
  /** The free port that was used until the main one could be taken over. */
  #kept: Listener | undefined;
  readonly #others = new Map<number, Listener>();
  readonly #closing = new AbortController();
  #starting: Promise<void> | undefined;
  #later: NodeJS.Timeout | undefined;
  /** Until when a taken main port is waited for. */
  #until = 0;
  #claim: Promise<void> | undefined;
  #claimUntil = 0;

  constructor(options: PortPolicyOptions) {
    this.#options = options;
  }

  get state(): ReceiverState {
    return this.#state;
  }

  /** Resolves when it listens, has failed, or was closed meanwhile; the state says which. Never rejects. */
  async start(): Promise<ReceiverState> {
    this.#starting ??= this.#start();
    await this.#starting;
    return this.#state;
  }

  /** Who holds the main port is another window, and will not give it back soon: a free port does. */
  fallBack(): void {
    if (this.#options.fallback) this.#until = 0;
  }

  /**
   * Who held wanted ports has gone: those that can be had are taken over at once or in the next moments. The port that
   * was used until now stays open.
   */
  takeOver(): void {
    this.#claimUntil = performance.now() + TAKE_OVER_FOR_MS;
    this.#claim ??= this.#takeOver().finally(() => {
      this.#claim = undefined;
    });
  }

  async #takeOver(): Promise<void> {
    await this.#starting;
    while (this.#main && this.#fellBack() && !this.#closing.signal.aborted && performance.now() < this.#claimUntil) {
      const listener = await this.#attempt(this.#options.ports[0] ?? 0).catch(() => undefined);
      if (!listener) {
        await this.#sleep(TAKE_OVER_EVERY_MS);
        continue;
      }
      this.#kept = this.#main;
      this.#main = listener;
      await this.#claimOthers();
      if (this.#closing.signal.aborted) return;
      this.#publishListening();
      this.#retryOthers(performance.now() + this.#options.retryForMs);
    }
  }

  /** Stops accepting; connections that are open stay. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#later);
    await this.#starting;
    await this.#claim;
    clearTimeout(this.#later);
    await Promise.all([this.#main, this.#kept, ...this.#others.values()].map(listener => listener?.close()));
    this.#main = undefined;
    this.#kept = undefined;
    this.#others.clear();
    if (this.#state.phase !== 'failed') this.#publish({ phase: 'off' });
  }

  async #start(): Promise<void> {
    try {
      this.#main = await this.#claimMain();
      if (this.#main) await this.#claimOthers();
      if (this.#closing.signal.aborted) {
        this.#publish({ phase: 'off' });
        return;
      }
      this.#publishListening();
      this.#retryOthers(performance.now() + this.#options.retryForMs);
    } catch (error) {
      this.#publish({ phase: 'failed', message: await this.#sentenceFor(error) });
    }
  }

  /** `undefined` where it was closed while waiting. */
  async #claimMain(): Promise<Listener | undefined> {
    const { ports, hosts, remembered, retryForMs, everyMs, fallback, onConnection } = this.#options;
    const wanted = ports[0] ?? 0;
    this.#until = performance.now() + retryForMs;
    const first = wanted === 0 && remembered ? remembered : wanted;
    const listener = await this.#attempt(first);
    if (listener) return listener;

    const patient = fallback && remembered ? remembered : wanted;
    if (patient !== first) {
      const again = await this.#attempt(patient);
      if (again) return again;
    }
    if (retryForMs > 0) this.#publish({ phase: 'waiting', port: patient });
    while (performance.now() < this.#until) {
      await this.#sleep(everyMs);
      if (this.#closing.signal.aborted) return undefined;
      const late = await this.#attempt(patient);
      if (late) return late;
    }
    if (!fallback) throw new PortTaken(wanted);
    return await listen(0, hosts, onConnection);
  }

  async #claimOthers(): Promise<boolean> {
    let changed = false;
    for (const port of this.#missing()) {
      try {
        const listener = await this.#attempt(port);
        if (listener) this.#others.set(port, listener);
        changed ||= listener !== undefined;
      } catch {
        // The main port serves every protocol; one more that cannot be had is only listed as taken.
      }
    }
    return changed;
  }

  /** Only beside the main port: else a second window would snatch a port from the first while that reloads. */
  #retryOthers(eagerUntil: number): void {
    if (this.#closing.signal.aborted || this.#missing().length === 0 || this.#fellBack()) return;
    const { everyMs, laterEveryMs } = this.#options;
    this.#later = setTimeout(
      () => {
        const attempt = async () => {
          if (await this.#claimOthers()) this.#publishListening();
        };
        this.#starting = attempt().then(() => this.#retryOthers(eagerUntil));
      },
      performance.now() < eagerUntil ? everyMs : laterEveryMs,
    );
    this.#later.unref();
  }

  /** `undefined` where the port is taken. */
  async #attempt(port: number): Promise<Listener | undefined> {
    try {
      return await listen(port, this.#options.hosts, this.#options.onConnection);
    } catch (error) {
      if (error instanceof PortTaken) return undefined;
      throw error;
    }
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds);
      this.#closing.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #missing(): number[] {
    return this.#options.ports.slice(1).filter(port => port !== this.#main?.port && !this.#others.has(port));
  }

  #fellBack(): boolean {
    const wanted = this.#options.ports[0] ?? 0;
    return wanted !== 0 && this.#main?.port !== wanted;
  }

  #publishListening(): void {
    const wanted = this.#options.ports[0] ?? 0;
    const others = this.#options.ports.slice(1).map(port => this.#others.get(port));
    const endpoints = [this.#main, ...others, this.#kept].flatMap(listener => (listener ? endpointsOf(listener) : []));
    const main = endpoints[0];
    if (!main) return;
    const [kept] = this.#kept ? endpointsOf(this.#kept) : [];
    const taken = [...(this.#fellBack() ? [wanted] : []), ...this.#missing()];
    const missing = this.#options.hosts.filter(host => !isLoopbackHost(host) && !this.#main?.hosts.includes(host));
    this.#publish({
      phase: 'listening',
      endpoints,
      main,
      ...(kept && { kept }),
      taken,
      ...(missing.length > 0 && { missing }),
    });
  }

  #publish(state: ReceiverState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  async #sentenceFor(error: unknown): Promise<string> {
    const host = this.#options.hosts[0] ?? '127.0.0.1';
    if (error instanceof PortTaken) return takenMessage(reachable(host), error.port);
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const port = this.#options.ports[0] ?? 0;
    if (code === 'EACCES')
      return `Port ${port} needs administrator rights; choose one from 1024 on, or 0 for a free one.`;
    if (code === 'EADDRNOTAVAIL')
      return `${addressOf(error) ?? host} is no address of this machine; choose one that is, such as 127.0.0.1.`;
    return `Spanside cannot listen on port ${port} of ${host} (${code}); choose another port, or 0 for a free one.`;
  }
}

function endpointsOf({ port, hosts }: Listener): Endpoint[] {
  return hosts.map(host => ({ url: `http://${urlHost(host)}:${port}`, port, host }));
}

function urlHost(host: string): string {
  const address = reachable(host);
  return address.includes(':') ? `[${address}]` : address;
}

/** Every-interface addresses are none to send to. */
function reachable(host: string): string {
  if (!isEveryInterface(host)) return host;
  return host === '::' ? '::1' : '127.0.0.1';
}

function addressOf(error: unknown): string | undefined {
  return error instanceof Error && 'address' in error && typeof error.address === 'string' ? error.address : undefined;
}
