import { plainValue } from '../../plainValue.ts';
import { attribute } from '../../value.ts';
import { type Family, type Finding, MILLISECOND } from '../family.ts';
import type { Fields } from '../fields.ts';
import type { GenAiKind, Message } from '../genai.ts';
import { numberOf, present, textOf } from '../plain.ts';

const KINDS: ReadonlyMap<string, GenAiKind> = new Map([
  ['claude_code.interaction', 'agent'],
  ['claude_code.llm_request', 'chat'],
  ['claude_code.tool', 'tool'],
  ['claude_code.tool.execution', 'chain'],
  ['claude_code.tool.blocked_on_user', 'chain'],
  ['claude_code.hook', 'chain'],
]);

/** Claude Code. Its input tokens leave the cache out; what a call cost is in a log record of it. */
export const claudeCode: Family = {
  name: 'claude-code',
  detects: fields => KINDS.has(fields.span.name),
  table: {
    texts: {
      requestModel: ['model', 'gen_ai.request.model'],
      responseId: ['request_id'],
      session: ['session.id'],
      user: ['user.id'],
    },
    usage: {
      input: ['input_tokens'],
      output: ['output_tokens'],
      cacheRead: ['cache_read_tokens'],
      cacheWrite: ['cache_creation_tokens'],
    },
    toolName: ['tool_name'],
    toolId: ['tool_use_id'],
    firstToken: [{ key: 'ttft_ms', unit: MILLISECOND }],
    finishReasons: ['stop_reason'],
  },
  read: fields => {
    const kind = KINDS.get(fields.span.name);
    const prompt = fields.text('user_prompt', 'new_context');
    const answer = fields.text('response.model_output');
    return present<Finding>({
      kind,
      provider: kind === 'chat' ? 'anthropic' : undefined,
      exclusive: { input: true },
      input: prompt === undefined ? undefined : textMessage('user', prompt),
      output: answer === undefined ? undefined : textMessage('assistant', answer),
      tool: kind === 'tool' ? present({ arguments: argumentsOf(fields), result: resultOf(fields) }) : undefined,
      cost: costOf(fields),
      error: errorOf(fields),
    });
  },
};

function argumentsOf(fields: Fields) {
  const known = fields.json('tool_input');
  if (known !== undefined) return known;
  const [command, path] = [fields.text('full_command'), fields.text('file_path')];
  if (command === undefined && path === undefined) return undefined;
  return present<Record<string, string>>({ full_command: command!, file_path: path! });
}

function resultOf(fields: Fields) {
  const event = fields.span.events.find(each => each.name === 'tool.output');
  for (const key of ['output', 'content', 'diff']) {
    const value = event && attribute(event.attributes, key);
    if (value !== undefined) return plainValue(value);
  }
  return undefined;
}

function costOf(fields: Fields): Finding['cost'] {
  for (const event of fields.events) {
    if (event.name !== 'claude_code.api_request' && event.name !== 'api_request') continue;
    const value = attribute(event.attributes, 'cost_usd');
    const total = value && numberOf(plainValue(value));
    if (total !== undefined) return { total };
  }
  return undefined;
}

function errorOf(fields: Fields): Finding['error'] {
  const message = textOf(fields.value('error'));
  return fields.flag('success') === false && message !== undefined ? { message } : undefined;
}

function textMessage(role: string, text: string): Message[] {
  return [{ role, parts: [{ type: 'text', text }] }];
}
