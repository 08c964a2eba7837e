import { signal } from '@preact/signals';
import type { SpanDetails, ViewLocation } from '../../src/protocol/details.ts';
import type { FromInspector, ToInspector } from '../../src/protocol/inspector.ts';

/** What the details pane shows. While a span is loading the pane has its row, and nothing of the span before it. */
export type ShownDetails =
  | { status: 'none' }
  | { status: 'loading'; spanId: string }
  | { status: 'ready'; spanId: string; details: SpanDetails; location?: ViewLocation }
  | { status: 'absent'; spanId: string }
  | { status: 'failed'; spanId: string; message: string };

/** Locations of rows that were looked at; the oldest makes room. */
const MOST_LOCATIONS = 500;

/** Asks the editor for spans and keeps what the page shows of the answers. */
export class DetailsRequests {
  readonly shown = signal<ShownDetails>({ status: 'none' });
  /** Where spans lead, by span id, as far as it is known. */
  readonly locations = signal<ReadonlyMap<string, ViewLocation>>(new Map());
  readonly #post: (message: FromInspector) => void;
  readonly #pending = new Map<number, string>();
  #request = 0;
  /** The request whose answer is to be shown. */
  #wanted = 0;

  constructor(post: (message: FromInspector) => void) {
    this.#post = post;
  }

  /** Another span is to be shown, though it is not asked for yet: nothing of the one before may stand under its name. */
  expect(spanId: string): void {
    const shown = this.shown.peek();
    if (shown.status !== 'none' && shown.spanId === spanId) return;
    this.#wanted = 0;
    this.shown.value = { status: 'loading', spanId };
  }

  /** Shows a span. One that is shown already is asked for again, because its trace may have grown, and stays until then. */
  show(spanId: string): void {
    const shown = this.shown.peek();
    if (shown.status !== 'ready' || shown.spanId !== spanId) this.shown.value = { status: 'loading', spanId };
    this.#wanted = this.#ask(spanId);
  }

  showNone(): void {
    this.#wanted = 0;
    this.shown.value = { status: 'none' };
  }

  /** Asks only where a span leads, for a row under the pointer. */
  locate(spanId: string): void {
    if (this.locations.peek().has(spanId)) return;
    for (const asked of this.#pending.values()) if (asked === spanId) return;
    this.#ask(spanId);
  }

  /** Another trace: nothing that was asked or found is of use any more. */
  forget(): void {
    this.#pending.clear();
    this.locations.value = new Map();
    this.showNone();
  }

  answered(message: Extract<ToInspector, { type: 'details' | 'failed' }>): void {
    const spanId = this.#pending.get(message.request);
    if (spanId === undefined) return;
    this.#pending.delete(message.request);
    if (message.type === 'details' && message.location) this.#keepLocation(spanId, message.location);
    if (message.request !== this.#wanted) return;
    if (message.type === 'failed') this.shown.value = { status: 'failed', spanId, message: message.message };
    else if (!message.details) this.shown.value = { status: 'absent', spanId };
    else {
      const { details, location } = message;
      this.shown.value = { status: 'ready', spanId, details, ...(location && { location }) };
    }
  }

  #ask(spanId: string): number {
    const request = ++this.#request;
    this.#pending.set(request, spanId);
    this.#post({ type: 'details', request, spanId });
    return request;
  }

  #keepLocation(spanId: string, location: ViewLocation): void {
    const locations = new Map(this.locations.peek());
    locations.delete(spanId);
    locations.set(spanId, location);
    for (const oldest of locations.keys()) {
      if (locations.size <= MOST_LOCATIONS) break;
      locations.delete(oldest);
    }
    this.locations.value = locations;
  }
}
