import type { PlainValue } from '../../plainValue.ts';
import { readDocuments } from '../documents.ts';
import type { Family, Finding } from '../family.ts';
import type { Fields } from '../fields.ts';
import type { GenAiKind } from '../genai.ts';
import { readMessages } from '../messages.ts';
import { isObject, listOf, member, present, textMember } from '../plain.ts';
import { readUsage } from '../usage.ts';

const BY_NAME: ReadonlyMap<string, GenAiKind> = new Map([
  ['haystack.pipeline.run', 'workflow'],
  ['haystack.async_pipeline.run', 'workflow'],
  ['haystack.agent.run', 'agent'],
  ['haystack.agent.step', 'chain'],
  ['haystack.agent.step.llm', 'chat'],
  ['haystack.agent.step.tool', 'tool'],
]);

/** Endings of the names of components, and what they do. */
const BY_TYPE: readonly (readonly [RegExp, GenAiKind])[] = [
  [/ChatGenerator$/, 'chat'],
  [/Generator$/, 'completion'],
  [/Retriever$/, 'retrieval'],
  [/Ranker$/, 'rerank'],
  [/Embedder$/, 'embedding'],
  [/^Agent$/, 'agent'],
  [/PromptBuilder$/, 'prompt'],
  [/ToolInvoker$/, 'chain'],
  [/Evaluator$/, 'evaluation'],
];

/** Haystack's own tracing; contents only where it was asked to send them. */
export const haystack: Family = {
  name: 'haystack',
  detects: fields => fields.hasPrefix('haystack.') || BY_NAME.has(fields.span.name),
  table: {
    toolName: ['haystack.tool.name'],
    toolId: ['haystack.tool.call.id'],
    rawInput: [
      'haystack.component.input',
      'haystack.pipeline.input_data',
      'haystack.agent.input',
      'haystack.agent.step.llm.input',
      'haystack.tool.input',
    ],
    rawOutput: [
      'haystack.component.output',
      'haystack.pipeline.output_data',
      'haystack.agent.output',
      'haystack.agent.step.llm.output',
      'haystack.tool.output',
    ],
  },
  read: fields => {
    const kind = kindOf(fields);
    const input = fields.json('haystack.component.input', 'haystack.agent.step.llm.input');
    const output = fields.json('haystack.component.output', 'haystack.agent.step.llm.output');
    const replies = listOf(member(output, 'replies'));
    const meta =
      replies.map(reply => member(reply, 'meta', '_meta')).find(isObject) ?? listOf(member(output, 'meta'))[0];
    return present<Finding>({
      kind,
      node: fields.text('haystack.component.name'),
      input: readMessages(messagesOf(member(input, 'messages'))),
      output: readReplies(replies, meta),
      responseModel: textMember(meta, 'model'),
      usage: readUsage(member(meta, 'usage')),
      documents: kind === 'retrieval' || kind === 'rerank' ? readDocuments(member(output, 'documents')) : undefined,
    });
  },
};

function kindOf(fields: Fields): GenAiKind | undefined {
  const byName = BY_NAME.get(fields.span.name);
  if (byName !== undefined) return byName;
  const type = fields.text('haystack.component.type') ?? '';
  return BY_TYPE.find(([pattern]) => pattern.test(type))?.[1] ?? (type === '' ? undefined : 'chain');
}

/** Its messages have their parts as objects of one field each, under `content` or `_content`. */
function messagesOf(list: PlainValue | undefined): PlainValue {
  return listOf(list).map(message => {
    if (!isObject(message)) return message;
    const content = member(message, 'content', '_content');
    const role = member(message, 'role', '_role') ?? null;
    const parts = Array.isArray(content) ? content.map(partOf) : (content ?? null);
    return { ...message, role, content: parts };
  });
}

function partOf(part: PlainValue): PlainValue {
  const call = member(part, 'tool_call');
  if (isObject(call))
    return {
      type: 'tool_call',
      id: call['id'] ?? null,
      name: call['tool_name'] ?? null,
      arguments: call['arguments'] ?? null,
    };
  const result = member(part, 'tool_call_result');
  if (!isObject(result)) return part;
  const origin = member(result, 'origin');
  return {
    type: 'tool_result',
    id: member(origin, 'id') ?? null,
    name: member(origin, 'tool_name') ?? null,
    result: result['result'] ?? null,
  };
}

function readReplies(replies: readonly PlainValue[], meta: PlainValue | undefined): Finding['output'] {
  const reason = textMember(meta, 'finish_reason');
  const withReason = (message: PlainValue) =>
    isObject(message) && reason !== undefined ? { ...message, finish_reason: reason } : message;
  if (replies.length > 0 && replies.every(reply => typeof reply === 'string')) {
    return replies.map(text => ({ role: 'assistant', parts: [{ type: 'text', text: text as string }] }));
  }
  return readMessages((messagesOf([...replies]) as PlainValue[]).map(withReason));
}
