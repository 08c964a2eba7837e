import type { SpanId } from '../../model/ids.ts';

/**
 * The span that is selected in a page, and the one that the page has yet to be told to select. A page that is hidden is
 * thrown away, and what is sent before the new one has spoken may be lost without a word: a wish stands until it was
 * sent to a page that is there, or the page shows that it has it.
 */
export class PageSelection {
  #wanted: SpanId | undefined;
  #current: SpanId | undefined;
  #there = false;

  constructor(spanId: SpanId | undefined) {
    this.#wanted = spanId;
    this.#current = spanId;
  }

  /** The selected span; one that is wanted counts. */
  get current(): SpanId | undefined {
    return this.#current;
  }

  /** Wishes for a span. Without one, the page keeps its own in the same trace and chooses one in another. */
  want(spanId: SpanId | undefined, otherTrace: boolean): void {
    if (spanId === undefined && !otherTrace) return;
    this.#wanted = spanId;
    this.#current = spanId;
  }

  /** What a message to the page is to select. Given once to a page that is there, again and again until then. */
  take(): SpanId | undefined {
    const wanted = this.#wanted;
    if (this.#there) this.#wanted = undefined;
    return wanted;
  }

  pageHidden(): void {
    this.#there = false;
  }

  /** The page has sent something. */
  pageSpoke(): void {
    this.#there = true;
  }

  /** The page shows this span, by a wish or because it did before. */
  shown(spanId: SpanId): void {
    if (spanId === this.#wanted) this.#wanted = undefined;
  }

  /** The selection of the page has changed; what was wanted before is over. */
  changed(spanId: SpanId): void {
    this.#wanted = undefined;
    this.#current = spanId;
  }
}
