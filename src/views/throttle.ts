/**
 * Runs `run` at most once in `ms`: at once when it has been quiet, else when the time is over. Many calls in between are
 * one run, and the last call is always followed by a run. Where `ms` changes it is asked for at each call.
 */
export class Throttle {
  readonly #ms: () => number;
  readonly #run: () => void;
  #timer: NodeJS.Timeout | undefined;
  #last = Number.NEGATIVE_INFINITY;

  constructor(ms: number | (() => number), run: () => void) {
    this.#ms = typeof ms === 'number' ? () => ms : ms;
    this.#run = run;
  }

  trigger(): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#last + this.#ms() - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#last = performance.now();
      this.#run();
    }, wait);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
