import type { Finding } from './family.ts';
import type { Fields } from './fields.ts';

/** Ends of texts that a sender cut. */
const CUT =
  /(?:\.\.\.\s?\[TRUNCATED[^\]]{0,80}\]|\.\.\.\[truncated[^\]]{0,80}\]|… \[truncated\]|<truncated[^>]{0,40}>)\s*"?$/i;

/** What is known to be missing from a span or cut in it, as sentences for a user. */
export function incompleteOf(fields: Fields, found: Finding): string[] {
  const notes: string[] = [];
  const dropped = fields.span.droppedAttributesCount;
  const isSaid = found.incomplete?.some(note => note.includes('limit')) ?? false;
  if (dropped > 0 && !isSaid) {
    notes.push(
      `The program's SDK dropped ${dropped} attribute${dropped === 1 ? '' : 's'} of this span beyond its limit (raise OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT).`,
    );
  }
  if (fields.hidden.size > 0) {
    const keys = [...fields.hidden].slice(0, 3).join(', ');
    notes.push(`The program hides the contents of ${keys}${fields.hidden.size > 3 ? ' and others' : ''}.`);
  }
  for (const key of fields.keys()) {
    const value = CONTENT.test(key) ? fields.value(key) : undefined;
    if (typeof value === 'string' && CUT.test(value.slice(-200))) {
      notes.push(`The program cut the value of ${key}.`);
      break;
    }
  }
  return notes;
}

const CONTENT = /message|prompt|completion|input|output|response|arguments|result|instructions|definitions/;
