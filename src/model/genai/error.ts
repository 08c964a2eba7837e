import { type Span, StatusCode } from '../span.ts';
import { stringAttribute } from '../value.ts';
import { filled } from './family.ts';
import type { GenAi } from './genai.ts';

/** What failed, where the span says that it did; a stack that some put behind the message is left to those who show stacks. */
export function errorOf(span: Span, known: GenAi['error']): GenAi['error'] {
  const sentType = stringAttribute(span.attributes, 'error.type');
  if (span.status.code !== StatusCode.error && sentType === undefined && known === undefined) return undefined;
  // The last one is the one that ended the span; those before may have been handled.
  const exception = span.events.findLast(event => event.name === 'exception')?.attributes ?? [];
  const message =
    stringAttribute(exception, 'exception.message') ??
    (span.status.message || stringAttribute(span.attributes, 'error.message')) ??
    known?.message;
  const type = stringAttribute(exception, 'exception.type') ?? sentType ?? known?.type;
  return filled<NonNullable<GenAi['error']>>({ type, message: message ? withoutStack(message) : undefined }) ?? {};
}

function withoutStack(message: string): string {
  const end = message.search(/\n\s*(?:at \S|Traceback \(most recent call last\))/);
  return end > 0 ? message.slice(0, end).trimEnd() : message;
}
