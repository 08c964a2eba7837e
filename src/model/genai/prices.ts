import type { Cost, GenAi } from './genai.ts';

/** What a million tokens cost. */
export interface Price {
  /** As in {@link GenAi.provider}; '' for a model that only one provider can mean. */
  provider: string;
  /** The model's name without a date. */
  model: string;
  input: number;
  output: number;
  /** Absent where it is not known: calls that read from a cache, or write to it, then have no cost. */
  cacheRead?: number;
  cacheWrite?: number;
  /** Calls with more input than this cost something else. */
  upToInput?: number;
}

export interface PriceTable {
  currency: string;
  /** The day on which the prices were looked up, `YYYY-MM-DD`. */
  date: string;
  prices: readonly Price[];
}

const openai = (model: string, input: number, output: number, cacheRead?: number): Price => ({
  provider: 'openai',
  model,
  input,
  output,
  ...(cacheRead !== undefined && { cacheRead }),
});

/** A tenth of the input to read from the cache, five quarters to write to it for five minutes. */
const claude = (model: string, input: number, output: number, upToInput?: number): Price => ({
  provider: 'anthropic',
  model,
  input,
  output,
  cacheRead: input / 10,
  cacheWrite: (input * 5) / 4,
  ...(upToInput !== undefined && { upToInput }),
});

/** List prices without batches, regions and tiers. Only those that were certain on its date. */
export const BUILT_IN_PRICES: PriceTable = {
  currency: 'USD',
  date: '2025-11-01',
  prices: [
    openai('gpt-5', 1.25, 10, 0.125),
    openai('gpt-5-mini', 0.25, 2, 0.025),
    openai('gpt-5-nano', 0.05, 0.4, 0.005),
    openai('gpt-4.1', 2, 8, 0.5),
    openai('gpt-4.1-mini', 0.4, 1.6, 0.1),
    openai('gpt-4.1-nano', 0.1, 0.4, 0.025),
    openai('gpt-4o', 2.5, 10, 1.25),
    openai('gpt-4o-2024-05-13', 5, 15),
    openai('gpt-4o-mini', 0.15, 0.6, 0.075),
    openai('gpt-4-turbo', 10, 30),
    openai('gpt-4', 30, 60),
    openai('gpt-3.5-turbo', 0.5, 1.5),
    openai('o1', 15, 60, 7.5),
    openai('o3', 2, 8, 0.5),
    openai('o3-mini', 1.1, 4.4, 0.55),
    openai('o4-mini', 1.1, 4.4, 0.275),
    openai('text-embedding-3-small', 0.02, 0),
    openai('text-embedding-3-large', 0.13, 0),
    openai('text-embedding-ada-002', 0.1, 0),
    claude('claude-opus-4-1', 15, 75),
    claude('claude-opus-4', 15, 75),
    claude('claude-sonnet-4-5', 3, 15, 200_000),
    claude('claude-sonnet-4', 3, 15, 200_000),
    claude('claude-haiku-4-5', 1, 5),
    claude('claude-3-7-sonnet', 3, 15),
    claude('claude-3-5-sonnet', 3, 15),
    claude('claude-3-5-haiku', 0.8, 4),
    claude('claude-3-opus', 15, 75),
  ],
};

/** A date behind a model's name: `-2024-08-06`, `-20240806`. */
const DATED = /-(?:\d{4}-\d{2}-\d{2}|\d{8})$/;

/**
 * What a call costs by a table; `undefined` where the table does not know its model or one of its prices, or the call does not tell its
 * tokens. Tokens from a cache are part of the input and have prices of their own.
 */
export function priced(call: GenAi, table: PriceTable): Cost | undefined {
  const { usage } = call;
  if (usage?.input === undefined) return undefined;
  const { cacheRead = 0, cacheWrite = 0 } = usage;
  // Audio has prices of its own, which no table of ours has.
  if ((usage.audioInput ?? 0) + (usage.audioOutput ?? 0) > 0) return undefined;
  const price = priceOf(call, table);
  if (!price || usage.input > (price.upToInput ?? Number.POSITIVE_INFINITY)) return undefined;
  if (usage.output === undefined && price.output > 0) return undefined;
  if ((cacheRead > 0 && price.cacheRead === undefined) || (cacheWrite > 0 && price.cacheWrite === undefined)) {
    return undefined;
  }
  const fresh = Math.max(0, usage.input - cacheRead - cacheWrite);
  const input = (fresh * price.input + cacheRead * (price.cacheRead ?? 0) + cacheWrite * (price.cacheWrite ?? 0)) / 1e6;
  const output = ((usage.output ?? 0) * price.output) / 1e6;
  return { total: input + output, input, output, currency: table.currency, source: 'priced' };
}

/** The price of the model that answered, else of the one that was asked. */
function priceOf(call: GenAi, { prices }: PriceTable): Price | undefined {
  for (const sent of [call.responseModel, call.requestModel]) {
    if (sent === undefined) continue;
    const slash = sent.lastIndexOf('/');
    // Routers write the provider before the model.
    const provider = slash > 0 ? sent.slice(0, slash).toLowerCase() : undefined;
    const model = sent.slice(slash + 1).toLowerCase();
    for (const name of [model, model.replace(DATED, '').replace(/-latest$/, '')]) {
      const found = prices.find(price => price.model === name && isOf(price, call.provider) && isOf(price, provider));
      if (found) return found;
    }
  }
  return undefined;
}

function isOf(price: Price, provider: string | undefined): boolean {
  return provider === undefined || price.provider === '' || price.provider === provider;
}
