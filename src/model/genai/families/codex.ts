import { plainObject } from '../../plainValue.ts';
import { type Family, type Finding, filled } from '../family.ts';
import type { Fields } from '../fields.ts';
import type { Message, Usage } from '../genai.ts';
import { numberOf, present, structured, textMember } from '../plain.ts';

/** Codex CLI: numbers and contents are in its log records; those of a finished answer end a model call. */
export const codex: Family = {
  name: 'codex',
  detects: fields =>
    fields.hasPrefix('codex.') ||
    fields.events.some(event => event.name.startsWith('codex.')) ||
    /^codex\b/.test(fields.span.scope.name),
  table: {
    texts: { conversation: ['conversation.id', 'codex.conversation_id'], requestModel: ['model', 'slug'] },
    usage: {
      input: ['codex.usage.input_tokens', 'input_token_count'],
      output: ['codex.usage.output_tokens', 'output_token_count'],
      cacheRead: ['codex.usage.cached_input_tokens', 'cached_token_count'],
      reasoning: ['codex.usage.reasoning_output_tokens', 'reasoning_token_count'],
      total: ['codex.usage.total_tokens'],
    },
  },
  read: fields => {
    const usage = finished(fields);
    const tool = toolOf(fields);
    return present<Finding>({
      kind: usage ? 'chat' : tool ? 'tool' : fields.has('codex.usage.input_tokens') ? 'chat' : undefined,
      usage,
      tool,
      input: promptOf(fields),
    });
  },
};

function eventOf(fields: Fields, name: string) {
  const event = fields.events.find(each => each.name === name);
  return event && plainObject(event.attributes);
}

function finished(fields: Fields): Usage | undefined {
  for (const event of fields.events) {
    if (event.name !== 'codex.sse_event') continue;
    const sent = plainObject(event.attributes);
    if (textMember(sent, 'event.kind', 'kind') !== 'response.completed') continue;
    const number = (key: string) => numberOf(sent[key]);
    return filled<Usage>({
      input: number('input_token_count'),
      output: number('output_token_count'),
      cacheRead: number('cached_token_count'),
      reasoning: number('reasoning_token_count'),
    });
  }
  return undefined;
}

function toolOf(fields: Fields): Finding['tool'] {
  const sent = eventOf(fields, 'codex.tool_result');
  if (!sent) return undefined;
  return filled({
    name: textMember(sent, 'tool_name'),
    id: textMember(sent, 'call_id'),
    arguments: structured(sent['arguments']),
    result: sent['output'],
  });
}

function promptOf(fields: Fields): Message[] | undefined {
  const text = textMember(eventOf(fields, 'codex.user_prompt'), 'prompt');
  return text === undefined || text === '[REDACTED]' ? undefined : [{ role: 'user', parts: [{ type: 'text', text }] }];
}
