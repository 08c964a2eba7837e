import type { TraceId } from '../../model/ids.ts';
import { compile, type SpanTest } from '../../model/search/evaluate.ts';
import type { SearchableSpan, SearchableTrace } from '../../model/search/searchable.ts';
import { Cursor } from '../../otlp/cursor.ts';
import { scanLogs } from '../../otlp/scanLogs.ts';
import { scanTraces } from '../../otlp/scanTraces.ts';
import type { Frame } from '../segmentFile.ts';
import type { Driver } from './driver.ts';
import { KeyFinder, neededKey } from './keyFinder.ts';
import type { SearchStore } from './searchStore.ts';
import type { Group } from './sidecar.ts';
import { neededTexts, type TextFinder, textFinder } from './textFinder.ts';
import { keyBytes } from './wireAttributes.ts';
import { WireLog } from './wireLog.ts';
import { WireSpan } from './wireSpan.ts';

/** An item that satisfies the condition of a driver. */
export interface Hit {
  traceId: TraceId;
  /** Whether it is a span that does so by itself. */
  isSpan: boolean;
}

/** Asked of nothing: a driver looks at spans alone. */
const NO_TRACE: SearchableTrace = {
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
  /** Of texts that have to stand somewhere in a span, and of those one of which has to in a log record. */
  readonly #ofSpans: TextFinder[];
  readonly #ofLogs: TextFinder[];
  /** An attribute that every span has to have, or what it lies in. */
  readonly #key: string | undefined;
  readonly #span = new WireSpan();

  constructor(store: SearchStore, { condition, texts }: Driver) {
    this.#store = store;
    this.#test = compile(condition);
    this.#ofSpans = neededTexts(condition).flatMap(text => textFinder(text) ?? []);
    this.#ofLogs = texts.flatMap(text => textFinder(text) ?? []);
    this.#key = neededKey(condition);
    const parts = texts.map(text => ({ type: 'contains', text }) as const);
    this.#texts = parts.length > 0 ? compile({ type: 'or', parts }) : undefined;
  }

  /** Those of a group that hit. @throws {MalformedError} */
  group(content: Uint8Array, group: Group, hits: Hit[]): void {
    const { isLogs, resourceOffset, resourceLength, scopeOffset, scopeLength, from, to } = group;
    const resource = this.#store.shared(content, resourceOffset, resourceLength, 'resource');
    const scope = this.#store.shared(content, scopeOffset, scopeLength, 'scope');
    if (!this.#mayHit(content, group, [...resource.texts, ...scope.texts])) return;
    const isShared = this.#key === undefined || resource.value(this.#key) || scope.value(this.#key);
    const finder = isShared || isLogs ? undefined : new KeyFinder(content, from, to, keyBytes(this.#key!));
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
      else if (finder?.isWithin(at, end) ?? true) {
        this.#trySpan(this.#span.set(content, at, end - at, resource, scope), hits);
      }
    }
  }

  /** Whether the texts that are looked for may stand there: it is quicker to look through all of the bytes at once. */
  #mayHit(content: Uint8Array, { isLogs, from, to }: Group, shared: readonly string[]): boolean {
    const finders = isLogs ? this.#ofLogs : this.#ofSpans;
    if (finders.length === 0) return true;
    const bytes = Buffer.from(content.buffer, content.byteOffset + from, to - from).toString('latin1');
    const mayHave = (finder: TextFinder) => finder.inBytes(bytes) || shared.some(finder.inText);
    return isLogs ? finders.some(mayHave) || this.#ofSpans.length === 0 : finders.every(mayHave);
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
