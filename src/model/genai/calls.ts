import type { SpanId } from '../ids.ts';
import type { Span } from '../span.ts';
import { nearestAbove } from './ancestry.ts';
import type { DoubledCall, GenAi, Message } from './genai.ts';
import { ANSWER_IDS, canBeSame, isModelCall, overlaps } from './sameCall.ts';

/** A model call of a trace, with every span that reports it. */
export interface ModelCall {
  /** The span that says most of it. */
  spanId: SpanId;
  /** All of them, the one nearest to the wire first. */
  reports: SpanId[];
}

export interface ModelCalls {
  calls: ModelCall[];
  doubled: DoubledCall[];
}

/**
 * The model calls of a trace, each once. A call around another is the same call where there is one within it, and the
 * sum of them where there are several. Two side by side are the same where their answers have one id and they are of two
 * instrumentations or of one time: answers of a cache and of test servers repeat ids too.
 */
export function modelCalls(spans: readonly Span[], bySpan: ReadonlyMap<SpanId, GenAi>): ModelCalls {
  const byId = new Map(spans.map(span => [span.spanId, span]));
  const ids = [...byId.keys()].filter(id => bySpan.has(id) && isModelCall(bySpan.get(id)!));
  const above = nearestAbove(spans, new Set(ids));
  const within = new Map<SpanId, SpanId[]>();
  for (const id of ids) {
    const outer = above.get(id);
    if (outer === undefined || outer === id) continue;
    if (!canBeSame(bySpan.get(outer)!, bySpan.get(id)!) || !overlaps(byId.get(outer)!, byId.get(id)!)) continue;
    const list = within.get(outer);
    if (list) list.push(id);
    else within.set(outer, [id]);
  }
  const sums: DoubledCall[] = [];
  for (const [outer, inner] of within) {
    if (inner.length > 1) for (const id of inner) sums.push({ spanId: outer, sameAs: id });
  }
  const inTime = chains(ids, within).sort((a, b) => byStart(byId.get(a[0]!)!, byId.get(b[0]!)!));
  const groups = mergeById(inTime, bySpan, byId);
  const calls = groups.map(reports => ({ spanId: fullest(reports, bySpan), reports }));
  const doubled = calls.flatMap(({ spanId, reports }) =>
    reports.filter(id => id !== spanId).map(id => ({ spanId: id, sameAs: spanId })),
  );
  return { calls, doubled: [...doubled, ...sums] };
}

function byStart(a: Span, b: Span): number {
  return a.startTimeUnixNano < b.startTimeUnixNano ? -1 : a.startTimeUnixNano > b.startTimeUnixNano ? 1 : 0;
}

/** Each innermost call with those that have it alone within them, from the inside out. */
function chains(ids: readonly SpanId[], within: ReadonlyMap<SpanId, readonly SpanId[]>): SpanId[][] {
  const around = new Map<SpanId, SpanId>();
  for (const [outer, inner] of within) if (inner.length === 1) around.set(inner[0]!, outer);
  return ids
    .filter(id => !within.has(id))
    .map(id => {
      const reports = new Set([id]);
      for (let at = around.get(id); at !== undefined && !reports.has(at); at = around.get(at)) reports.add(at);
      return [...reports];
    });
}

function mergeById(
  groups: readonly SpanId[][],
  bySpan: ReadonlyMap<SpanId, GenAi>,
  byId: ReadonlyMap<SpanId, Span>,
): SpanId[][] {
  const first = new Map<string, SpanId[]>();
  const merged: SpanId[][] = [];
  for (const reports of groups) {
    const answer = reports.map(id => ANSWER_IDS.get(bySpan.get(id)!)).find(found => found !== undefined);
    const other = answer === undefined ? undefined : first.get(answer);
    if (other && areOne(byId.get(other[0]!)!, byId.get(reports[0]!)!)) {
      join(other, reports, byId);
      continue;
    }
    const last = merged.at(-1);
    if (answer === undefined && last && failedTogether(last[0]!, reports[0]!, bySpan, byId)) {
      join(last, reports, byId);
      continue;
    }
    if (answer !== undefined) first.set(answer, reports);
    merged.push(reports);
  }
  return merged;
}

/** Of two side by side the one that ends first, having begun later, is nearer to the wire. */
function join(reports: SpanId[], later: readonly SpanId[], byId: ReadonlyMap<SpanId, Span>): void {
  const isInner = byId.get(later[0]!)!.endTimeUnixNano <= byId.get(reports[0]!)!.endTimeUnixNano;
  if (isInner) reports.unshift(...later);
  else reports.push(...later);
}

/** A call that failed has no answer to be known by: two instrumentations report it side by side, one within the other. */
function failedTogether(
  a: SpanId,
  b: SpanId,
  bySpan: ReadonlyMap<SpanId, GenAi>,
  byId: ReadonlyMap<SpanId, Span>,
): boolean {
  const [one, other] = [byId.get(a)!, byId.get(b)!];
  const [outer, inner] = one.startTimeUnixNano <= other.startTimeUnixNano ? [one, other] : [other, one];
  return (
    bySpan.get(a)!.error !== undefined &&
    bySpan.get(b)!.error !== undefined &&
    !ANSWER_IDS.has(bySpan.get(a)!) &&
    one.parentSpanId === other.parentSpanId &&
    one.scope.name !== other.scope.name &&
    inner.endTimeUnixNano <= outer.endTimeUnixNano &&
    canBeSame(bySpan.get(a)!, bySpan.get(b)!)
  );
}

/** Of a streamed answer one instrumentation may see the end of the request only, and another only the stream. */
function areOne(a: Span, b: Span): boolean {
  return overlaps(a, b) || a.scope.name !== b.scope.name;
}

/** The report with the most of the messages; of equal ones the one nearest to the wire. */
function fullest(reports: readonly SpanId[], bySpan: ReadonlyMap<SpanId, GenAi>): SpanId {
  const parts = (messages: readonly Message[] = []) => messages.reduce((sum, each) => sum + each.parts.length, 0);
  let best = reports[0]!;
  let most = -1;
  for (const id of reports) {
    const { input, output } = bySpan.get(id)!;
    const count = parts(input) + parts(output);
    if (count > most) [best, most] = [id, count];
  }
  return best;
}

/** What one report of a call may know and another not. What whose it is and how it is called stays with each. */
const SHARED = ['provider', 'requestModel', 'responseModel', 'input', 'toolDefinitions', 'cost', 'error'] as const;

/** Gives the span that says most of a call what only the other reports of it say; its numbers are those of the wire. */
export function complete({ spanId, reports }: ModelCall, bySpan: ReadonlyMap<SpanId, GenAi>): void {
  const call = bySpan.get(spanId)!;
  const others = reports.filter(id => id !== spanId).map(id => bySpan.get(id)!);
  const fill = call as unknown as Record<string, unknown>;
  for (const other of others) {
    for (const field of [...SHARED, 'streaming', 'timeToFirstTokenNano'] as const) {
      if (call[field] === undefined && other[field] !== undefined) fill[field] = other[field];
    }
    if (other.parameters) call.parameters = Object.assign(Object.create(null), other.parameters, call.parameters);
    if (!call.output?.some(message => message.parts.length > 0) && other.output) call.output = other.output;
    const reason = other.output?.length === 1 ? other.output[0]?.finishReason : undefined;
    const only = call.output?.length === 1 ? call.output[0] : undefined;
    if (only && only.finishReason === undefined && reason !== undefined)
      call.output = [{ ...only, finishReason: reason }];
  }
  // From the wire outwards, so that what was added on the way does not count.
  const usages = reports.map(id => bySpan.get(id)!.usage).filter(usage => usage !== undefined);
  const wire = usages.find(usage => (usage.input ?? 0) + (usage.output ?? 0) > 0);
  if (wire) call.usage = Object.assign({}, ...usages.toReversed(), wire);
}
