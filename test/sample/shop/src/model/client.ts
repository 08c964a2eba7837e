import { type Span, SpanKind } from '@opentelemetry/api';
import { traced } from '../telemetry.ts';

export interface Message {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string | null;
  tool_calls?: ToolCall[];
  tool_call_id?: string;
}

export interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

export interface Tool {
  name: string;
  description: string;
}

interface Completion {
  id: string;
  model: string;
  choices: { message: Message; finish_reason: string }[];
  usage: { prompt_tokens: number; completion_tokens: number };
}

/** One call of the model. The span carries the messages both ways, as the conventions for generative AI have them. */
export function chat(model: string, messages: Message[], tools: Tool[]) {
  const url = new URL(`${process.env['MODEL_URL']}/v1/chat/completions`);
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'tiny',
    'gen_ai.request.model': model,
    'gen_ai.request.temperature': 0.2,
    'gen_ai.input.messages': JSON.stringify(messages.map(asParts)),
    'server.address': url.hostname,
    'server.port': Number(url.port),
  };
  return traced(`chat ${model}`, { kind: SpanKind.CLIENT, attributes }, async span => {
    const body = JSON.stringify({ model, messages, tools: tools.map(each => ({ type: 'function', function: each })) });
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (!response.ok) throw new Error(`The model answered with status ${response.status}.`);
    const completion = (await response.json()) as Completion;
    const choice = completion.choices[0];
    if (!choice) throw new Error('The model answered without a choice.');
    recordAnswer(span, completion, choice);
    return { message: choice.message, usage: completion.usage };
  });
}

function recordAnswer(span: Span, completion: Completion, choice: Completion['choices'][number]): void {
  span.setAttributes({
    'gen_ai.response.id': completion.id,
    'gen_ai.response.model': completion.model,
    'gen_ai.response.finish_reasons': [choice.finish_reason],
    'gen_ai.usage.input_tokens': completion.usage.prompt_tokens,
    'gen_ai.usage.output_tokens': completion.usage.completion_tokens,
    'gen_ai.output.messages': JSON.stringify([{ ...asParts(choice.message), finish_reason: choice.finish_reason }]),
  });
}

function asParts(message: Message) {
  const { role, content, tool_call_id: id, tool_calls: calls = [] } = message;
  if (role === 'tool') return { role, parts: [{ type: 'tool_call_response', id, response: content }] };
  const text = content ? [{ type: 'text', content }] : [];
  const asked = calls.map(call => ({
    type: 'tool_call',
    id: call.id,
    name: call.function.name,
    arguments: JSON.parse(call.function.arguments),
  }));
  return { role, parts: [...text, ...asked] };
}
