import { pieces, readTool } from './chatApi.ts';
import { type Fields, fields, list, number, present, text } from './json.ts';
import type { Asked, Message, Part, Reply, Usage } from './talk.ts';

// Anthropic's messages, as they are on the wire.

export function readMessagesRequest(body: unknown): Asked {
  const { model, stream, system, messages, tools, ...parameters } = fields(body);
  const told = readContents(system);
  return {
    model: text(model) ?? '',
    stream: stream === true,
    parameters,
    messages: [...(told.length === 0 ? [] : [{ role: 'system', parts: told }]), ...list(messages).map(readMessage)],
    tools: list(tools).map(readTool),
  };
}

function readMessage(message: unknown): Message {
  const { role, content } = fields(message);
  return { role: text(role) ?? '', parts: readContents(content) };
}

function readContents(content: unknown): Part[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : list(content).map(readContent);
}

function readContent(block: unknown): Part {
  const of = fields(block);
  switch (of['type']) {
    case 'text':
      return { type: 'text', text: text(of['text']) ?? '' };
    case 'thinking':
      return { type: 'reasoning', text: text(of['thinking']) ?? '' };
    case 'tool_use':
      return present({ type: 'tool_call', id: text(of['id']), name: text(of['name']), arguments: of['input'] }) as Part;
    case 'tool_result': {
      const result =
        text(of['content']) ??
        list(of['content'])
          .map(part => text(fields(part)['text']) ?? '')
          .join('');
      return present({ type: 'tool_result', id: text(of['tool_use_id']), result }) as Part;
    }
    case 'image': {
      const { media_type: mimeType, data, url } = fields(of['source']);
      return present({
        type: 'media',
        modality: 'image',
        mimeType: text(mimeType),
        data: text(data),
        url: text(url),
      }) as Part;
    }
    default:
      return { type: 'data', value: block };
  }
}

export function readMessagesAnswer(answer: unknown): { output: Message[]; model?: string; id?: string; usage?: Usage } {
  const of = fields(answer);
  const message = present({ ...readMessage(answer), finishReason: text(of['stop_reason']) }) as Message;
  return present({
    output: [message],
    model: text(of['model']),
    id: text(of['id']),
    usage: readUsage(of['usage']),
  }) as {
    output: Message[];
  };
}

/** This API counts what comes from and goes to the cache beside the input; told are all of them together. */
function readUsage(usage: unknown): Usage {
  const of = fields(usage);
  const cacheRead = number(of['cache_read_input_tokens']) ?? 0;
  const cacheWrite = number(of['cache_creation_input_tokens']) ?? 0;
  const input = (number(of['input_tokens']) ?? 0) + cacheRead + cacheWrite;
  const output = number(of['output_tokens']) ?? 0;
  return { input, output, total: input + output, cacheRead, cacheWrite };
}

export function writeMessagesAnswer({ number, model, parts, usage }: Reply): Fields {
  const calls = parts.some(part => part.type === 'tool_call');
  const cacheRead = usage.cacheRead ?? 0;
  const cacheWrite = usage.cacheWrite ?? 0;
  return {
    id: `msg_${String(number).padStart(4, '0')}`,
    type: 'message',
    role: 'assistant',
    model,
    content: parts.flatMap(part => writeContent(part)),
    stop_reason: calls ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: usage.input - cacheRead - cacheWrite,
      cache_read_input_tokens: cacheRead,
      cache_creation_input_tokens: cacheWrite,
      output_tokens: usage.output,
      service_tier: 'standard',
    },
  };
}

function writeContent(part: Part): Fields[] {
  if (part.type === 'text') return [{ type: 'text', text: part.text }];
  if (part.type === 'reasoning') return [{ type: 'thinking', thinking: part.text, signature: 'c2lnbmF0dXJl' }];
  if (part.type === 'tool_call') return [{ type: 'tool_use', id: part.id, name: part.name, input: part.arguments }];
  return [];
}

/** The events of a stream that adds up to `answer`. */
export function* streamMessagesAnswer(answer: Fields): Generator<string> {
  const event = (type: string, more: Fields) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  const usage = fields(answer['usage']);
  const begun = { ...answer, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  yield event('message_start', { message: begun });
  for (const [index, block] of list(answer['content']).map(fields).entries()) {
    const delta = (of: Fields) => event('content_block_delta', { index, delta: of });
    if (block['type'] === 'tool_use') {
      yield event('content_block_start', { index, content_block: { ...block, input: {} } });
      for (const piece of pieces(JSON.stringify(block['input']))) {
        yield delta({ type: 'input_json_delta', partial_json: piece });
      }
    } else if (block['type'] === 'thinking') {
      yield event('content_block_start', { index, content_block: { type: 'thinking', thinking: '', signature: '' } });
      for (const piece of pieces(text(block['thinking']) ?? ''))
        yield delta({ type: 'thinking_delta', thinking: piece });
      yield delta({ type: 'signature_delta', signature: block['signature'] });
    } else {
      yield event('content_block_start', { index, content_block: { type: 'text', text: '' } });
      for (const piece of pieces(text(block['text']) ?? '')) yield delta({ type: 'text_delta', text: piece });
    }
    yield event('content_block_stop', { index });
  }
  const { stop_reason, stop_sequence } = answer;
  yield event('message_delta', {
    delta: { stop_reason, stop_sequence },
    usage: { output_tokens: usage['output_tokens'] },
  });
  yield event('message_stop', {});
}
