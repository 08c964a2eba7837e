import type { PlainValue } from '../../plainValue.ts';
import type { Family, Finding } from '../family.ts';
import type { Fields } from '../fields.ts';
import { finishReason } from '../finish.ts';
import type { Message } from '../genai.ts';
import { readMessage, readMessages } from '../messages.ts';
import { isObject, listOf, member, present, textMember } from '../plain.ts';
import { readToolDefinitions } from '../toolDefinitions.ts';

/** Pydantic AI, by any version of its settings. */
export const pydantic: Family = {
  name: 'pydantic-ai',
  detects: fields =>
    fields.span.scope.name === 'pydantic-ai' ||
    fields.hasPrefix('pydantic_ai.') ||
    fields.has('model_request_parameters') ||
    fields.has('all_messages_events'),
  table: {
    texts: { conversation: ['gen_ai.conversation.id'] },
    usage: {
      cacheRead: ['gen_ai.usage.details.cache_read_tokens', 'gen_ai.usage.details.cache_read_input_tokens'],
      cacheWrite: ['gen_ai.usage.details.cache_write_tokens', 'gen_ai.usage.details.cache_creation_input_tokens'],
      reasoning: ['gen_ai.usage.details.reasoning_tokens'],
      audioInput: ['gen_ai.usage.details.input_audio_tokens'],
      audioOutput: ['gen_ai.usage.details.output_audio_tokens'],
    },
    toolArguments: ['tool_arguments'],
    toolResult: ['tool_response'],
    agentName: ['gen_ai.agent.name', 'agent_name'],
    cost: { total: ['operation.cost'] },
  },
  read: fields => {
    const events = eventList(fields.json('events'));
    const all = fields.json('pydantic_ai.all_messages');
    const whole = eventList(fields.json('all_messages_events'));
    const messages = readMessages(all);
    const answer = fields.value('final_result');
    return present<Finding>({
      kind: kindOf(fields),
      usage: aggregated(fields),
      input: events.input ?? beforeAnswer(messages) ?? beforeAnswer(whole.input),
      output: events.output ?? (messages || whole.input ? lastAnswer(messages ?? whole.input) : undefined),
      toolDefinitions: readToolDefinitions(fields.json('model_request_parameters')),
      rawOutput: typeof answer === 'string' ? answer : undefined,
    });
  },
};

function kindOf(fields: Fields): Finding['kind'] {
  if (fields.text('gen_ai.operation.name') !== undefined) return undefined;
  if (fields.has('tool_arguments') || fields.has('tool_response') || fields.has('gen_ai.tool.call.id')) return 'tool';
  if (fields.has('agent_name')) return 'agent';
  return fields.span.name.startsWith('running ') && fields.span.name.includes('tool') ? 'chain' : undefined;
}

function aggregated(fields: Fields): Finding['usage'] {
  const number = (name: string) => fields.number(`gen_ai.aggregated_usage.${name}`);
  const usage = { input: number('input_tokens'), output: number('output_tokens') };
  if (usage.input === undefined && usage.output === undefined) return undefined;
  return present({
    ...usage,
    cacheRead: number('details.cache_read_tokens'),
    reasoning: number('details.reasoning_tokens'),
  });
}

/** The first version has what the conventions sent as events as one list of them. */
function eventList(sent: PlainValue | undefined): { input?: Message[]; output?: Message[] } {
  const input: Message[] = [];
  const output: Message[] = [];
  for (const event of listOf(sent)) {
    if (!isObject(event)) return {};
    const isChoice = textMember(event, 'event.name') === 'gen_ai.choice';
    const role = /^gen_ai\.(\w+)\.message$/.exec(textMember(event, 'event.name') ?? '')?.[1];
    const message = readMessage(isChoice ? member(event, 'message') : event, role ?? 'assistant');
    if (!message) continue;
    const reason = finishReason(textMember(event, 'finish_reason') ?? '');
    if (isChoice) output.push(reason === undefined ? message : { ...message, finishReason: reason });
    else input.push(message);
  }
  return { ...(input.length > 0 && { input }), ...(output.length > 0 && { output }) };
}

function beforeAnswer(messages: Message[] | undefined): Message[] | undefined {
  if (!messages) return undefined;
  const isAnswered = messages.at(-1)?.role === 'assistant';
  const before = isAnswered ? messages.slice(0, -1) : messages;
  return before.length > 0 ? before : undefined;
}

function lastAnswer(messages: Message[] | undefined): Message[] | undefined {
  const last = messages?.at(-1);
  return last?.role === 'assistant' ? [last] : undefined;
}
