import { type Fields, fields, list, number, parsed, present, text } from './json.ts';
import type { Asked, Message, Part, Reply, ToolDefinition, Usage } from './talk.ts';

// OpenAI's chat completions, as they are on the wire.

export function readChatRequest(body: unknown): Asked {
  const { model, stream, messages, tools, ...parameters } = fields(body);
  return {
    model: text(model) ?? '',
    stream: stream === true,
    parameters,
    messages: list(messages).map(readMessage),
    tools: list(tools).map(readTool),
  };
}

export function readTool(tool: unknown): ToolDefinition {
  const of = fields(fields(tool)['function'] ?? tool);
  return present({
    name: text(of['name']) ?? '',
    description: text(of['description']),
    schema: of['parameters'] ?? of['input_schema'],
  }) as ToolDefinition;
}

export function readMessage(message: unknown): Message {
  const of = fields(message);
  const role = text(of['role']) ?? '';
  const name = text(of['name']);
  return { role, ...(name === undefined ? {} : { name }), parts: readParts(of, role) };
}

function readParts(of: Fields, role: string): Part[] {
  if (role === 'tool') {
    const content =
      text(of['content']) ??
      list(of['content'])
        .map(part => text(fields(part)['text']) ?? '')
        .join('');
    return [present({ type: 'tool_result', id: text(of['tool_call_id']), result: content }) as Part];
  }
  const said: Part[] =
    typeof of['content'] === 'string' && of['content'] !== '' ? [{ type: 'text', text: of['content'] }] : [];
  const refusal = text(of['refusal']);
  return [
    ...said,
    ...list(of['content']).map(readContent),
    ...(refusal === undefined ? [] : [{ type: 'refusal' as const, text: refusal }]),
    ...list(of['tool_calls']).map(call => {
      const { id, function: made } = fields(call);
      const { name, arguments: given } = fields(made);
      return present({ type: 'tool_call', id: text(id), name: text(name) ?? '', arguments: parsed(given) }) as Part;
    }),
  ];
}

function readContent(part: unknown): Part {
  const { type, text: said, image_url: image } = fields(part);
  if (type === 'text') return { type: 'text', text: text(said) ?? '' };
  if (type === 'image_url') return picture(text(fields(image)['url']) ?? '');
  return { type: 'data', value: part };
}

/** A picture by its address, or by the data of a `data:` address. */
export function picture(url: string): Part {
  const inline = /^data:([^;,]+);base64,(.*)$/s.exec(url);
  if (!inline) return { type: 'media', modality: 'image', url };
  return { type: 'media', modality: 'image', mimeType: inline[1] ?? '', data: inline[2] ?? '' };
}

export function readChatAnswer(answer: unknown): { output: Message[]; model?: string; id?: string; usage?: Usage } {
  const of = fields(answer);
  const output = list(of['choices']).map(choice => {
    const { message, finish_reason: reason } = fields(choice);
    return present({ ...readMessage(message), finishReason: text(reason) }) as Message;
  });
  return present({ output, model: text(of['model']), id: text(of['id']), usage: readUsage(of['usage']) }) as {
    output: Message[];
  };
}

function readUsage(usage: unknown): Usage | undefined {
  if (usage === undefined || usage === null) return undefined;
  const of = fields(usage);
  return present({
    input: number(of['prompt_tokens']),
    output: number(of['completion_tokens']),
    total: number(of['total_tokens']),
    cacheRead: number(fields(of['prompt_tokens_details'])['cached_tokens']),
    reasoning: number(fields(of['completion_tokens_details'])['reasoning_tokens']),
  }) as unknown as Usage;
}

export function writeChatAnswer({ number, model, parts, usage }: Reply): Fields {
  const calls = parts.filter(part => part.type === 'tool_call');
  const said = parts.flatMap(part => (part.type === 'text' ? [part.text] : [])).join('\n');
  return {
    id: `chatcmpl-${String(number).padStart(4, '0')}`,
    object: 'chat.completion',
    created: 1_760_000_000 + number,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: said === '' ? null : said,
          refusal: null,
          ...(calls.length === 0
            ? {}
            : {
                tool_calls: calls.map(({ id, name, arguments: given }) => ({
                  id,
                  type: 'function',
                  function: { name, arguments: JSON.stringify(given) },
                })),
              }),
        },
        logprobs: null,
        finish_reason: calls.length === 0 ? 'stop' : 'tool_calls',
      },
    ],
    usage: {
      prompt_tokens: usage.input,
      completion_tokens: usage.output,
      total_tokens: usage.total,
      prompt_tokens_details: { cached_tokens: usage.cacheRead ?? 0 },
      completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    },
    service_tier: 'default',
    system_fingerprint: 'fp_0a1b2c3d4e',
  };
}

/** The events of a stream that adds up to `answer`; its usage comes in one of its own, and only if asked for. */
export function* streamChatAnswer(answer: Fields, withUsage: boolean): Generator<string> {
  const { id, created, model, system_fingerprint, choices, usage } = answer;
  const event = (more: Fields) =>
    `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model, system_fingerprint, ...more })}\n\n`;
  const delta = (of: Fields, reason: unknown = null) =>
    event({ choices: [{ index: 0, delta: of, logprobs: null, finish_reason: reason }] });
  const { message, finish_reason: reason } = fields(list(choices)[0]);
  const { content, tool_calls: calls } = fields(message);
  yield delta({ role: 'assistant', content: calls === undefined ? '' : null });
  for (const piece of pieces(text(content) ?? '')) yield delta({ content: piece });
  for (const [index, call] of list(calls).entries()) {
    const { function: made, ...rest } = fields(call);
    const { name, arguments: given } = fields(made);
    yield delta({ tool_calls: [{ index, ...rest, function: { name, arguments: '' } }] });
    for (const piece of pieces(text(given) ?? '')) {
      yield delta({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  }
  yield delta({}, reason);
  if (withUsage) yield event({ choices: [], usage });
  yield 'data: [DONE]\n\n';
}

/** A text in the pieces that a model would stream: words, each with the space before it. */
export function pieces(whole: string): string[] {
  return whole.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
}
