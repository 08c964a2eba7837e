import type { LogRecord, Span } from '../span.ts';
import { systemMessages } from './envelope.ts';
import { errorOf } from './error.ts';
import { common } from './families/common.ts';
import { FAMILIES } from './families.ts';
import { type Family, type Finding, readTable } from './family.ts';
import { Fields } from './fields.ts';
import { finishReason } from './finish.ts';
import { firstToken } from './firstToken.ts';
import type { Cost, GenAi, Message } from './genai.ts';
import { incompleteOf } from './incomplete.ts';
import { readInputAndOutput } from './io.ts';
import { kindOf } from './kind.ts';
import { ownMetadata } from './metadata.ts';
import { present } from './plain.ts';
import { providerOf } from './provider.ts';
import { ANSWER_IDS } from './sameCall.ts';
import { inclusive } from './usage.ts';

/** Fields that say whose a span is, and nothing of what it does. */
const IDENTITY: readonly (keyof Finding)[] = ['session', 'user', 'tags', 'metadata', 'conversation', 'prompt'];
/** Fields that several families may each have a part of. */
const MERGED = ['usage', 'parameters', 'tool', 'agent', 'cost', 'metadata', 'exclusive'] as const;

/** Keys and scopes that a span of any family has; the rest of the spans cost no more than this test. */
const TELLING =
  /^(?:gen_ai|llm|ai|mlflow|langfuse|openinference|traceloop|langsmith|mastra|genkit|spring\.ai|db\.vector|mcp|haystack|pydantic_ai|codex|copilot_chat|crewai|litellm|anthropic|embedding|retrieval|reranker|executor|lk|fi\.span)[.:_]|^(?:input\.value|output\.value|tool\.name|agent_name|tool_arguments|request_data|entity\.type|all_messages_events|model_request_parameters|__root__|__autotraced__)/;
const TELLING_NAME = /^(?:claude_code|haystack|autogen|workflow\.run|executor\.process|edge_group\.process)\b/;
const TELLING_SCOPE = /gen_?ai|openinference|mlflow|pydantic-ai|codex|vertex\.agent|agent_framework/;

/**
 * What a span says of a model call, a tool, an agent and so on, whichever convention it speaks; `undefined` where it says
 * nothing of the kind. `logs` are the records that name the span, in any order. Takes time in the size of the span.
 */
export function normalise(span: Span, logs: readonly LogRecord[]): GenAi | undefined {
  if (!mayTell(span, logs)) return undefined;
  const fields = new Fields(span, logs);
  const spoken = FAMILIES.filter(family => family.detects(fields));
  const findings = spoken.map(family => findingOf(family, fields));
  const found = merge(findings);
  for (const family of spoken) family.refine?.(found, fields);
  const own = spoken.find((family, at) => family !== common && (!family.isGuest || says(findings[at]!)));
  const convention = (own ?? spoken[0]!).name;
  const kind = kindOf(found, fields);
  if (kind === undefined) return undefined;
  const { system } = found;
  readInputAndOutput(found, kind);
  if (system !== undefined) found.input = [...systemMessages(system, found.input ?? []), ...(found.input ?? [])];
  found.output = withReasons(found.output, found.finishReasons, kind === 'chat' || kind === 'completion');
  const timeToFirstTokenNano = found.timeToFirstTokenNano ?? firstToken(span);
  const genai = present<GenAi>({
    kind,
    convention,
    provider: found.provider,
    requestModel: found.requestModel,
    responseModel: found.responseModel,
    parameters: filledObject(found.parameters),
    input: filledList(found.input),
    output: filledList(found.output),
    toolDefinitions: found.toolDefinitions,
    tool: kind === 'tool' ? found.tool : undefined,
    documents: found.documents,
    usage: found.usage && filledObject(inclusive(found.usage, found.exclusive)),
    cost: costOf(found.cost),
    streaming: found.streaming ?? (timeToFirstTokenNano === undefined ? undefined : true),
    timeToFirstTokenNano,
    session: found.session,
    conversation: found.conversation,
    user: found.user,
    tags: filledList(found.tags),
    metadata: ownMetadata(found.metadata),
    prompt: found.prompt,
    agent: found.agent,
    workflow: found.workflow,
    node: found.node,
    step: found.step,
    evaluations: found.evaluations,
    error: errorOf(span, found.error),
    incomplete: filledList([...(found.incomplete ?? []), ...incompleteOf(fields, found)]),
  });
  if (found.responseId !== undefined) ANSWER_IDS.set(genai, found.responseId);
  return genai;
}

function mayTell(span: Span, logs: readonly LogRecord[]): boolean {
  return (
    span.attributes.some(({ key }) => TELLING.test(key)) ||
    TELLING_NAME.test(span.name) ||
    TELLING_SCOPE.test(span.scope.name) ||
    span.events.some(event => TELLING.test(event.name)) ||
    logs.some(log => TELLING.test(log.eventName) || log.attributes.some(({ key }) => TELLING.test(key)))
  );
}

function findingOf(family: Family, fields: Fields): Finding {
  const read = family.read?.(fields) ?? {};
  return merge([read, family.table ? readTable(fields, family.table) : {}]);
}

function says(finding: Finding): boolean {
  return Object.keys(finding).some(key => !IDENTITY.includes(key as keyof Finding));
}

/** What the findings say together: of each field what the first of them says, of the objects field by field. */
function merge(findings: readonly Finding[]): Finding {
  const merged: Finding = {};
  const fill = merged as Record<string, unknown>;
  for (const finding of findings) {
    for (const [key, value] of Object.entries(finding)) {
      if (value === undefined) continue;
      if (key === 'provider') {
        merged.provider ??= providerOf(String(value));
        if (merged.provider === undefined) delete merged.provider;
      } else if (key === 'incomplete') merged.incomplete = [...(merged.incomplete ?? []), ...(value as string[])];
      else if ((MERGED as readonly string[]).includes(key)) {
        fill[key] = Object.assign(Object.create(null), value, fill[key]);
      } else fill[key] ??= value;
    }
  }
  return merged;
}

/** Gives the messages the finish reasons that were sent for all of them; without messages the reason alone is told. */
function withReasons(
  output: Message[] | undefined,
  sent: string[] | undefined,
  isCall: boolean,
): Message[] | undefined {
  const reasons = (sent ?? []).map(reason => finishReason(reason));
  if (!reasons.some(reason => reason !== undefined)) return output;
  if (!output || output.length === 0) {
    if (!isCall) return output;
    return reasons.flatMap(reason =>
      reason === undefined ? [] : [{ role: 'assistant', finishReason: reason, parts: [] }],
    );
  }
  return output.map((message, at) => {
    const reason = reasons[at] ?? (output.length === 1 ? reasons[0] : undefined);
    return message.finishReason !== undefined || reason === undefined || message.role !== 'assistant'
      ? message
      : { ...message, finishReason: reason };
  });
}

function costOf(sent: Finding['cost']): Cost | undefined {
  if (!sent) return undefined;
  const { input, output } = sent;
  const total = sent.total ?? (input === undefined && output === undefined ? undefined : (input ?? 0) + (output ?? 0));
  return total === undefined ? undefined : present<Cost>({ total, input, output, currency: 'USD', source: 'reported' });
}

function filledObject<T extends object>(object: T | undefined): T | undefined {
  return object && Object.keys(object).length > 0 ? object : undefined;
}

function filledList<T>(list: T[] | undefined): T[] | undefined {
  return list && list.length > 0 ? list : undefined;
}
