import { formatDuration } from '../../model/format.ts';
import type { Condition, Field, Intrinsic, Literal, Operator, SpanSet } from '../../model/search/query.ts';
import { oneLine } from '../../model/text.ts';

/** An explanation stands in one or two lines above the list. */
const LONGEST = 240;
const LONGEST_VALUE = 60;

/** What a search looks for, as words: `a span whose status is error and whose service is shop; no span with “health”`. */
export function explain(spans: SpanSet): string {
  return oneLine(ofSet(spans), LONGEST);
}

function ofSet(set: SpanSet): string {
  switch (set.type) {
    case 'all':
      return 'any span';
    case 'spans':
      return isAnything(set.condition) ? 'any span' : `a span ${ofCondition(set.condition)}`;
    case 'without':
      return set.part.type === 'spans' ? `no span ${ofCondition(set.part.condition)}` : `not (${ofSet(set.part)})`;
    case 'and':
      return ofParts(set.parts.filter(part => part.type !== 'all' || set.parts.length === 1));
    case 'or':
      return set.parts.map(grouped).join(' or ');
    case 'descendant':
      return `${grouped(set.lower)} somewhere below ${grouped(set.upper)}`;
    case 'child':
      return `${grouped(set.lower)} directly below ${grouped(set.upper)}`;
  }
}

function ofParts(parts: readonly SpanSet[]): string {
  return parts.map(part => (part.type === 'or' ? `(${ofSet(part)})` : ofSet(part))).join('; ');
}

function grouped(set: SpanSet): string {
  return set.type === 'spans' || set.type === 'all' ? ofSet(set) : `(${ofSet(set)})`;
}

function ofCondition(condition: Condition): string {
  switch (condition.type) {
    case 'and':
      return condition.parts
        .filter(part => !isAnything(part))
        .map(part => inside(part, 'and'))
        .join(' and ');
    case 'or':
      return isWordOrId(condition.parts)
        ? `with “${shorten(condition.parts[0].text)}”, or with an id that begins so`
        : condition.parts.map(part => inside(part, 'or')).join(' or ');
    case 'not':
      return `not (${ofCondition(condition.part)})`;
    case 'contains':
      return `with “${shorten(condition.text)}”`;
    case 'idPrefix':
      return `with an id that begins with ${condition.digits}`;
    case 'exists':
      return `that has ${ofField(condition.field)}`;
    case 'compare':
      return `whose ${ofField(condition.field)} ${ofComparison(condition.operator, condition.field, condition.value)}`;
  }
}

/** A lone `*` asks for nothing. */
function isAnything(condition: Condition): boolean {
  return condition.type === 'and' && condition.parts.every(isAnything);
}

/** A part that binds less than what stands around it needs parentheses. */
function inside(part: Condition, around: 'and' | 'or'): string {
  const needed = around === 'and' && part.type === 'or' && !isWordOrId(part.parts);
  return needed ? `(${ofCondition(part)})` : ofCondition(part);
}

/** A word of hex digits is looked for in texts and ids. */
function isWordOrId(parts: readonly Condition[]): parts is [Extract<Condition, { type: 'contains' }>, Condition] {
  return parts.length === 2 && parts[0]?.type === 'contains' && parts[1]?.type === 'idPrefix';
}

const INTRINSICS: { readonly [K in Intrinsic]: string } = {
  name: 'name',
  service: 'service',
  kind: 'kind',
  status: 'status',
  statusMessage: 'status message',
  duration: 'duration',
  spanId: 'id',
  parentId: 'parent’s id',
  traceId: 'trace id',
  scopeName: 'scope',
  eventName: 'event',
  rootName: 'trace’s name',
  rootService: 'trace’s service',
  traceDuration: 'trace’s duration',
  spanCount: 'trace’s number of spans',
};

function ofField(field: Field): string {
  if (field.type === 'intrinsic') return INTRINSICS[field.name];
  const place = field.scope === 'any' || field.scope === 'span' ? '' : `${field.scope}’s `;
  const [first = '', ...others] = field.keys;
  return `${place}${shorten(first)}${others.length > 0 ? ' (or alike)' : ''}`;
}

const COMPARISONS: { readonly [K in Operator]: string } = {
  '=': 'is',
  '!=': 'is not',
  '<': 'is below',
  '<=': 'is at most',
  '>': 'is above',
  '>=': 'is at least',
  '=~': 'matches',
  '!~': 'does not match',
};

function ofComparison(operator: Operator, field: Field, value: Literal): string {
  if (value.type === 'wildcard') return `${operator === '!=' ? 'is not' : 'is'} like ${shorten(value.value)}`;
  return `${COMPARISONS[operator]} ${ofLiteral(field, value)}`;
}

function ofLiteral(field: Field, literal: Literal): string {
  switch (literal.type) {
    case 'number':
      return isTime(field) ? formatDuration(literal.value / 1e6) : shorten(literal.text);
    case 'bool':
      return String(literal.value);
    case 'regex':
      return `/${shorten(literal.value)}/`;
    case 'text':
    case 'wildcard':
      return /^[\w./:*-]+$/.test(literal.value) ? shorten(literal.value) : `“${shorten(literal.value)}”`;
  }
}

function isTime(field: Field): boolean {
  return field.type === 'intrinsic' && (field.name === 'duration' || field.name === 'traceDuration');
}

function shorten(text: string): string {
  return oneLine(text, LONGEST_VALUE);
}
