import type { TraceId } from '../../model/ids.ts';
import { compile, type SpanTest } from '../../model/search/evaluate.ts';
import type { SearchableSpan, SearchableTrace } from '../../model/search/searchable.ts';
import { Cursor } from '../../otlp/cursor.ts';
import { scanLogs } from '../../otlp/scanLogs.ts';
import { scanTraces } from '../../otlp/scanTraces.ts';
import type { Frame } from '../segmentFile.ts';
import type { Driver } from './driver.ts';
import { Haystack } from './haystack.ts';
import { MessageFinder, neededKey } from './keyFinder.ts';
import type { SearchStore } from './searchStore.ts';
import type { Group } from './sidecar.ts';
import { neededTexts, type TextFinder, textFinder } from './textFinder.ts';
import { keyBytes } from './wireAttributes.ts';
import { WireLog } from './wireLog.ts';
import type { WireShared } from './wireShared.ts';
import { WireSpan } from './wireSpan.ts';

/** An item that satisfies the condition of a driver. */
export interface Hit {
  traceId: TraceId;
  /** Whether it is a span that does so by itself. */
  isSpan: boolean;
}

/** For what looks at spans alone and asks nothing of their trace. */
export const NO_TRACE: SearchableTrace = {
  traceId: '' as TraceId,
  rootName: '',
  rootService: '',
  start: 0n,
  duration: 0n,
  spanCount: 0,
  spans: [],
};

/** Tries a driver on spans and log records where they lie. */
export class ItemScanner {
  readonly #store: SearchStore;
  readonly #test: SpanTest;
  readonly #texts: SpanTest | undefined;
  /** Of texts that have to stand somewhere in a span, or in what it lies in. */
  readonly #needed: TextFinder[];
  /** Of those that may complete a span from a log record; `undefined` where one cannot be looked for so. */
  readonly #completing: TextFinder[] | undefined;
  /** An attribute that every span has to have, or what it lies in. */
  readonly #key: string | undefined;
  readonly #span = new WireSpan();

  constructor(store: SearchStore, { condition, texts }: Driver) {
    this.#store = store;
    this.#test = compile(condition);
    this.#needed = neededTexts(condition).flatMap(text => textFinder(text) ?? []);
    const completing = texts.map(text => textFinder({ text, fold: true })).filter(finder => finder !== undefined);
    this.#completing = completing.length === texts.length ? completing : undefined;
    this.#key = neededKey(condition);
    const parts = texts.map(text => ({ type: 'contains', text }) as const);
    this.#texts = parts.length > 0 ? compile({ type: 'or', parts }) : undefined;
  }

  /** Those of a group that hit. @throws {MalformedError} */
  group(content: Uint8Array, group: Group, hits: Hit[]): void {
    const { isLogs, resourceOffset, resourceLength, scopeOffset, scopeLength, from, to } = group;
    const resource = this.#store.shared(content, resourceOffset, resourceLength, 'resource');
    const scope = this.#store.shared(content, scopeOffset, scopeLength, 'scope');
    const bytes = new Haystack(content, from, to);
    const shared = [...resource.texts, ...scope.texts];
    if (isLogs && !this.#mayHoldInLogs(bytes, shared)) return;
    const finder = isLogs ? undefined : this.#finderIn(bytes, resource, scope, shared);
    const cursor = new Cursor(content, from);
    while (cursor.position < to && !finder?.isOver) {
      const tag = cursor.tag(to);
      if (tag !== 18) {
        cursor.skip(tag, to);
        continue;
      }
      const end = cursor.enter(to);
      const at = cursor.position;
      cursor.position = end;
      if (isLogs) this.#tryLog(new WireLog(content, at, end - at, resource), hits);
      else if (finder?.isWithin(at - from, end - from) ?? true) {
        this.#trySpan(this.#span.set(content, at, end - at, resource, scope), hits);
      }
    }
  }

  /** Finds spans that may hit; `undefined` where any may: it is quicker to look through all of the bytes at once. */
  #finderIn(
    bytes: Haystack,
    resource: WireShared,
    scope: WireShared,
    shared: readonly string[],
  ): MessageFinder | undefined {
    let finder: MessageFinder | undefined;
    for (const text of this.#needed) {
      if (shared.some(text.inText)) continue;
      const found = new MessageFinder(from => text.find(bytes, from));
      if (found.isOver) return found;
      finder ??= found;
    }
    if (finder || this.#key === undefined || resource.value(this.#key) || scope.value(this.#key)) return finder;
    const key = keyBytes(this.#key);
    return new MessageFinder(from => bytes.buffer.indexOf(key, from));
  }

  /** Whether a record may satisfy the condition by itself, or complete a span. */
  #mayHoldInLogs(bytes: Haystack, shared: readonly string[]): boolean {
    const mayHave = (text: TextFinder) => text.find(bytes, 0) >= 0 || shared.some(text.inText);
    return !this.#completing || this.#completing.some(mayHave) || this.#needed.every(mayHave);
  }

  /** Those of a whole request that hit. @throws {MalformedError} */
  request(content: Uint8Array, { signal, offset, length }: Frame, hits: Hit[]): void {
    const body = content.subarray(offset, offset + length);
    const scan = signal === 'logs' ? scanLogs(body) : scanTraces(body);
    for (let i = 0; i < scan.count; i++) {
      const { offset: scopeOffset, length: scopeLength, resource: index } = scan.scopes[scan.scope[i]!]!;
      const { offset: resourceOffset, length: resourceLength } = scan.resources[index]!;
      const resource = this.#store.shared(content, offset + resourceOffset, resourceLength, 'resource');
      const [at, size] = [offset + scan.offsets[i]!, scan.lengths[i]!];
      if (signal === 'logs') this.#tryLog(new WireLog(content, at, size, resource), hits);
      else {
        const scope = this.#store.shared(content, offset + scopeOffset, scopeLength, 'scope');
        this.#trySpan(this.#span.set(content, at, size, resource, scope), hits);
      }
    }
  }

  #trySpan(span: WireSpan, hits: Hit[]): void {
    if (this.#holds(this.#test, span)) hits.push({ traceId: span.traceId as TraceId, isSpan: true });
  }

  /** A record may satisfy the condition as a span of its own, or complete a span with a text. */
  #tryLog(log: WireLog, hits: Hit[]): void {
    if (!this.#holds(this.#test, log) && !(this.#texts && this.#holds(this.#texts, log))) return;
    const { traceId } = log;
    if (traceId !== '') hits.push({ traceId: traceId as TraceId, isSpan: false });
  }

  #holds(test: SpanTest, span: SearchableSpan): boolean {
    return test(span, NO_TRACE);
  }
}
