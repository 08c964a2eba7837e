import type { Span } from '../model/span.ts';
import { stringAttribute } from '../model/value.ts';
import { languageOf } from './given.ts';
import type { StackFrame } from './stack/frame.ts';
import { framesByBlame, parseStack } from './stack/parse.ts';

/** Events looked at from the end: a span may carry many thousands, of which the last exceptions matter. */
const MAX_EVENTS = 1_000;

/** The stack trace of the last exception a span recorded: in an event, or (some senders) on the span itself. */
export function lastStack(span: Span): string | undefined {
  const { events } = span;
  for (let i = events.length - 1; i >= Math.max(0, events.length - MAX_EVENTS); i--) {
    const text = stringAttribute(events[i]!.attributes, 'exception.stacktrace');
    if (text !== undefined) return text;
  }
  return stringAttribute(span.attributes, 'exception.stacktrace');
}

/**
 * The frames of a span's last exception that may be the user's and name a line: the root cause's first, innermost
 * first. Frames of the language, of dependencies and of tracing are left out.
 */
export function ownFrames(span: Span): StackFrame[] {
  return placedFrames(span).filter(call => call.own !== false);
}

/**
 * Where a span's last exception itself was thrown: the innermost frame of its own part that may be the user's. Another
 * place than {@link ownFrames} begins with where the exception has a cause.
 */
export function thrownFrame(span: Span): StackFrame | undefined {
  const text = lastStack(span);
  const [exception] = text === undefined ? [] : parseStack(text, languageOf(span));
  return exception?.frames.find(call => call.own !== false && call.path !== '' && call.line !== undefined);
}

/** All frames of a span's last exception that name a file and a line, in the order of {@link ownFrames}. */
export function placedFrames(span: Span): StackFrame[] {
  const text = lastStack(span);
  if (text === undefined) return [];
  const frames = framesByBlame(parseStack(text, languageOf(span)));
  return frames.filter(call => call.path !== '' && call.line !== undefined);
}
