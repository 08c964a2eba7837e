import { bytesOfHex, type TraceId } from '../model/ids.ts';
import type { Condition } from '../model/search/query.ts';
import { driversOf } from '../store/search/driver.ts';
import type { SearchStore } from '../store/search/searchStore.ts';
import { type BlockPlan, planBlocks, searchBlocks } from './searchBlocks.ts';
import { comparePositions, rowsOfTrace, type SearchPosition } from './searchPosition.ts';
import { type FoundTrace, type Looked, matchOf, type PreparedSearch, walkTraces } from './searchWalk.ts';

/** Where fewer blocks than this may hold something, looking into them is quicker than trying the newest traces. */
const FEW_BLOCKS = 0.3;
/** So many of the newest traces are tried at least before it is judged whether that leads anywhere. */
const TRIED_TRACES = 1000;
/** As long as one in so many matches, it does. */
const WORTH_TRYING = 60;
const ID_DIGITS = 32;

/** What a search finds after a position, in order; gives the turn back often, found or not. */
export function* runSearch(
  search: PreparedSearch,
  stores: readonly SearchStore[],
  after: SearchPosition | undefined,
  progress: Looked,
): Generator<FoundTrace | undefined> {
  const traceId = idOf(search);
  if (traceId !== undefined) {
    yield* one(traceId, search, stores, after);
    return;
  }
  const plan = bestPlan(search, stores);
  if (!plan) {
    for (const { match } of walkTraces(search, stores, after, progress)) yield match;
    return;
  }
  let last = after;
  const walked = { looked: 0 };
  if (plan.candidates.length >= FEW_BLOCKS * plan.blocks) {
    let [tried, found] = [0, 0];
    let isOver = true;
    for (const { match, position } of walkTraces(search, stores, after, walked)) {
      tried++;
      if (match) found++;
      last = position;
      progress.looked = walked.looked;
      yield match;
      isOver = tried < TRIED_TRACES || found * WORTH_TRYING >= tried;
      if (!isOver) break;
    }
    if (isOver) return;
  }
  const counted = { looked: 0 };
  for (const found of searchBlocks(search, stores, last, plan, counted)) {
    progress.looked = Math.max(walked.looked, counted.looked);
    yield found;
  }
}

function bestPlan(search: PreparedSearch, stores: readonly SearchStore[]): BlockPlan | undefined {
  const plans = driversOf(search.query.spans).map(driver => planBlocks(driver, stores, search.since));
  return plans.sort((a, b) => a.candidates.length - b.candidates.length)[0];
}

/** The id of the only trace that can match. */
function idOf({ query: { spans } }: PreparedSearch): TraceId | undefined {
  const conditions: Condition[] = [];
  const open = [spans];
  for (let set = open.pop(); set; set = open.pop()) {
    if (set.type === 'and') open.push(...set.parts);
    else if (set.type === 'spans') conditions.push(set.condition);
  }
  for (let condition = conditions.pop(); condition; condition = conditions.pop()) {
    if (condition.type === 'and') conditions.push(...condition.parts);
    else if (condition.type === 'idPrefix' && condition.digits.length === ID_DIGITS) {
      return bytesOfHex(condition.digits) ? (condition.digits as TraceId) : undefined;
    }
  }
  return undefined;
}

function* one(
  traceId: TraceId,
  search: PreparedSearch,
  stores: readonly SearchStore[],
  after: SearchPosition | undefined,
): Generator<FoundTrace | undefined> {
  const rows = rowsOfTrace(stores, traceId);
  if (rows && (!after || comparePositions(after, rows.position) < 0)) yield matchOf(search, rows);
}
