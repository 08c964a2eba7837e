import type { SearchStore } from '../store/search/searchStore.ts';
import type { SearchPosition } from './searchPosition.ts';
import { type FoundTrace, type Looked, type PreparedSearch, walkTraces } from './searchWalk.ts';

/** What a search finds after a position, in order; gives the turn back often, found or not. */
export function* runSearch(
  search: PreparedSearch,
  stores: readonly SearchStore[],
  after: SearchPosition | undefined,
  progress: Looked,
): Generator<FoundTrace | undefined> {
  yield* walkTraces(search, stores, after, progress);
}
