import assert from 'node:assert/strict';
import { displayValue, type ViewAttribute, type ViewValue } from '../../../src/model/viewValue.ts';
import { decoded } from '../../../webview/details/jsonText.ts';
import { messagesText } from '../../../webview/details/messages.ts';
import { takeModelFacts } from '../../../webview/details/modelFacts.ts';
import { overviewFacts } from '../../../webview/details/overviewFacts.ts';
import { MODEL_SPANS } from './modelSpans.ts';

const text = (value: string): ViewValue => ({ type: 'string', value });
const attribute = (key: string, value: string): ViewAttribute => ({ key, value: text(value) });
const told = (attributes: Iterable<ViewAttribute>) =>
  takeModelFacts(new Map([...attributes].map(sent => [sent.key, sent]))).map(({ label, value }) => [
    label,
    displayValue(value),
  ]);

describe('what a span says of its work with models', () => {
  const dialects: [string, [string, string][]][] = [
    [
      'mlflow chat',
      [
        ['type', 'CHAT_MODEL'],
        ['provider', 'openai'],
        ['model', 'gpt-4o-mini'],
        ['tokens', '38 in, 42 out'],
        ['input', 'system: Answer in one sentence.\nuser: Why is the sky blue?\n\n{\n  "temperature": 0.2\n}'],
        ['output', 'assistant: Because air scatters blue light most.'],
        ['session', 'session-17'],
        ['user', 'user-4'],
      ],
    ],
    [
      'langfuse generation',
      [
        ['type', 'generation'],
        ['model', 'claude-sonnet-4-5'],
        ['tokens', '1,412 in, 188 out, 1,700 in all'],
        ['input', 'user: Plan a trip to Oslo.'],
        ['output', 'Day one: the harbour.\nDay two: the museums.'],
        ['parameters', '{\n  "max_tokens": 1024\n}'],
        ['session', 'session-17'],
        ['user', 'user-4'],
        ['tags', 'travel, beta'],
      ],
    ],
    [
      'openinference tool',
      [
        ['type', 'TOOL'],
        ['tool', 'get_weather'],
        ['arguments', '{\n  "city": "Oslo"\n}'],
        ['input', '{\n  "city": "Oslo"\n}'],
        ['output', '7 °C, rain'],
      ],
    ],
    [
      'traceloop chat',
      [
        ['provider', 'openai'],
        ['model', 'gpt-4o'],
        ['answered by', 'gpt-4o-2024-11-20'],
        ['tokens', '31 in, 9 out'],
        ['input', 'user: What is the weather in Oslo?'],
        ['output', 'assistant: get_weather({"city":"Oslo"})'],
        ['session', 'session-17'],
      ],
    ],
    [
      'ai.generateText.doGenerate',
      [
        ['operation', 'ai.generateText.doGenerate'],
        ['provider', 'openai.chat'],
        ['model', 'gpt-4o'],
        ['tokens', '4 in, 2 out'],
        ['input', 'user: Say hello.'],
        ['output', 'Hello.'],
        ['finish reason', 'stop'],
      ],
    ],
  ];
  for (const [name, facts] of dialects) it(name, () => assert.deepEqual(told(MODEL_SPANS.get(name)!), facts));

  it('names the key that a fact was read from, and every key of the tokens', () => {
    const sent = new Map(MODEL_SPANS.get('traceloop chat')!.map(one => [one.key, one]));
    const keys = new Map(takeModelFacts(sent).map(({ label, key }) => [label, key]));
    assert.equal(keys.get('model'), 'gen_ai.request.model');
    assert.match(keys.get('tokens') ?? '', /^gen_ai\.usage\.prompt_tokens, gen_ai\.usage\.completion_tokens/);
  });

  it('a session alone is no work with models, and is shown by its key', () => {
    assert.deepEqual(overviewFacts([attribute('session.id', 's')], 'internal'), [attribute('session.id', 's')]);
  });

  it('messages of OpenInference stand before the request that they were taken from', () => {
    const sent = [
      attribute('input.value', '{"messages":[]}'),
      attribute('llm.input_messages.10.message.content', 'last'),
      attribute('llm.input_messages.2.message.role', 'user'),
      attribute('llm.input_messages.2.message.contents.0.message_content.text', 'first'),
    ];
    assert.deepEqual(told(sent), [['input', 'user: first\nlast']]);
  });

  it('a native list of messages is read like JSON text of it', () => {
    const entries = [attribute('role', 'user'), attribute('content', 'hi')];
    const value: ViewValue = { type: 'array', values: [{ type: 'map', entries }] };
    assert.deepEqual(told([{ key: 'gen_ai.input.messages', value }]), [['input', 'user: hi']]);
  });

  it('counts that are no counts are not told', () => {
    assert.deepEqual(told([attribute('gen_ai.usage.input_tokens', 'many')]), []);
    assert.deepEqual(told([attribute('mlflow.chat.tokenUsage', '{"input_tokens": {}, "__proto__": 3}')]), []);
    assert.deepEqual(told([attribute('mlflow.chat.tokenUsage', '{"total_tokens": 80}')]), [['tokens', '80 in all']]);
  });
});

describe('decoded', () => {
  const cases: [string, unknown][] = [
    ['"CHAT_MODEL"', 'CHAT_MODEL'],
    ['"{\\"a\\": 1}"', { a: 1 }],
    ['plain', undefined],
    ['38', undefined],
    ['{"broken": ', undefined],
    ['{"id": 12345678901234567890}', undefined],
    ['{"id": "12345678901234567890"}', { id: '12345678901234567890' }],
    [`${'['.repeat(50_000)}`, undefined],
  ];
  for (const [sent, says] of cases) it(sent.slice(0, 40), () => assert.deepEqual(decoded(text(sent)), says));

  it('what is cut is not read', () => {
    assert.equal(decoded({ type: 'string', value: '[1, 2', cutFrom: 900 }), undefined);
    assert.equal(decoded({ type: 'string', value: '"a"', cutFrom: 900 }), undefined);
  });
});

describe('messagesText', () => {
  const cases: [string, unknown, string | undefined][] = [
    [
      'parts of the semantic conventions',
      [
        { role: 'user', parts: [{ type: 'text', content: 'hi' }] },
        { role: 'assistant', parts: [{ type: 'tool_call', id: '1', name: 'find', arguments: { q: 'x' } }] },
      ],
      'user: hi\nassistant: find({"q":"x"})',
    ],
    [
      'tool calls of OpenAI',
      { role: 'assistant', content: null, tool_calls: [{ id: '1', function: { name: 'find', arguments: '{}' } }] },
      'assistant: find({})',
    ],
    ['a prompt with instructions', { system: 'be brief', prompt: 'hi' }, 'system: be brief\nuser: hi'],
    [
      'a picture is not told as text',
      [{ role: 'user', parts: [{ type: 'blob', content: 'AAAA' }] }],
      'user: {"type":"blob","content":"AAAA"}',
    ],
    ['a list in which not all are messages', [{ role: 'user', content: 'hi' }, 5], undefined],
    ['messages that are none', { messages: 5 }, undefined],
    ['an object', { city: 'Oslo' }, undefined],
    ['an empty list', [], undefined],
  ];
  for (const [name, json, lines] of cases) it(name, () => assert.equal(messagesText(json), lines));
});
