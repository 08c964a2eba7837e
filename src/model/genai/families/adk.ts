import type { PlainValue } from '../../plainValue.ts';
import type { Family, Finding } from '../family.ts';
import type { Fields } from '../fields.ts';
import type { Message } from '../genai.ts';
import { isObject, member, present, textMember } from '../plain.ts';
import { readUsage } from '../usage.ts';

const PREFIX = 'gcp.vertex.agent.';

/** Google's Agent Development Kit. Where it has nothing to say it writes `{}` or `N/A`. */
export const adk: Family = {
  name: 'google-adk',
  detects: fields => fields.hasPrefix(PREFIX) || fields.span.scope.name === 'gcp.vertex.agent',
  refine: (found, fields) => {
    const result = found.tool?.result;
    if (found.tool && result !== undefined) found.tool = { ...found.tool, result: resultOf(result)! };
    found.output = found.output?.map(withoutPieces);
    const { output, reasoning = 0, total } = found.usage ?? {};
    // LiteLLM's names of models begin with the provider; its output has the reasoning that is added to it here.
    const isLiteLlm = found.requestModel?.includes('/') && !fields.text('gen_ai.provider.name')?.startsWith('gcp.');
    if (isLiteLlm && total === undefined && output !== undefined && output >= 2 * reasoning) {
      found.usage = { ...found.usage, output: output - reasoning };
    }
  },
  table: { texts: { session: [`${PREFIX}session_id`], user: [`${PREFIX}user_id`] } },
  read: fields => {
    const request = said(fields, 'llm_request');
    const response = said(fields, 'llm_response');
    const args = said(fields, 'tool_call_args');
    const result = said(fields, 'tool_response');
    const isTool = args !== undefined || result !== undefined || fields.has('gen_ai.tool.name');
    return present<Finding>({
      kind: kindOf(fields, request !== undefined, isTool),
      rawInput: request,
      rawOutput: response === undefined ? said(fields, 'data') : answer(response),
      // The attributes add what LiteLLM has in its output already; the answer has a total to tell by.
      usage: readUsage(member(response, 'usage_metadata', 'usageMetadata')),
      tool: isTool ? present({ arguments: args, result: resultOf(result) }) : undefined,
    });
  },
};

/** A streamed answer is reported as its pieces with the whole behind them. */
function withoutPieces(message: Message): Message {
  const texts = message.parts.map(part => (part.type === 'text' ? part.text : undefined));
  const whole = texts.at(-1);
  const isWhole = texts.length > 2 && texts.every(text => text !== undefined) && texts.slice(0, -1).join('') === whole;
  return isWhole ? { ...message, parts: message.parts.slice(-1) } : message;
}

function kindOf(fields: Fields, isModel: boolean, isTool: boolean): Finding['kind'] {
  // Around the spans of calls that ran at once.
  if (fields.text('gen_ai.tool.name') === '(merged tools)') return 'chain';
  if (isTool && !isModel) return 'tool';
  if (fields.span.name === 'call_llm') return 'chat';
  if (fields.text('gen_ai.operation.name') !== undefined) return undefined;
  if (isModel) return 'chat';
  if (fields.span.name === 'invocation') return 'workflow';
  return /^(?:agent_run|invoke_agent)\b/.test(fields.span.name) ? 'agent' : undefined;
}

function said(fields: Fields, name: string): PlainValue | undefined {
  const value = fields.json(PREFIX + name);
  const isEmpty = isObject(value) && Object.keys(value).length === 0;
  return isEmpty || value === 'N/A' || value === '<not serializable>' ? undefined : value;
}

/** One candidate, without the list around it. */
function answer(response: PlainValue): PlainValue {
  const content = member(response, 'content');
  const reason = textMember(response, 'finish_reason', 'finishReason');
  if (!isObject(response) || !isObject(content)) return response;
  const candidate: PlainValue = reason === undefined ? { content } : { content, finishReason: reason };
  return { ...response, candidates: [candidate] };
}

/** Answers of tools that are no objects are put under `result`. */
function resultOf(value: PlainValue | undefined): PlainValue | undefined {
  const inner = member(value, 'response');
  const body = isObject(inner) && member(value, 'name', 'id') !== undefined ? inner : value;
  return isObject(body) && Object.keys(body).length === 1 ? (member(body, 'result') ?? body) : body;
}
