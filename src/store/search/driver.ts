import type { Condition, Intrinsic, SpanSet } from '../../model/search/query.ts';

/**
 * What some one span of every trace that a search finds has to satisfy, judged from the span alone; the search then looks for
 * such spans instead of trying every trace.
 */
export interface Driver {
  condition: Condition;
  /** Texts of which one may stand in a log record of the span instead of in itself. */
  texts: readonly string[];
  /** Whether a trace matches as soon as one of its spans satisfies the condition by itself. */
  isEnough: boolean;
}

/** What a span does not know by itself. */
const OF_TRACE: ReadonlySet<Intrinsic> = new Set<Intrinsic>([
  'traceId',
  // What a span is shown as depends on what else came under its id.
  'spanId',
  'parentId',
  'rootName',
  'rootService',
  'traceDuration',
  'spanCount',
]);

/** Whether the spans of a trace, with their logs, say if it matches, without what its summary says. */
export function isOfSpans(set: SpanSet): boolean {
  switch (set.type) {
    case 'spans':
      return isWithoutFacts(set.condition);
    case 'and':
    case 'or':
      return set.parts.every(isOfSpans);
    case 'descendant':
    case 'child':
      return isOfSpans(set.upper) && isOfSpans(set.lower);
    case 'without':
      return isOfSpans(set.part);
    default:
      return true;
  }
}

function isWithoutFacts(condition: Condition): boolean {
  switch (condition.type) {
    case 'and':
    case 'or':
      return condition.parts.every(isWithoutFacts);
    case 'not':
      return isWithoutFacts(condition.part);
    case 'contains':
      return true;
    default:
      return isOfSpan(condition);
  }
}

/** All that can serve as driver, any of which will do; none where every trace has to be tried. */
export function driversOf(set: SpanSet): Driver[] {
  switch (set.type) {
    case 'spans':
      return [driverOf(set.condition)].filter(driver => driver !== undefined);
    case 'and':
      return set.parts.flatMap(driversOf).map(weaker);
    case 'descendant':
    case 'child':
      return [set.upper, set.lower].flatMap(driversOf).map(weaker);
    case 'or': {
      const firsts = set.parts.map(part => driversOf(part)[0]);
      if (firsts.length === 0 || firsts.includes(undefined)) return [];
      const parts = firsts.filter(part => part !== undefined);
      return [
        {
          condition: { type: 'or', parts: parts.map(({ condition }) => condition) },
          texts: parts.flatMap(({ texts }) => texts),
          isEnough: parts.every(({ isEnough }) => isEnough),
        },
      ];
    }
    default:
      return [];
  }
}

function weaker(driver: Driver): Driver {
  return { ...driver, isEnough: false };
}

function driverOf(condition: Condition): Driver | undefined {
  const relaxed = relax(condition);
  if (!relaxed) return undefined;
  const texts = textsIn(relaxed);
  return { condition: relaxed, texts, isEnough: relaxed === condition };
}

/** A condition that holds wherever the given one does, without what cannot be judged from a span alone; `undefined` is any. */
function relax(condition: Condition): Condition | undefined {
  switch (condition.type) {
    case 'and': {
      const parts = condition.parts.flatMap(part => relax(part) ?? []);
      const isSame = parts.length === condition.parts.length && parts.every((part, i) => part === condition.parts[i]);
      if (isSame) return condition.parts.length === 0 ? undefined : condition;
      return parts.length === 0 ? undefined : { type: 'and', parts };
    }
    case 'or': {
      const parts = condition.parts.map(relax);
      if (parts.includes(undefined)) return undefined;
      if (parts.every((part, i) => part === condition.parts[i])) return condition;
      return { type: 'or', parts: parts.filter(part => part !== undefined) };
    }
    case 'not':
      return isOfSpan(condition.part) ? condition : undefined;
    default:
      return isOfSpan(condition) || condition.type === 'contains' ? condition : undefined;
  }
}

/** Whether a span alone, without its trace and its logs, says if a condition holds. */
function isOfSpan(condition: Condition): boolean {
  switch (condition.type) {
    case 'and':
    case 'or':
      return condition.parts.every(isOfSpan);
    case 'not':
      return isOfSpan(condition.part);
    case 'contains':
    case 'idPrefix':
      return false;
    default:
      return condition.field.type === 'attribute' || !OF_TRACE.has(condition.field.name);
  }
}

function textsIn(condition: Condition): string[] {
  if (condition.type === 'contains') return [condition.text];
  return condition.type === 'and' || condition.type === 'or' ? condition.parts.flatMap(textsIn) : [];
}
