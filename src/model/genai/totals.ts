import type { SpanId } from '../ids.ts';
import type { Span } from '../span.ts';
import { nearestAbove } from './ancestry.ts';
import type { ModelCalls } from './calls.ts';
import type { Cost, GenAi, TraceGenAi, Usage } from './genai.ts';
import { addUsage } from './usage.ts';

type Totals = Pick<TraceGenAi, 'usage' | 'cost' | 'calls' | 'doubled'>;

/**
 * The sums over a trace, each model call counted once. Numbers of agents and workflows are sums of their calls; they
 * count only where no call has any.
 */
export function totals(spans: readonly Span[], bySpan: ReadonlyMap<SpanId, GenAi>, found: ModelCalls): Totals {
  const calls = found.calls.map(({ spanId }) => bySpan.get(spanId)!);
  let usage: Usage | undefined;
  for (const call of calls) usage = addUsage(usage, call.usage);
  // A call that failed before it had an answer has no tokens, and costs nothing.
  let cost = sumCost(calls.filter(call => call.usage || call.cost || !call.error).map(call => call.cost));
  if (!usage) ({ usage, cost } = aggregated(spans, bySpan, cost));
  const { doubled } = found;
  return {
    ...(usage && { usage }),
    ...(cost && { cost }),
    calls: calls.length,
    ...(doubled.length > 0 && { doubled }),
  };
}

function sumCost(costs: readonly (Cost | undefined)[]): Cost | undefined {
  let sum: Cost | undefined;
  for (const cost of costs) {
    // A sum that leaves a call out would be too small.
    if (!cost || (sum && sum.currency !== cost.currency)) return undefined;
    sum = sum ? addCost(sum, cost) : cost;
  }
  return sum;
}

function addCost(a: Cost, b: Cost): Cost {
  const isSplit = a.input !== undefined && b.input !== undefined && a.output !== undefined && b.output !== undefined;
  return {
    total: a.total + b.total,
    ...(isSplit && { input: a.input! + b.input!, output: a.output! + b.output! }),
    currency: a.currency,
    source: a.source === 'priced' ? 'priced' : b.source,
  };
}

/** Sums that were reported without numbers of the calls behind them: of the outermost spans that have any. */
function aggregated(spans: readonly Span[], bySpan: ReadonlyMap<SpanId, GenAi>, known: Cost | undefined) {
  const having = new Set(spans.map(span => span.spanId).filter(id => bySpan.get(id)?.usage));
  const above = nearestAbove(spans, having);
  const outermost = [...having].filter(id => !above.has(id)).map(id => bySpan.get(id)!);
  let usage: Usage | undefined;
  for (const genai of outermost) usage = addUsage(usage, genai.usage);
  return { usage, cost: known ?? sumCost(outermost.map(genai => genai.cost)) };
}
