import type { LogRecord, Span } from '../span.ts';
import { type AnyValue, type Attributes, stringAttribute } from '../value.ts';

/** Something reported during a span: an event of it, or a log record that names it. */
export interface ModelEvent {
  name: string;
  timeUnixNano: bigint;
  attributes: Attributes;
  /** Of a log record. */
  body?: AnyValue;
}

/** Where the time does not tell, a conversation goes this way. */
const ORDER = ['gen_ai.system.message', 'gen_ai.user.message', 'gen_ai.assistant.message', 'gen_ai.tool.message'];
const LAST = 'gen_ai.choice';

/** Span events and log records by time; of one time by role, else as they came. */
export function eventsOf(span: Span, logs: readonly LogRecord[]): ModelEvent[] {
  const events: ModelEvent[] = [...span.events];
  for (const log of logs) {
    // Older SDKs have no field for the name and put it among the attributes.
    const name = log.eventName || stringAttribute(log.attributes, 'event.name') || '';
    const body = log.body[0]?.value;
    const timeUnixNano = log.timeUnixNano || log.observedTimeUnixNano;
    events.push({ name, timeUnixNano, attributes: log.attributes, ...(body && { body }) });
  }
  // Conversations of one call are reported in one go and in order; their clock may be too coarse to say so.
  return events.sort(
    (a, b) =>
      (a.timeUnixNano < b.timeUnixNano ? -1 : a.timeUnixNano > b.timeUnixNano ? 1 : 0) || rank(a.name) - rank(b.name),
  );
}

function rank(name: string): number {
  if (name === LAST) return 2;
  const at = ORDER.indexOf(name);
  // A tool's answer comes behind the call it answers; the order of their arrival knows more than a fixed one.
  return at < 0 ? 1 : at === 0 ? 0 : 1;
}
