import type { Acceptance, ReceivedRequest, Refusal, Sink } from '../../../src/receiver/sink.ts';

/** Stands where the store stands: keeps what it is given and answers as it is told. */
export class RecordingSink implements Sink {
  readonly requests: ReceivedRequest[] = [];
  readonly refusals: Refusal[] = [];
  /** What becomes of a request; replaced by tests. */
  behave: (request: ReceivedRequest) => Acceptance | Promise<Acceptance> = () => ({ rejected: 0, message: '' });

  async accept(request: ReceivedRequest): Promise<Acceptance> {
    // A copy: the receiver may use its buffer again.
    this.requests.push({ ...request, body: Uint8Array.from(request.body) });
    return this.behave(request);
  }

  refused(refusal: Refusal): void {
    this.refusals.push(refusal);
  }

  /** The reason of the last refusal. */
  get reason(): string {
    return this.refusals.at(-1)?.reason ?? '';
  }
}
