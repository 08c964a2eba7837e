import type { Condition, Field, Intrinsic } from '../../model/search/query.ts';
import { hashOfPresence, hashOfText, PLACES, seedOfKey, textsOfLiteral } from './hashes.ts';
import { Holds, type Sidecar } from './sidecar.ts';

/** Whether something in a block may satisfy a condition. */
export type BlockFilter = (sidecar: Sidecar, block: number) => boolean;

const MAY: BlockFilter = () => true;

/** The filter for a condition that some span, or some log record that is taken for one, has to satisfy. */
export function blockFilter(condition: Condition): BlockFilter {
  switch (condition.type) {
    case 'and':
      return every(condition.parts.map(blockFilter));
    case 'or':
      return some(condition.parts.map(blockFilter));
    case 'exists':
      return present(condition.field);
    case 'compare':
      return compared(condition);
    default:
      return MAY;
  }
}

function every(parts: readonly BlockFilter[]): BlockFilter {
  const filters = parts.filter(part => part !== MAY);
  if (filters.length <= 1) return filters[0] ?? MAY;
  return (sidecar, block) => filters.every(filter => filter(sidecar, block));
}

function some(filters: readonly BlockFilter[]): BlockFilter {
  if (filters.includes(MAY)) return MAY;
  return (sidecar, block) => filters.some(filter => filter(sidecar, block));
}

function seedsOf(field: Field): number[] | undefined {
  if (field.type === 'intrinsic') {
    const seed = (PLACES as Partial<Record<Intrinsic, number>>)[field.name];
    return seed === undefined ? undefined : [seed];
  }
  return field.keys.map(key => {
    const bytes = Buffer.from(key);
    return seedOfKey(bytes, 0, bytes.length);
  });
}

function present(field: Field): BlockFilter {
  // Of what is no attribute only values are in the filters.
  if (field.type === 'intrinsic') return MAY;
  return anyHash((seedsOf(field) ?? []).map(hashOfPresence));
}

function compared({ field, operator, value }: Extract<Condition, { type: 'compare' }>): BlockFilter {
  if (field.type === 'intrinsic' && field.name === 'duration') return lasting(operator, value);
  const seeds = seedsOf(field);
  const texts = operator === '=' ? textsOfLiteral(value) : undefined;
  if (!seeds) return MAY;
  if (!texts) return present(field);
  return anyHash(seeds.flatMap(seed => texts.map(text => hashOfText(seed, text))));
}

function anyHash(hashes: readonly number[]): BlockFilter {
  return (sidecar, block) => hashes.some(hash => sidecar.mayHave(block, hash));
}

/** Durations are kept as doubles, which are this much off at most. */
const ROUNDED = 1e-15;

function lasting(operator: string, literal: { type: string; value: unknown }): BlockFilter {
  if (literal.type !== 'number') return MAY;
  const limit = literal.value as number;
  const slack = Math.abs(limit) * ROUNDED;
  // A log record has no duration.
  const ofSpans =
    (test: BlockFilter): BlockFilter =>
    (sidecar, block) =>
      (sidecar.holdsOf(block) & Holds.spans) !== 0 && test(sidecar, block);
  switch (operator) {
    case '>':
    case '>=':
      return ofSpans((sidecar, block) => sidecar.longestOf(block) >= limit - slack);
    case '<':
    case '<=':
      return ofSpans((sidecar, block) => sidecar.shortestOf(block) <= limit + slack);
    case '=':
      return ofSpans(
        (sidecar, block) => sidecar.longestOf(block) >= limit - slack && sidecar.shortestOf(block) <= limit + slack,
      );
    default:
      return MAY;
  }
}
