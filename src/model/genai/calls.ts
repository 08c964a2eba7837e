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
 * sum of them where there are several. Two side by side are the same where their answers have one id and their times
 * overlap: answers of a cache and of test servers repeat ids too.
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
  const groups = mergeById(chains(ids, within), bySpan, byId);
  const calls = groups.map(reports => ({ spanId: fullest(reports, bySpan), reports }));
  const doubled = calls.flatMap(({ spanId, reports }) =>
    reports.filter(id => id !== spanId).map(id => ({ spanId: id, sameAs: spanId })),
  );
  return { calls, doubled: [...doubled, ...sums] };
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
    if (other && overlaps(byId.get(other[0]!)!, byId.get(reports[0]!)!)) {
      other.push(...reports);
      continue;
    }
    if (answer !== undefined) first.set(answer, reports);
    merged.push(reports);
  }
  return merged;
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
