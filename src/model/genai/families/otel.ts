import type { PlainValue } from '../../plainValue.ts';
import { plainObject } from '../../plainValue.ts';
import { readDocuments } from '../documents.ts';
import { evaluation, type Family, type Finding, kindNames, SECOND } from '../family.ts';
import type { Fields } from '../fields.ts';
import type { GenAiKind, Message } from '../genai.ts';
import { eventMessages } from '../messageEvents.ts';
import { readMessages } from '../messages.ts';
import { readParts } from '../parts.ts';
import { decoded, present, textMember } from '../plain.ts';

/** Names of operations: those of the conventions, and what emitters write in their place. */
export const OPERATIONS: ReadonlyMap<string, GenAiKind> = kindNames({
  chat: 'chat generate_content llm_call realtime chat_model llm message messages',
  completion: 'text_completion completion generate response responses text.completions',
  embedding: 'embeddings embedding embed',
  retrieval: 'retrieval retrieve retriever search',
  rerank: 'rerank reranker',
  tool: 'execute_tool tool_call tool execute_tools',
  agent: 'create_agent invoke_agent agent_call agent invoke_swarm invoke_graph run_agent',
  workflow: 'invoke_workflow workflow',
  chain:
    'agent_step plan chain task orchestrate_tools user_prompt system_prompt schedule_tool_calls execute_hook execute_event_loop_cycle',
  memory:
    'create_memory update_memory upsert_memory delete_memory search_memory create_memory_store delete_memory_store memory',
  guardrail: 'guardrail apply_guardrail',
  evaluation: 'evaluation evaluator evaluate',
  prompt: 'prompt',
  other: 'unknown parser content_event',
});

/** The OpenTelemetry conventions for generative AI, 1.26 to the newest, wherever the content is: attributes, span events or log records. */
export const otel: Family = {
  name: 'otel',
  detects: fields =>
    fields.hasPrefix('gen_ai.') ||
    fields.events.some(event => /^gen_ai\.(?:\w+\.message|choice|content\.)/.test(event.name)),
  table: {
    kind: { key: 'gen_ai.operation.name', values: OPERATIONS },
    texts: {
      provider: ['gen_ai.provider.name', 'gen_ai.system'],
      requestModel: ['gen_ai.request.model'],
      responseModel: ['gen_ai.response.model'],
      responseId: ['gen_ai.response.id'],
      conversation: ['gen_ai.conversation.id'],
      workflow: ['gen_ai.workflow.name'],
    },
    usage: {
      input: ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'],
      output: ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'],
      total: ['gen_ai.usage.total_tokens'],
      cacheRead: [
        'gen_ai.usage.cache_read.input_tokens',
        'gen_ai.usage.cache_read_input_tokens',
        'gen_ai.usage.cached_input_tokens',
      ],
      cacheWrite: [
        'gen_ai.usage.cache_write.input_tokens',
        'gen_ai.usage.cache_creation.input_tokens',
        'gen_ai.usage.cache_creation_input_tokens',
        'gen_ai.usage.cache_write_input_tokens',
      ],
      reasoning: ['gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens'],
      audioInput: ['gen_ai.usage.audio.input_tokens', 'gen_ai.usage.input_audio_tokens'],
      audioOutput: ['gen_ai.usage.audio.output_tokens', 'gen_ai.usage.output_audio_tokens'],
    },
    parameters: {
      prefixes: ['gen_ai.request.', 'gen_ai.openai.request.', 'openai.request.'],
    },
    toolDefinitions: ['gen_ai.tool.definitions'],
    toolName: ['gen_ai.tool.name'],
    toolId: ['gen_ai.tool.call.id', 'gen_ai.tool.call_id'],
    toolArguments: ['gen_ai.tool.call.arguments'],
    toolResult: ['gen_ai.tool.call.result'],
    agentName: ['gen_ai.agent.name'],
    agentId: ['gen_ai.agent.id'],
    promptName: ['gen_ai.prompt.name'],
    promptVersion: ['gen_ai.prompt.version'],
    system: ['gen_ai.system_instructions'],
    finishReasons: ['gen_ai.response.finish_reasons', 'gen_ai.response.finish_reason'],
    streaming: ['gen_ai.request.stream', 'gen_ai.request.is_stream', 'gen_ai.is_streaming'],
    firstToken: [
      { key: 'gen_ai.response.time_to_first_chunk', unit: SECOND },
      { key: 'gen_ai.client.operation.time_to_first_chunk', unit: SECOND },
      { key: 'gen_ai.server.time_to_first_token', unit: SECOND },
    ],
    cost: { total: ['gen_ai.usage.cost'] },
  },
  read: fields => {
    const events = eventMessages(fields);
    const memory = fields.text('gen_ai.memory.query.text');
    const query = fields.text('gen_ai.retrieval.query.text') ?? memory;
    return present<Finding>({
      input: messagesOf(fields, 'gen_ai.input.messages', 'user') ?? events.input ?? queryOf(query),
      output: messagesOf(fields, 'gen_ai.output.messages', 'assistant') ?? events.output,
      documents: readDocuments(fields.json('gen_ai.retrieval.documents', 'gen_ai.memory.records')),
      evaluations: evaluationsOf(fields),
      incomplete: storedElsewhere(fields),
    });
  },
};

function messagesOf(fields: Fields, key: string, role: string): Message[] | undefined {
  const sent = fields.json(key);
  if (sent === undefined) return undefined;
  const messages = readMessages(Array.isArray(sent) ? sent : [sent]);
  if (messages) return messages.map(message => (message.role === 'unknown' ? { ...message, role } : message));
  const parts = readParts(sent);
  return parts.length > 0 ? [{ role, parts }] : undefined;
}

function queryOf(query: string | undefined): Message[] | undefined {
  return query === undefined ? undefined : [{ role: 'input', parts: [{ type: 'text', text: query }] }];
}

/** Judgements come as log records of the span they judge. */
function evaluationsOf(fields: Fields): Finding['evaluations'] {
  const found = fields.events
    .filter(event => event.name === 'gen_ai.evaluation.result')
    .map(event => {
      const body = event.body?.type === 'map' ? event.body.entries : [];
      const sent: PlainValue = plainObject([...body, ...event.attributes]);
      return evaluation(
        textMember(sent, 'gen_ai.evaluation.name'),
        sent['gen_ai.evaluation.score.value'],
        textMember(sent, 'gen_ai.evaluation.score.label'),
        textMember(sent, 'gen_ai.evaluation.explanation'),
      );
    })
    .filter(each => each !== undefined);
  return found.length > 0 ? found : undefined;
}

/** With an upload hook the messages are files, and the span has where they are. */
function storedElsewhere(fields: Fields): string[] | undefined {
  const kept = ['gen_ai.input.messages', 'gen_ai.output.messages', 'gen_ai.system_instructions'].filter(
    key => fields.text(`${key}.ref`, `${key}_ref`) !== undefined && decoded(fields.value(key)) === undefined,
  );
  return kept.length > 0 ? ['The program stores the messages elsewhere and sends only where they are.'] : undefined;
}
