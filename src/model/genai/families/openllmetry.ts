import { plainValue } from '../../plainValue.ts';
import { type AnyValue, attribute } from '../../value.ts';
import { type Family, type Finding, kindNames } from '../family.ts';
import type { Fields } from '../fields.ts';
import { flatList } from '../flat.ts';
import type { GenAiKind, Message } from '../genai.ts';
import { lostMessages } from '../lost.ts';
import { readMessage } from '../messages.ts';
import { readParts } from '../parts.ts';
import { decoded, isObject, member, nameOf, numberOf, plainOf, present } from '../plain.ts';
import { readToolDefinitions } from '../toolDefinitions.ts';

const REQUESTS: ReadonlyMap<string, GenAiKind> = kindNames({
  chat: 'chat',
  completion: 'completion',
  embedding: 'embedding embeddings',
  rerank: 'rerank',
});

/** OpenLLMetry of Traceloop: the old flattened messages, its decorators, and what it adds to the conventions today. */
export const openllmetry: Family = {
  name: 'openllmetry',
  isGuest: true,
  detects: fields =>
    fields.hasPrefix('traceloop.') ||
    fields.has('llm.request.type') ||
    fields.has('llm.usage.total_tokens') ||
    fields.hasPrefix('gen_ai.prompt.0.') ||
    fields.hasPrefix('gen_ai.completion.0.') ||
    /^(?:@traceloop\/|opentelemetry\.instrumentation\.(?:openai|anthropic|langchain|llamaindex|cohere|crewai)$)/.test(
      fields.span.scope.name,
    ),
  table: {
    kind: {
      key: 'traceloop.span.kind',
      values: kindNames({ workflow: 'workflow', chain: 'task', agent: 'agent', tool: 'tool' }),
    },
    texts: {
      responseModel: ['llm.response.model'],
      session: ['traceloop.association.properties.session_id', 'traceloop.association.properties.thread_id'],
      user: ['traceloop.association.properties.user_id', 'gen_ai.user', 'llm.user'],
      workflow: ['traceloop.workflow.name'],
    },
    usage: {
      input: ['gen_ai.usage.prompt_tokens', 'llm.usage.prompt_tokens'],
      output: ['gen_ai.usage.completion_tokens', 'llm.usage.completion_tokens'],
      total: ['llm.usage.total_tokens', 'gen_ai.usage.total_tokens'],
      cacheRead: ['gen_ai.usage.cache_read_input_tokens', 'llm.usage.cache_read_input_tokens'],
      cacheWrite: ['gen_ai.usage.cache_creation_input_tokens', 'llm.usage.cache_creation_input_tokens'],
      reasoning: ['gen_ai.usage.reasoning_tokens', 'llm.usage.reasoning_tokens'],
    },
    parameters: { prefixes: ['llm.request.', 'llm.chat.', 'llm.'] },
    promptName: ['traceloop.prompt.key'],
    promptVersion: ['traceloop.prompt.version', 'traceloop.prompt.version_name'],
    rawInput: ['traceloop.entity.input'],
    rawOutput: ['traceloop.entity.output'],
    finishReasons: ['llm.response.finish_reason', 'llm.response.stop_reason'],
    streaming: ['llm.is_streaming', 'gen_ai.is_streaming'],
    metadata: { prefixes: ['traceloop.association.properties.'] },
  },
  read: fields => {
    const kind = fields.text('traceloop.span.kind');
    const name = fields.text('traceloop.entity.name');
    const lost = lostMessages(fields, 'gen_ai.prompt');
    return present<Finding>({
      kind: REQUESTS.get(fields.text('llm.request.type') ?? ''),
      input: flatMessages(fields, 'gen_ai.prompt', 'user'),
      output: flatMessages(fields, 'gen_ai.completion', 'assistant'),
      incomplete: lost === undefined ? undefined : [lost],
      toolDefinitions: readToolDefinitions(flatList(fields, 'llm.request.functions')?.items),
      tool: kind === 'tool' && name !== undefined ? { name } : undefined,
      agent: kind === 'agent' && name !== undefined ? { name } : undefined,
      documents: documentsOf(fields),
    });
  },
};

function flatMessages(fields: Fields, prefix: string, role: string): Message[] | undefined {
  const list = flatList(fields, prefix)?.items;
  const messages = list
    ?.map(item => {
      const message = readMessage(item, role);
      if (!message || !isObject(item)) return message;
      // A content of several parts is their JSON text here.
      const content = member(item, 'content');
      const parts =
        typeof content === 'string' && /^\s*\[\s*\{/.test(content.slice(0, 50)) ? decoded(content) : content;
      if (parts === content || message.role === 'tool') return message;
      return readMessage({ ...item, content: readable(parts) ? parts! : content! }, role);
    })
    .filter(message => message !== undefined);
  return messages && messages.length > 0 ? messages : undefined;
}

/** Whether every part is one that is known; other JSON may be what somebody wrote. */
function readable(parts: ReturnType<typeof decoded>): boolean {
  return (
    Array.isArray(parts) &&
    parts.every(part => member(part, 'type') !== undefined && readParts(part).every(each => each.type !== 'data'))
  );
}

/** Results of vector stores are events of their own. */
function documentsOf(fields: Fields): Finding['documents'] {
  const text = (value: AnyValue | undefined) => (value === undefined ? undefined : plainValue(value));
  const documents = fields.span.events
    .filter(event => event.name === 'db.query.result')
    .map(event => {
      const get = (name: string) => text(attribute(event.attributes, `db.query.result.${name}`));
      const [id, document, metadata] = [get('id'), get('document'), decoded(get('metadata'))];
      return present<NonNullable<Finding['documents']>[number]>({
        id: nameOf(id),
        score: numberOf(get('score')),
        text: typeof document === 'string' ? document : undefined,
        metadata: isObject(metadata) ? plainOf(Object.entries(metadata)) : undefined,
      });
    });
  return documents.length > 0 ? documents : undefined;
}
