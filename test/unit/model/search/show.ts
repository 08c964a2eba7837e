import type { Condition, Field, Literal, SearchQuery, SpanSet } from '../../../../src/model/search/query.ts';

/** A query as one line, to compare with what a table says. `~` after a comparison: in any case. */
export function show({ spans, since, until }: SearchQuery): string {
  const times = `${since === undefined ? '' : ` since ${since}`}${until === undefined ? '' : ` until ${until}`}`;
  return showSet(spans) + times;
}

function showSet(set: SpanSet): string {
  switch (set.type) {
    case 'all':
      return 'all';
    case 'spans':
      return `{${showCondition(set.condition)}}`;
    case 'and':
    case 'or':
      return `(${set.parts.map(showSet).join(set.type === 'and' ? ' & ' : ' | ')})`;
    case 'without':
      return `no ${showSet(set.part)}`;
    default:
      return `(${showSet(set.upper)} ${set.type === 'child' ? '>' : '>>'} ${showSet(set.lower)})`;
  }
}

function showCondition(condition: Condition): string {
  switch (condition.type) {
    case 'and':
    case 'or':
      return `(${condition.parts.map(showCondition).join(condition.type === 'and' ? ' & ' : ' | ')})`;
    case 'not':
      return `!${showCondition(condition.part)}`;
    case 'compare':
      return `${showField(condition.field)} ${condition.operator} ${showLiteral(condition.value)}${condition.fold ? '~' : ''}`;
    case 'exists':
      return `has ${showField(condition.field)}`;
    case 'contains':
      return `contains ${JSON.stringify(condition.text)}`;
    case 'idPrefix':
      return `id ${condition.digits}`;
  }
}

function showField(field: Field): string {
  return field.type === 'intrinsic' ? `<${field.name}>` : `${field.scope}[${field.keys.join()}]`;
}

function showLiteral(literal: Literal): string {
  switch (literal.type) {
    case 'text':
      return JSON.stringify(literal.value);
    case 'wildcard':
      return `like ${literal.value}`;
    case 'regex':
      return `/${literal.value}/`;
    case 'number':
      return String(literal.value) === literal.text ? literal.text : `${literal.value} (${literal.text})`;
    case 'bool':
      return String(literal.value);
  }
}
