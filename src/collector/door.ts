import { MalformedError } from '../otlp/malformed.ts';
import { muteServices } from '../otlp/redact/muteServices.ts';
import { Redactor } from '../otlp/redact/redactor.ts';
import type { ReceivedRequest } from '../receiver/sink.ts';
import type { IngestSettings } from './api.ts';

type DoorSettings = Pick<IngestSettings, 'redaction' | 'mutedServices'>;

/** What came through. */
export interface Passed {
  /** `undefined` where nothing is left of the request: it is answered as if it had been kept. */
  body: Uint8Array | undefined;
  /** Values that were masked. */
  masked: number;
  /** Spans, log records or data points of muted services, which are not in the body any more. */
  muted: number;
}

/**
 * What every request goes through before it is committed: muted services are taken out, then credentials are masked.
 * What is taken out here has never been on disk.
 */
export class Door {
  readonly #warn: (message: string) => void;
  #redactor: Redactor | undefined;
  #muted: ReadonlySet<string> = new Set();
  #mutedBytes: Buffer[] = [];

  /** @param warn hears, in words for people, of a setting that cannot be followed */
  constructor(settings: DoorSettings, warn: (message: string) => void = () => {}) {
    this.#warn = warn;
    this.configure(settings);
  }

  /** From the next request on. */
  configure({ redaction, mutedServices }: DoorSettings): void {
    this.#redactor = redaction.enabled ? new Redactor(redaction, this.#warn) : undefined;
    this.#muted = new Set(mutedServices.filter(service => service !== ''));
    this.#mutedBytes = [...this.#muted].map(service => Buffer.from(service));
  }

  /** Does not throw: a body that is no such request passes as it is, for whoever reads it next to refuse it. */
  pass({ signal, body }: ReceivedRequest): Passed {
    const { body: left, muted } = this.#mute(signal, body);
    if (left === undefined || this.#redactor === undefined) return { body: left, masked: 0, muted };
    return { ...this.#redactor.redact(signal, left), muted };
  }

  #mute(signal: ReceivedRequest['signal'], body: Uint8Array): { body: Uint8Array | undefined; muted: number } {
    if (this.#mutedBytes.length === 0) return { body, muted: 0 };
    const buffer = Buffer.from(body.buffer, body.byteOffset, body.length);
    if (!this.#mutedBytes.some(name => buffer.includes(name))) return { body, muted: 0 };
    try {
      return muteServices(signal, body, this.#muted);
    } catch (error) {
      if (error instanceof MalformedError) return { body, muted: 0 };
      throw error;
    }
  }
}
