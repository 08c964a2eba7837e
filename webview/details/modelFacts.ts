import { formatCount } from '../../src/model/format.ts';
import { displayValue, type ViewAttribute, type ViewValue } from '../../src/model/viewValue.ts';
import { decoded, laidOut } from './jsonText.ts';
import { flatMessagesText, messagesText } from './messages.ts';

/** A fact with a name in plain words; `key` tells what it was read from. */
export interface NamedFact extends ViewAttribute {
  label?: string;
}

/**
 * What is asked about work with models, most important first, and the keys by which each dialect says it: OpenTelemetry,
 * Langfuse, MLflow, OpenInference, OpenLLMetry, LangSmith, Vercel AI SDK. The first key that is there is shown. A key
 * that ends with `.*` stands for messages with a key for each of their fields.
 */
const LINES: readonly (readonly [label: string, keys: string])[] = [
  ['operation', 'gen_ai.operation.name ai.operationId'],
  [
    'type',
    'langfuse.observation.type mlflow.spanType openinference.span.kind traceloop.span.kind langsmith.span.kind llm.request.type',
  ],
  ['agent', 'gen_ai.agent.name agent.name'],
  ['tool', 'gen_ai.tool.name tool.name ai.toolCall.name'],
  ['name', 'traceloop.entity.name gen_ai.workflow.name graph.node.id'],
  ['provider', 'gen_ai.provider.name gen_ai.system mlflow.llm.provider llm.provider llm.system ai.model.provider'],
  [
    'model',
    'gen_ai.request.model langfuse.observation.model.name mlflow.llm.model llm.request.model_name llm.model_name ai.model.id embedding.model_name reranker.model_name',
  ],
  ['answered by', 'gen_ai.response.model llm.response.model_name llm.response.model ai.response.model'],
  ['tokens', ''],
  ['query', 'gen_ai.retrieval.query.text reranker.query'],
  ['arguments', 'gen_ai.tool.call.arguments ai.toolCall.args ai.toolCall.input tool.parameters'],
  ['result', 'gen_ai.tool.call.result ai.toolCall.result ai.toolCall.output'],
  ['instructions', 'gen_ai.system_instructions'],
  [
    'input',
    'gen_ai.input.messages gen_ai.prompt.* llm.input_messages.* llm.prompts.* langfuse.observation.input mlflow.spanInputs ai.prompt.messages ai.prompt ai.value ai.values traceloop.entity.input input.value gen_ai.prompt langfuse.trace.input',
  ],
  [
    'output',
    'gen_ai.output.messages gen_ai.completion.* llm.output_messages.* llm.choices.* langfuse.observation.output mlflow.spanOutputs ai.response.text ai.response.object ai.response.toolCalls traceloop.entity.output output.value gen_ai.completion langfuse.trace.output',
  ],
  [
    'finish reason',
    'gen_ai.response.finish_reasons gen_ai.response.finish_reason ai.response.finishReason llm.finish_reason',
  ],
  ['temperature', 'gen_ai.request.temperature ai.settings.temperature'],
  ['most tokens', 'gen_ai.request.max_tokens ai.settings.maxOutputTokens ai.settings.maxTokens'],
  ['parameters', 'langfuse.observation.model.parameters llm.invocation_parameters'],
  ['dimensions', 'gen_ai.embeddings.dimension.count'],
  ['data source', 'gen_ai.data_source.id'],
  ['call ID', 'gen_ai.tool.call.id tool_call.id ai.toolCall.id'],
  ['description', 'gen_ai.tool.description tool.description gen_ai.agent.description mlflow.spanDescription'],
  ['conversation', 'gen_ai.conversation.id'],
  [
    'session',
    'langfuse.session.id session.id mlflow.trace.session traceloop.association.properties.session_id langsmith.metadata.session_id ai.telemetry.metadata.sessionId',
  ],
  [
    'user',
    'langfuse.user.id user.id enduser.id mlflow.trace.user traceloop.association.properties.user_id langsmith.metadata.user_id ai.telemetry.metadata.userId',
  ],
  ['tags', 'langfuse.trace.tags tag.tags langsmith.span.tags ai.telemetry.metadata.tags'],
];

/** Tokens that went in, came out, and in all; a dialect that counts in JSON has one key for the three. */
const TOKENS = [
  'gen_ai.usage.input_tokens gen_ai.usage.prompt_tokens llm.token_count.prompt ai.usage.promptTokens ai.usage.inputTokens ai.usage.tokens',
  'gen_ai.usage.output_tokens gen_ai.usage.completion_tokens llm.token_count.completion ai.usage.completionTokens ai.usage.outputTokens',
  'gen_ai.usage.total_tokens llm.usage.total_tokens llm.token_count.total ai.usage.totalTokens',
] as const;
const TOKEN_JSON = ['langfuse.observation.usage_details', 'mlflow.chat.tokenUsage', 'langfuse.observation.usage'];
const TOKEN_FIELDS = [
  'input_tokens input prompt_tokens promptTokens',
  'output_tokens output completion_tokens completionTokens',
  'total_tokens total totalTokens',
] as const;
const TOKEN_WORDS = ['in', 'out', 'in all'];

/** Keys that no program sends that does not work with models. Sessions and users are of others as well. */
const OF_MODELS = /^(?:(?:gen_ai|llm|mlflow|langfuse|langsmith|openinference|traceloop|ai)\.|(?:in|out)put\.value$)/;

/** What a span says of its work with models; takes the keys that are told away from `sent`. Empty for other spans. */
export function takeModelFacts(sent: Map<string, ViewAttribute>): NamedFact[] {
  if (![...sent.keys()].some(key => OF_MODELS.test(key))) return [];
  const facts: NamedFact[] = [];
  for (const [label, keys] of LINES) {
    const fact = label === 'tokens' ? tokensOf(sent) : firstOf(sent, keys.split(' '));
    if (!fact) continue;
    for (const other of keys.split(' ')) sent.delete(other);
    // The model that answered is told where it is another than the one that was asked.
    const asked = label === 'answered by' && facts.find(known => known.label === 'model');
    if (asked && displayValue(asked.value) === displayValue(fact.value)) continue;
    facts.push({ label, ...fact });
  }
  return facts;
}

function firstOf(sent: ReadonlyMap<string, ViewAttribute>, keys: readonly string[]): ViewAttribute | undefined {
  for (const key of keys) {
    const found = sent.get(key);
    if (found && found.value.type !== 'empty') return { key, value: readable(found.value) };
    if (!key.endsWith('.*')) continue;
    const text = flatMessagesText(sent.values(), key.slice(0, -1));
    if (text !== undefined) return { key, value: { type: 'string', value: text } };
  }
  return undefined;
}

/** A value without the JSON around it: messages as a conversation, lists of words in a line, other JSON laid out. */
function readable(value: ViewValue): ViewValue {
  if (value.type !== 'string' && value.type !== 'array' && value.type !== 'map') return value;
  const json = decoded(value);
  if (json === undefined) return value;
  if (typeof json === 'string') return { type: 'string', value: json };
  const words = Array.isArray(json) && json.every(word => typeof word === 'string') ? json.join(', ') : undefined;
  const text = messagesText(json) ?? words ?? laidOut(json);
  return text === undefined ? value : { type: 'string', value: text };
}

function tokensOf(sent: Map<string, ViewAttribute>): ViewAttribute | undefined {
  const used: string[] = [];
  const counts = TOKENS.map(keys => {
    const key = keys.split(' ').find(name => countOf(sent.get(name)) !== undefined);
    if (key !== undefined) used.push(key);
    return key === undefined ? undefined : countOf(sent.get(key));
  });
  for (const key of used.length > 0 ? [] : TOKEN_JSON) {
    const value = sent.get(key)?.value;
    const json = value && decoded(value);
    if (typeof json !== 'object' || json === null) continue;
    const fields = new Map(Object.entries(json));
    TOKEN_FIELDS.forEach((names, i) => {
      counts[i] = names.split(' ').flatMap(name => whole(String(fields.get(name))) ?? [])[0];
    });
    if (counts.every(count => count === undefined)) continue;
    used.push(key);
    break;
  }
  const [into, out, all] = counts;
  // The sum says nothing that its parts do not say.
  if (into !== undefined && out !== undefined && all === into + out) counts[2] = undefined;
  const told = counts.flatMap((count, i) => (count === undefined ? [] : [`${formatCount(count)} ${TOKEN_WORDS[i]}`]));
  if (told.length === 0) return undefined;
  return { key: used.join(', '), value: { type: 'string', value: told.join(', ') } };
}

function countOf(attribute: ViewAttribute | undefined): number | undefined {
  return attribute && whole(displayValue(attribute.value).replace(/^"(.*)"$/, '$1'));
}

function whole(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
