import type { Span } from './span.ts';
import type { AnyValue, Attributes } from './value.ts';

/** The lists of attributes that a span has; those of an event or a link by its number. */
const PLACE = /^(?:(attributes|resource|scope)|(events|links)\/(\d{1,8}))\/(\d{1,8})$/;

/** Whether the text names a value of a span, for example `attributes/3` or `events/0/2`: the list, then the position. */
export function isValuePlace(text: string): boolean {
  return PLACE.test(text);
}

/** The key and the whole value at a place; `undefined` where the span has none there. */
export function valueAt(span: Span, place: string): { key: string; value: AnyValue } | undefined {
  const [, list, items, number, position] = PLACE.exec(place) ?? [];
  return attributesOf(span, list ?? items, Number(number))?.[Number(position)];
}

function attributesOf(span: Span, list: string | undefined, number: number): Attributes | undefined {
  switch (list) {
    case 'attributes':
      return span.attributes;
    case 'resource':
      return span.resource.attributes;
    case 'scope':
      return span.scope.attributes;
    case 'events':
      return span.events[number]?.attributes;
    case 'links':
      return span.links[number]?.attributes;
    default:
      return undefined;
  }
}
