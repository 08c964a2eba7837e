import * as v from 'valibot';
import { parseSpanId, parseTraceId } from '../../model/ids.ts';
import { isValuePlace } from '../../model/valuePlace.ts';
import type { FromInspector, InspectorState } from '../../protocol/inspector.ts';

const TraceIdText = v.pipe(
  v.string(),
  v.check(text => parseTraceId(text) === text, 'a trace id'),
);
const SpanIdText = v.pipe(
  v.string(),
  v.check(text => parseSpanId(text) === text, 'a span id'),
);
const ValuePlace = v.pipe(v.string(), v.maxLength(32), v.check(isValuePlace, 'a place of a value'));
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** What goes to the clipboard; a whole raw span fits. */
const Text = v.pipe(v.string(), v.maxLength(4_000_000));

const StateSchema = v.object({
  version: v.literal(1),
  traceId: TraceIdText,
  selected: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
  collapsed: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(200_000)),
  tab: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
  nameWidth: v.exactOptional(v.pipe(v.number(), v.finite())),
  detailsShare: v.exactOptional(v.pipe(v.number(), v.finite())),
  adjustClocks: v.exactOptional(v.boolean()),
});

const MessageSchema = v.variant('type', [
  v.object({ type: v.literal('ready'), state: v.exactOptional(StateSchema) }),
  v.object({ type: v.literal('details'), request: Count, spanId: SpanIdText }),
  v.object({ type: v.literal('selected'), spanId: SpanIdText }),
  v.object({
    type: v.literal('openSource'),
    spanId: SpanIdText,
    candidate: v.exactOptional(Count),
    focus: v.exactOptional(v.boolean()),
  }),
  v.object({ type: v.literal('openFrame'), spanId: SpanIdText, frame: Count, focus: v.exactOptional(v.boolean()) }),
  v.object({ type: v.literal('openTrace'), traceId: TraceIdText, spanId: v.exactOptional(SpanIdText) }),
  v.object({ type: v.literal('openRaw'), spanId: SpanIdText }),
  v.object({ type: v.literal('openValue'), spanId: SpanIdText, place: ValuePlace }),
  v.object({ type: v.literal('copy'), text: Text }),
  v.object({ type: v.literal('openUrl'), url: v.pipe(v.string(), v.maxLength(8192)) }),
  v.object({ type: v.literal('state'), state: StateSchema }),
]);

/**
 * A message as the protocol has it, or why it is none. A page is not trusted: what it sends may come from telemetry that
 * found a way into it.
 */
export function parseFromInspector(message: unknown): FromInspector | { type: 'invalid'; reason: string } {
  const result = v.safeParse(MessageSchema, message);
  if (result.success) return result.output;
  const issue = result.issues[0];
  return { type: 'invalid', reason: `${v.getDotPath(issue) ?? 'message'}: ${issue.message.slice(0, 200)}` };
}

/** The state of a page that is restored; `undefined` where it is none, or of another version. */
export function parseInspectorState(state: unknown): InspectorState | undefined {
  const result = v.safeParse(StateSchema, state);
  return result.success ? result.output : undefined;
}

/** An address that may be opened outside; `undefined` for any other scheme and for what is no address. */
export function parseWebUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}
