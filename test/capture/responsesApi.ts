import { picture, pieces, readTool } from './chatApi.ts';
import { type Fields, fields, list, number, parsed, present, text } from './json.ts';
import type { Asked, Message, Part, Reply, Usage } from './talk.ts';

// OpenAI's Responses API, as it is on the wire.

export function readResponsesRequest(body: unknown): Asked {
  const { model, stream, input, instructions, tools, ...parameters } = fields(body);
  const told = text(instructions);
  const said = text(input);
  return {
    model: text(model) ?? '',
    stream: stream === true,
    parameters,
    messages: [
      ...(told === undefined ? [] : [{ role: 'system', parts: [{ type: 'text' as const, text: told }] }]),
      ...(said === undefined ? [] : [{ role: 'user', parts: [{ type: 'text' as const, text: said }] }]),
      ...readItems(list(input)),
    ],
    tools: list(tools).map(readTool),
  };
}

/** Items are flat: calls and reasoning that follow one another are what the model said in one message. */
function readItems(items: unknown[]): Message[] {
  const messages: Message[] = [];
  for (const item of items) {
    const message = readItem(item);
    const last = messages.at(-1);
    const goesOn = last?.role === message.role && (message.role === 'tool' || message.role === 'assistant');
    if (goesOn) last.parts.push(...message.parts);
    else messages.push(message);
  }
  return messages;
}

function readItem(item: unknown): Message {
  const of = fields(item);
  switch (of['type']) {
    case 'function_call': {
      const call = { id: text(of['call_id']), name: text(of['name']), arguments: parsed(of['arguments']) };
      return { role: 'assistant', parts: [present({ type: 'tool_call', ...call }) as Part] };
    }
    case 'function_call_output': {
      const result = { id: text(of['call_id']), result: of['output'] };
      return { role: 'tool', parts: [present({ type: 'tool_result', ...result }) as Part] };
    }
    case 'reasoning': {
      const texts = list(of['summary']).map(part => text(fields(part)['text']) ?? '');
      return { role: 'assistant', parts: texts.map(said => ({ type: 'reasoning', text: said })) };
    }
    default: {
      const said = text(of['content']);
      const parts: Part[] = said === undefined ? list(of['content']).map(readContent) : [{ type: 'text', text: said }];
      return { role: text(of['role']) ?? '', parts };
    }
  }
}

function readContent(part: unknown): Part {
  const { type, text: said, refusal, image_url: image } = fields(part);
  if (type === 'input_text' || type === 'output_text') return { type: 'text', text: text(said) ?? '' };
  if (type === 'refusal') return { type: 'refusal', text: text(refusal) ?? '' };
  if (type === 'input_image') return picture(text(image) ?? '');
  return { type: 'data', value: part };
}

export function readResponsesAnswer(answer: unknown): {
  output: Message[];
  model?: string;
  id?: string;
  usage?: Usage;
} {
  const of = fields(answer);
  const usage = fields(of['usage']);
  return present({
    output: readItems(list(of['output'])),
    model: text(of['model']),
    id: text(of['id']),
    usage: present({
      input: number(usage['input_tokens']),
      output: number(usage['output_tokens']),
      total: number(usage['total_tokens']),
      cacheRead: number(fields(usage['input_tokens_details'])['cached_tokens']),
      reasoning: number(fields(usage['output_tokens_details'])['reasoning_tokens']),
    }) as unknown as Usage,
  }) as { output: Message[] };
}

export function writeResponsesAnswer({ number, model, parts, usage }: Reply, asked: Fields): Fields {
  const id = String(number).padStart(4, '0');
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: 1_760_000_000 + number,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: asked['instructions'] ?? null,
    metadata: {},
    model,
    output: parts.flatMap((part, index) => writeItem(part, `${id}_${index}`)),
    parallel_tool_calls: true,
    temperature: asked['temperature'] ?? 1,
    tool_choice: asked['tool_choice'] ?? 'auto',
    tools: asked['tools'] ?? [],
    top_p: 1,
    truncation: 'disabled',
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cacheRead ?? 0, cache_write_tokens: 0 },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
      total_tokens: usage.total,
    },
  };
}

function writeItem(part: Part, id: string): Fields[] {
  if (part.type === 'text') {
    const content = [{ type: 'output_text', text: part.text, annotations: [] }];
    return [{ type: 'message', id: `msg_${id}`, status: 'completed', role: 'assistant', content }];
  }
  if (part.type === 'reasoning') {
    return [{ type: 'reasoning', id: `rs_${id}`, summary: [{ type: 'summary_text', text: part.text }] }];
  }
  if (part.type !== 'tool_call') return [];
  const call = { call_id: part.id, name: part.name, arguments: JSON.stringify(part.arguments) };
  return [{ type: 'function_call', id: `fc_${id}`, status: 'completed', ...call }];
}

/** The events of a stream that adds up to `answer`. */
export function* streamResponsesAnswer(answer: Fields): Generator<string> {
  let sequence = 0;
  const event = (type: string, more: Fields) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...more })}\n\n`;
  const begun = { ...answer, status: 'in_progress', output: [], usage: null };
  yield event('response.created', { response: begun });
  yield event('response.in_progress', { response: begun });
  for (const [index, item] of list(answer['output']).map(fields).entries()) {
    const at = { output_index: index, item_id: item['id'] };
    if (item['type'] === 'message') {
      yield event('response.output_item.added', {
        output_index: index,
        item: { ...item, status: 'in_progress', content: [] },
      });
      const [part] = list(item['content']).map(fields);
      const said = text(part?.['text']) ?? '';
      const within = { ...at, content_index: 0 };
      yield event('response.content_part.added', { ...within, part: { ...part, text: '' } });
      for (const delta of pieces(said)) yield event('response.output_text.delta', { ...within, delta, logprobs: [] });
      yield event('response.output_text.done', { ...within, text: said, logprobs: [] });
      yield event('response.content_part.done', { ...within, part });
    } else if (item['type'] === 'function_call') {
      yield event('response.output_item.added', {
        output_index: index,
        item: { ...item, status: 'in_progress', arguments: '' },
      });
      const given = text(item['arguments']) ?? '';
      for (const delta of pieces(given)) yield event('response.function_call_arguments.delta', { ...at, delta });
      yield event('response.function_call_arguments.done', { ...at, name: item['name'], arguments: given });
    } else {
      yield event('response.output_item.added', { output_index: index, item: { ...item, summary: [] } });
    }
    yield event('response.output_item.done', { output_index: index, item });
  }
  yield event('response.completed', { response: answer });
}
