import type { PlainValue } from '../../plainValue.ts';
import { type Family, type Finding, kindNames } from '../family.ts';
import type { Fields } from '../fields.ts';
import { decoded, isObject, listOf, member, present, textOf } from '../plain.ts';
import { readUsage } from '../usage.ts';

/** LangSmith, which LangChain and LangGraph report through. Its session name is that of a project, not a session. */
export const langsmith: Family = {
  name: 'langsmith',
  detects: fields => fields.hasPrefix('langsmith.'),
  table: {
    kind: {
      key: 'langsmith.span.kind',
      values: kindNames({
        chat: 'llm',
        chain: 'chain',
        tool: 'tool',
        retrieval: 'retriever',
        embedding: 'embedding',
        prompt: 'prompt',
        other: 'parser',
      }),
    },
    texts: {
      requestModel: ['langsmith.metadata.ls_model_name'],
      provider: ['langsmith.metadata.ls_provider'],
      session: ['langsmith.metadata.session_id', 'langsmith.metadata.conversation_id', 'langsmith.metadata.thread_id'],
      user: ['langsmith.metadata.user_id'],
      node: ['langsmith.metadata.langgraph_node'],
      step: ['langsmith.metadata.langgraph_step'],
    },
    parameters: { json: ['langsmith.metadata.ls_invocation_params'], prefixes: ['langsmith.metadata.ls_'] },
    streaming: ['langsmith.request.streaming'],
    metadata: { prefixes: ['langsmith.metadata.'] },
  },
  read: fields => {
    const isTool = fields.text('langsmith.span.kind') === 'tool';
    const input = fields.json('gen_ai.prompt');
    const output = fields.json('gen_ai.completion');
    const model = fields.text('gen_ai.request.model');
    return present<Finding>({
      requestModel: model,
      tool: isTool ? { name: fields.text('gen_ai.tool.name') ?? fields.span.name } : undefined,
      rawInput: alone(input, 'input'),
      rawOutput: alone(alone(output, 'output'), 'outputs'),
      usage: usageOf(fields),
      tags: tagsOf(fields),
    });
  },
};

/** Values that are no objects are sent as the one field of an object. */
function alone(value: PlainValue | undefined, key: string): PlainValue | undefined {
  return isObject(value) && Object.keys(value).length === 1 ? (decoded(member(value, key)) ?? value) : value;
}

function usageOf(fields: Fields): Finding['usage'] {
  const whole = readUsage(fields.json('langsmith.usage_metadata'));
  if (whole) return whole;
  const [input, output] = ['input', 'output'].map(side => fields.json(`gen_ai.usage.${side}_token_details`));
  return present({
    cacheRead: numberIn(input, 'cache_read'),
    cacheWrite: numberIn(input, 'cache_creation'),
    reasoning: numberIn(output, 'reasoning'),
  });
}

function numberIn(value: PlainValue | undefined, key: string): number | undefined {
  const found = member(value, key);
  return typeof found === 'number' ? found : undefined;
}

/** One text with commas, and an empty one where there are none. */
function tagsOf(fields: Fields): string[] | undefined {
  const sent = fields.json('langsmith.span.tags');
  const tags = Array.isArray(sent) ? listOf(sent).map(textOf) : typeof sent === 'string' ? sent.split(/,\s*/) : [];
  const named = tags.filter(tag => tag !== undefined && tag !== '') as string[];
  return named.length > 0 ? named : undefined;
}
