import type { ViewAttribute } from '../../../src/model/viewValue.ts';

/** Attributes as each dialect puts them on the wire; the keys and encodings are those of the libraries. */
const SENT: Record<string, Record<string, string | number | string[]>> = {
  'mlflow chat': {
    'mlflow.traceRequestId': '"tr-7a3f0000000000000000000000000001"',
    'mlflow.spanType': '"CHAT_MODEL"',
    'mlflow.spanFunctionName': '"create"',
    'mlflow.llm.model': '"gpt-4o-mini"',
    'mlflow.llm.provider': '"openai"',
    'mlflow.spanInputs': JSON.stringify(
      JSON.stringify({
        messages: [
          { role: 'system', content: 'Answer in one sentence.' },
          { role: 'user', content: 'Why is the sky blue?' },
        ],
        temperature: 0.2,
      }),
    ),
    'mlflow.spanOutputs': JSON.stringify({
      choices: [{ index: 0, message: { role: 'assistant', content: 'Because air scatters blue light most.' } }],
    }),
    'mlflow.chat.tokenUsage': '{"input_tokens": 38, "output_tokens": 42, "total_tokens": 80}',
    'session.id': '"session-17"',
    'user.id': '"user-4"',
  },
  'langfuse generation': {
    'langfuse.observation.type': 'generation',
    'langfuse.observation.model.name': 'claude-sonnet-4-5',
    'langfuse.observation.model.parameters': '{"max_tokens":1024}',
    'langfuse.observation.usage_details': '{"input":1412,"output":188,"total":1700}',
    'langfuse.observation.input': '[{"role":"user","content":[{"type":"text","text":"Plan a trip to Oslo."}]}]',
    'langfuse.observation.output': 'Day one: the harbour.\nDay two: the museums.',
    'langfuse.trace.tags': ['travel', 'beta'],
    'langfuse.user.id': 'user-4',
    'langfuse.session.id': 'session-17',
  },
  'openinference tool': {
    'openinference.span.kind': 'TOOL',
    'tool.name': 'get_weather',
    'tool.parameters': '{"city":"Oslo"}',
    'input.value': '{"city":"Oslo"}',
    'input.mime_type': 'application/json',
    'output.value': '7 °C, rain',
  },
  'traceloop chat': {
    'gen_ai.system': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.model': 'gpt-4o-2024-11-20',
    'gen_ai.prompt.0.role': 'user',
    'gen_ai.prompt.0.content': 'What is the weather in Oslo?',
    'gen_ai.completion.0.role': 'assistant',
    'gen_ai.completion.0.tool_calls.0.name': 'get_weather',
    'gen_ai.completion.0.tool_calls.0.arguments': '{"city":"Oslo"}',
    'gen_ai.usage.prompt_tokens': 31,
    'gen_ai.usage.completion_tokens': 9,
    'llm.usage.total_tokens': 40,
    'traceloop.association.properties.session_id': 'session-17',
  },
  'ai.generateText.doGenerate': {
    'ai.operationId': 'ai.generateText.doGenerate',
    'ai.model.id': 'gpt-4o',
    'ai.model.provider': 'openai.chat',
    'ai.prompt.messages': '[{"role":"user","content":[{"type":"text","text":"Say hello."}]}]',
    'ai.response.text': 'Hello.',
    'ai.response.finishReason': 'stop',
    'ai.usage.promptTokens': 4,
    'ai.usage.completionTokens': 2,
  },
};

/** What {@link SENT} comes to the page as. */
export const MODEL_SPANS: ReadonlyMap<string, ViewAttribute[]> = new Map(
  Object.entries(SENT).map(([name, sent]) => [name, Object.entries(sent).map(([key, value]) => attribute(key, value))]),
);

function attribute(key: string, value: string | number | string[]): ViewAttribute {
  if (typeof value === 'number') return { key, value: { type: 'int', value: String(value) } };
  if (typeof value === 'string') return { key, value: { type: 'string', value } };
  return { key, value: { type: 'array', values: value.map(text => ({ type: 'string', value: text })) } };
}
