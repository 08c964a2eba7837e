import type { Intrinsic } from './query.ts';

/** One thing that can be written at a place of a search. */
export interface Completion {
  /** What stands between `from` and `to` becomes this. */
  insert: string;
  label: string;
  /** One line of explanation; '' where there is none. */
  detail: string;
  /** In UTF-16 units. */
  from: number;
  to: number;
}

/** What is known of what is stored; a `SearchVocabulary` is one. */
export interface Vocabulary {
  /**
   * Keys of attributes with values of theirs as plain text, most frequent first. Names of spans, of events and of
   * instrumentation scopes stand under `span:name`, `event:name` and `instrumentation:name`.
   */
  keys: readonly { key: string; values: readonly string[] }[];
}

/** The key under which values of something else than an attribute are known. */
export function vocabularyKey(intrinsic: Intrinsic): string | undefined {
  switch (intrinsic) {
    case 'service':
    case 'rootService':
      return 'service.name';
    case 'name':
    case 'rootName':
      return 'span:name';
    case 'eventName':
      return 'event:name';
    case 'scopeName':
      return 'instrumentation:name';
    default:
      return undefined;
  }
}

/** What is stored of attributes alone. */
export function attributesOf({ keys }: Vocabulary): Vocabulary['keys'] {
  return keys.filter(({ key }) => !/^(?:span|event|instrumentation):name$/.test(key));
}

/** Completions that are offered at most. */
export const MOST_OFFERED = 50;

/**
 * How well `candidate` goes on with what is written, in any case: 0 where it begins so, 1 where a part of it does
 * (`http.route` with `route`), 2 where it is somewhere in it; `undefined` where it is not.
 */
function rank(candidate: string, written: string): number | undefined {
  const at = candidate.toLowerCase().indexOf(written.toLowerCase());
  if (at < 0) return undefined;
  if (at === 0) return 0;
  return /[\p{L}\p{N}]/u.test(candidate[at - 1]!) ? 2 : 1;
}

/** Those that go on with what is written, best first and else in the order given; what is written in full is no completion. */
export function bestMatches<T>(candidates: Iterable<T>, written: string, textOf: (one: T) => string): T[] {
  const byRank: T[][] = [[], [], []];
  for (const candidate of candidates) {
    const text = textOf(candidate);
    if (text !== written) byRank[rank(text, written) ?? 3]?.push(candidate);
  }
  return byRank.flat().slice(0, MOST_OFFERED);
}

/** What a key of an attribute is explained by: some of its values. */
export function attributeDetail(values: readonly string[]): string {
  const some = values.slice(0, 3).map(value => (value.length > 30 ? `${value.slice(0, 29)}…` : value));
  return some.length === 0 ? 'Attribute' : `Attribute: ${some.join(', ')}${values.length > 3 ? ' …' : ''}`;
}
