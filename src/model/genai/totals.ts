import type { SpanId } from '../ids.ts';
import type { Span } from '../span.ts';
import { nearestAbove } from './ancestry.ts';
import type { Cost, DoubledCall, GenAi, TraceGenAi, Usage } from './genai.ts';
import { ANSWER_IDS, canBeSame, isModelCall, overlaps } from './sameCall.ts';
import { addUsage } from './usage.ts';

type Totals = Pick<TraceGenAi, 'usage' | 'cost' | 'calls' | 'doubled'>;

/**
 * The sums over a trace, each model call counted once. A call around another is the same call where there is one within
 * it, and the sum of them where there are several; of two reports of one call the inner is nearer to the wire. Numbers
 * of agents and workflows are sums of their calls and count only where no call within them has any.
 */
export function totals(spans: readonly Span[], bySpan: ReadonlyMap<SpanId, GenAi>): Totals {
  const byId = new Map(spans.map(span => [span.spanId, span]));
  const calls = spans.map(span => span.spanId).filter(id => bySpan.has(id) && isModelCall(bySpan.get(id)!));
  const above = nearestAbove(spans, new Set(calls));
  const within = new Map<SpanId, SpanId[]>();
  const doubled: DoubledCall[] = [];
  for (const id of new Set(calls)) {
    const outer = above.get(id);
    if (outer === undefined || outer === id) continue;
    if (!canBeSame(bySpan.get(outer)!, bySpan.get(id)!) || !overlaps(byId.get(outer)!, byId.get(id)!)) continue;
    within.set(outer, [...(within.get(outer) ?? []), id]);
  }
  const counted = new Map<SpanId, { usage?: Usage; cost?: Cost }>();
  for (const id of new Set(calls)) {
    if (!within.has(id)) counted.set(id, pick(bySpan.get(id)!));
  }
  // From the inside out, so that what an outer report alone knows reaches the call that counts.
  for (const id of [...within.keys()]) {
    const inner = within.get(id)!;
    for (const each of inner) doubled.push({ spanId: innermost(each, within), sameAs: id });
    if (inner.length > 1) continue;
    const target = counted.get(innermost(id, within));
    const own = pick(bySpan.get(id)!);
    if (!target) continue;
    if (!hasTokens(target.usage) && own.usage) target.usage = own.usage;
    if (!target.cost && own.cost) target.cost = own.cost;
  }
  mergeById(counted, bySpan, byId, doubled);
  let usage: Usage | undefined;
  for (const call of counted.values()) usage = addUsage(usage, call.usage);
  const cost = sumCost([...counted.values()].map(call => call.cost));
  const aggregates = usage ? undefined : aggregated(spans, bySpan);
  return {
    calls: counted.size,
    ...((usage ?? aggregates?.usage) && { usage: usage ?? aggregates!.usage! }),
    ...((cost ?? aggregates?.cost) && { cost: cost ?? aggregates!.cost! }),
    ...(doubled.length > 0 && { doubled }),
  };
}

function pick({ usage, cost }: GenAi): { usage?: Usage; cost?: Cost } {
  return { ...(usage && { usage }), ...(cost && { cost }) };
}

function hasTokens(usage: Usage | undefined): boolean {
  return (usage?.input ?? 0) + (usage?.output ?? 0) + (usage?.total ?? 0) > 0;
}

/** Follows single calls inwards; the counts of `within` make no circle, because each has one above it. */
function innermost(id: SpanId, within: ReadonlyMap<SpanId, readonly SpanId[]>): SpanId {
  let at = id;
  const seen = new Set<SpanId>();
  while (!seen.has(at)) {
    seen.add(at);
    const inner = within.get(at);
    if (inner?.length !== 1) break;
    at = inner[0]!;
  }
  return at;
}

/** Two reports side by side: the answer has an id, and they were at the same time. */
function mergeById(
  counted: Map<SpanId, { usage?: Usage; cost?: Cost }>,
  bySpan: ReadonlyMap<SpanId, GenAi>,
  byId: ReadonlyMap<SpanId, Span>,
  doubled: DoubledCall[],
): void {
  const first = new Map<string, SpanId>();
  for (const id of [...counted.keys()]) {
    const answer = ANSWER_IDS.get(bySpan.get(id)!);
    if (answer === undefined) continue;
    const other = first.get(answer);
    if (other === undefined) {
      first.set(answer, id);
      continue;
    }
    if (!overlaps(byId.get(other)!, byId.get(id)!)) continue;
    const [kept, gone] = [counted.get(other)!, counted.get(id)!];
    if (!hasTokens(kept.usage) && gone.usage) kept.usage = gone.usage;
    if (!kept.cost && gone.cost) kept.cost = gone.cost;
    counted.delete(id);
    doubled.push({ spanId: other, sameAs: id });
  }
}

function sumCost(costs: readonly (Cost | undefined)[]): Cost | undefined {
  let sum: Cost | undefined;
  for (const cost of costs) {
    // A sum that leaves a call out would be too small.
    if (!cost) return undefined;
    if (sum && sum.currency !== cost.currency) return undefined;
    const input = add(sum?.input, cost.input, sum === undefined);
    const output = add(sum?.output, cost.output, sum === undefined);
    sum = {
      total: (sum?.total ?? 0) + cost.total,
      ...(input !== undefined && { input }),
      ...(output !== undefined && { output }),
      currency: cost.currency,
      source: sum?.source === 'priced' ? 'priced' : cost.source,
    };
  }
  return sum;
}

function add(sum: number | undefined, more: number | undefined, isFirst: boolean): number | undefined {
  if (isFirst) return more;
  return sum === undefined || more === undefined ? undefined : sum + more;
}

/** Sums that were reported without the calls behind them: of the outermost spans that have any. */
function aggregated(spans: readonly Span[], bySpan: ReadonlyMap<SpanId, GenAi>): { usage?: Usage; cost?: Cost } {
  const having = new Set(spans.map(span => span.spanId).filter(id => bySpan.get(id)?.usage));
  const above = nearestAbove(spans, having);
  let usage: Usage | undefined;
  const costs: (Cost | undefined)[] = [];
  for (const id of having) {
    if (above.has(id)) continue;
    usage = addUsage(usage, bySpan.get(id)?.usage);
    costs.push(bySpan.get(id)?.cost);
  }
  const cost = costs.length > 0 ? sumCost(costs) : undefined;
  return { ...(usage && { usage }), ...(cost && { cost }) };
}
