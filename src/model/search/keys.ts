import type { Field, Intrinsic } from './query.ts';

/** What can stand after a well-known key. */
export type KeyKind = 'text' | 'choice' | 'number' | 'duration' | 'traceId' | 'spanId' | 'since' | 'until';

/** A key that means something of its own before a colon; every other one is that of an attribute. */
export interface WellKnownKey {
  /** As it is offered; written in any case. */
  key: string;
  aliases?: readonly string[];
  kind: KeyKind;
  /** Absent of `since` and `until`, which are about the whole trace. */
  field?: Field;
  /** One line for people. */
  detail: string;
  /** What can be written, where that is little; examples where it is not. */
  values?: readonly string[];
}

export const KINDS = ['server', 'client', 'internal', 'producer', 'consumer', 'unspecified'] as const;
export const STATUSES = ['error', 'ok', 'unset'] as const;
const DURATIONS = ['>100ms', '>1s', '<10ms', '100ms..1s'];

function intrinsic(name: Intrinsic): Field {
  return { type: 'intrinsic', name };
}

/** An attribute of any of these keys. */
function attributes(...keys: string[]): Field {
  return { type: 'attribute', scope: 'any', keys };
}

const KEYS: readonly WellKnownKey[] = [
  { key: 'name', kind: 'text', field: intrinsic('name'), detail: 'Name of the span' },
  { key: 'service', kind: 'text', field: intrinsic('service'), detail: 'Service that sent the span' },
  { key: 'status', kind: 'choice', field: intrinsic('status'), detail: 'Status of the span', values: STATUSES },
  { key: 'kind', kind: 'choice', field: intrinsic('kind'), detail: 'Kind of the span', values: KINDS },
  {
    key: 'duration',
    kind: 'duration',
    field: intrinsic('duration'),
    detail: 'How long the span took',
    values: DURATIONS,
  },
  {
    key: 'message',
    kind: 'text',
    field: intrinsic('statusMessage'),
    detail: 'Message of the status, mostly of an error',
  },
  {
    key: 'event',
    aliases: ['event.name'],
    kind: 'text',
    field: intrinsic('eventName'),
    detail: 'Name of an event of the span',
    values: ['exception'],
  },
  {
    key: 'scope',
    aliases: ['scope.name'],
    kind: 'text',
    field: intrinsic('scopeName'),
    detail: 'Instrumentation scope that made the span',
  },
  {
    key: 'trace',
    kind: 'traceId',
    field: intrinsic('traceId'),
    detail: 'First digits of the id of the trace, or all of them',
  },
  { key: 'span', kind: 'spanId', field: intrinsic('spanId'), detail: 'Id of the span' },
  {
    key: 'root.name',
    aliases: ['rootName'],
    kind: 'text',
    field: intrinsic('rootName'),
    detail: 'Name of the trace: that of its root span',
  },
  {
    key: 'root.service',
    aliases: ['rootService', 'rootServiceName'],
    kind: 'text',
    field: intrinsic('rootService'),
    detail: 'Service of the root span',
  },
  {
    key: 'trace.duration',
    aliases: ['traceDuration'],
    kind: 'duration',
    field: intrinsic('traceDuration'),
    detail: 'How long the whole trace took',
    values: DURATIONS,
  },
  {
    key: 'spans',
    kind: 'number',
    field: intrinsic('spanCount'),
    detail: 'How many spans the trace has',
    values: ['>10', '>100', '1..3'],
  },
  {
    key: 'since',
    kind: 'since',
    detail: 'Began at this time or later',
    values: ['10m', '1h', '1d', 'today', 'yesterday'],
  },
  {
    key: 'until',
    kind: 'until',
    detail: 'Began at this time or earlier',
    values: ['10m', '1h', '1d', 'today', 'yesterday'],
  },
  {
    key: 'session',
    kind: 'text',
    detail: 'Session, under any name it is sent with',
    field: attributes(
      ...['session.id', 'langfuse.session.id', 'mlflow.trace.session', 'traceloop.association.properties.session_id'],
      ...['langsmith.metadata.session_id', 'ai.telemetry.metadata.sessionId', 'gcp.vertex.agent.session_id'],
      ...['copilot_chat.chat_session_id', 'gen_ai.conversation.id'],
    ),
  },
  {
    key: 'conversation',
    kind: 'text',
    detail: 'Conversation with a model',
    field: attributes('gen_ai.conversation.id', 'gcp.vertex.agent.session_id', 'copilot_chat.chat_session_id'),
  },
  {
    key: 'user',
    kind: 'text',
    detail: 'User, under any name it is sent with',
    field: attributes(
      ...['user.id', 'enduser.id', 'langfuse.user.id', 'mlflow.trace.user', 'ai.telemetry.metadata.userId'],
      ...['traceloop.association.properties.user_id', 'langsmith.metadata.user_id', 'gen_ai.user', 'llm.user'],
    ),
  },
  {
    key: 'model',
    kind: 'text',
    detail: 'Model that was asked or that answered',
    field: attributes(
      ...['gen_ai.request.model', 'gen_ai.response.model', 'llm.model_name', 'llm.request.model_name'],
      ...['llm.response.model_name', 'llm.response.model', 'ai.model.id', 'ai.response.model', 'mlflow.llm.model'],
      ...['langfuse.observation.model.name', 'langsmith.metadata.ls_model_name', 'embedding.model_name'],
      'reranker.model_name',
    ),
  },
  {
    key: 'provider',
    kind: 'text',
    detail: 'Provider of the model',
    field: attributes(
      ...['gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'ai.model.provider'],
      'mlflow.llm.provider',
    ),
  },
  {
    key: 'tool',
    kind: 'text',
    detail: 'Tool that a model called',
    field: attributes('gen_ai.tool.name', 'tool.name', 'ai.toolCall.name', 'tool_name'),
  },
  {
    key: 'agent',
    kind: 'text',
    detail: 'Name of the agent',
    field: attributes('gen_ai.agent.name', 'agent.name', 'agent_name'),
  },
  {
    key: 'tag',
    aliases: ['tags'],
    kind: 'text',
    detail: 'Tag of a trace or span',
    field: attributes(
      ...['langfuse.trace.tags', 'tag.tags', 'langsmith.span.tags', 'logfire.tags', 'ai.telemetry.metadata.tags'],
    ),
  },
  {
    key: 'environment',
    aliases: ['env'],
    kind: 'text',
    detail: 'Where it is deployed',
    field: attributes('deployment.environment.name', 'deployment.environment', 'langfuse.environment'),
  },
  {
    key: 'version',
    kind: 'text',
    detail: 'Version of the service',
    field: attributes('service.version', 'langfuse.release', 'langfuse.version'),
  },
  { key: 'host', kind: 'text', detail: 'Machine it ran on', field: attributes('host.name', 'host.id') },
  {
    key: 'db',
    kind: 'text',
    detail: 'Database: its system or its name',
    field: attributes('db.system.name', 'db.system', 'db.namespace', 'db.name'),
  },
  {
    key: 'http.status',
    kind: 'text',
    detail: 'Status code of an HTTP response',
    values: ['>=500', '>=400', '404', '200'],
    field: attributes('http.response.status_code', 'http.status_code'),
  },
];

/**
 * All of them. Those of attributes stand for what says the same in several conventions and their versions, and for the key
 * that is written too, because programs have such attributes of their own.
 */
export const WELL_KNOWN_KEYS: readonly WellKnownKey[] = KEYS.map(one => {
  const { key, aliases = [], field } = one;
  return field?.type === 'attribute' ? { ...one, field: attributes(...field.keys, key, ...aliases) } : one;
});

const BY_NAME: ReadonlyMap<string, WellKnownKey> = new Map(
  WELL_KNOWN_KEYS.flatMap(one => [one.key, ...(one.aliases ?? [])].map(name => [name.toLowerCase(), one] as const)),
);

/** The well-known key of this name, written in any case. */
export function wellKnownKey(name: string): WellKnownKey | undefined {
  return BY_NAME.get(name.toLowerCase());
}

const SCOPE_PREFIX = /^(resource|span|event|link|scope)\.(.+)$/su;

/** The attribute that an unquoted key is about: `resource.`, `span.`, `event.`, `link.` and `scope.` say where it stands. */
export function attributeField(key: string): Field {
  const [, scope, rest] = SCOPE_PREFIX.exec(key) ?? [];
  if (scope === undefined || rest === undefined) return attributes(key);
  return { type: 'attribute', scope: scope as 'resource' | 'span' | 'event' | 'link' | 'scope', keys: [rest] };
}
