import type { CollectorApi } from '../collector/api.ts';
import type { TraceId } from '../model/ids.ts';

/** Steps of the walkthrough that are done by what happens and not by a command. */
export class Milestones {
  readonly #samples = new Set<TraceId>();
  readonly #subscription: { dispose(): void };

  /** `arrived` is called once, when a trace that is not a sample has been received. */
  constructor(collector: Pick<CollectorApi, 'onDidCommit'>, arrived: () => void) {
    this.#subscription = collector.onDidCommit(({ traceIds }) => {
      if (traceIds.every(id => this.#samples.has(id))) return;
      this.dispose();
      arrived();
    });
  }

  /** To be called before the sample is sent. */
  sendsSample(traceId: TraceId): void {
    this.#samples.add(traceId);
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
