import { elapsedNanos } from './nanos.ts';
import type { TraceSummary } from './summary.ts';

/** A mistake in a filter. The message is for the person who wrote it. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** Character of the filter at which the mistake is, counted from 0. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/** Whether a trace is wanted; `names` are names of its spans, where the caller has them. */
export type TraceFilter = (summary: TraceSummary, names?: readonly string[]) => boolean;

/**
 * Reads a filter of traces. All its words have to hold:
 *
 * - `word` or `"two words"`: in the name of the trace, of one of its spans or services, in any case; or the first six or
 *   more digits of its id
 * - `name:x`, `service:x`: only there
 * - `error`: it has a span with status error
 * - `duration:>200ms`: `>`, `>=`, `<` or `<=` and ns, us, ms, s or m
 * - `-` in front of a word: it does not hold
 *
 * An empty filter wants everything.
 *
 * @throws FilterError
 */
export function parseFilter(text: string): TraceFilter {
  const filters = words(text).map(word => {
    const filter = filterOf(word);
    return word.negated ? negation(filter) : filter;
  });
  return (summary, names) => filters.every(filter => filter(summary, names));
}

function negation(filter: TraceFilter): TraceFilter {
  return (summary, names) => !filter(summary, names);
}

interface Word {
  negated: boolean;
  /** What stands before the first colon outside of quotes; absent where there is none. */
  key?: string;
  value: string;
  /** Whether any of the value was in quotes: then it is text and nothing else. */
  quoted: boolean;
  position: number;
  valuePosition: number;
}

const KEYS = 'name, service or duration';

function words(text: string): Word[] {
  const found: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const word: Word = { negated: false, value: '', quoted: false, position: at, valuePosition: at };
    if (text[at] === '-') {
      word.negated = true;
      word.valuePosition = ++at;
    }
    let colons = 0;
    for (; at < text.length && !/\s/.test(text[at]!); at++) {
      const char = text[at]!;
      if (char === '"') {
        const close = text.indexOf('"', at + 1);
        if (close < 0) throw new FilterError('The quote that opens here is not closed; add a " at its end.', at);
        word.value += text.slice(at + 1, close);
        word.quoted = true;
        at = close;
      } else if (char === ':' && ++colons === 1 && !word.quoted && /^[a-z]+$/i.test(word.value)) {
        word.key = word.value.toLowerCase();
        word.value = '';
        word.valuePosition = at + 1;
      } else word.value += char;
    }
    found.push(word);
  }
  return found;
}

function filterOf(word: Word): TraceFilter {
  const { key, value, quoted, position, valuePosition } = word;
  if (value === '') {
    if (key !== undefined) throw new FilterError(`After ${key}: a value is missing.`, valuePosition);
    throw new FilterError('A word is missing here.', valuePosition);
  }
  switch (key) {
    case undefined:
      return value === 'error' && !quoted ? summary => summary.errorCount > 0 : anywhere(value);
    case 'name':
      return (summary, names = []) => contains([summary.name, ...names], value);
    case 'service':
      return summary => contains([summary.service, ...summary.services], value);
    case 'duration':
      return duration(value, valuePosition);
    default: {
      const cure = `${KEYS} can stand before a colon; to look for the text itself put it in quotes.`;
      throw new FilterError(`${JSON.stringify(key)} cannot be filtered by: ${cure}`, position);
    }
  }
}

function contains(texts: readonly string[], part: string): boolean {
  const lower = part.toLowerCase();
  return texts.some(text => text.toLowerCase().includes(lower));
}

function anywhere(value: string): TraceFilter {
  const id = /^[0-9a-f]{6,32}$/i.test(value) ? value.toLowerCase() : undefined;
  return (summary, names = []) =>
    contains([summary.name, summary.service, ...summary.services, ...names], value) ||
    (id !== undefined && summary.traceId.startsWith(id));
}

const NANOS = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
]);

function duration(value: string, position: number): TraceFilter {
  const [, sign, digits, unit] = /^(>=|<=|>|<)(\d+(?:\.\d+)?)([a-zµ]+)$/i.exec(value) ?? [];
  const scale = NANOS.get(unit?.toLowerCase() ?? '');
  if (sign === undefined || digits === undefined || scale === undefined) {
    throw new FilterError('A duration is compared like this: duration:>200ms, with ns, us, ms, s or m.', position);
  }
  const limit = Number(digits) * scale;
  return summary => {
    // Doubles are exact to 104 days, and what is compared with is a rounded number anyway.
    const nanos = Number(elapsedNanos(summary.startTimeUnixNano, summary.endTimeUnixNano));
    if (sign === '>') return nanos > limit;
    if (sign === '>=') return nanos >= limit;
    return sign === '<' ? nanos < limit : nanos <= limit;
  };
}
