import assert from 'node:assert/strict';
import { normalise } from '../../../../src/model/genai/normalise.ts';
import { log, plain, span, text } from './build.ts';

const json = JSON.stringify;
const chat = { 'gen_ai.operation.name': 'chat' };

describe('what senders do', () => {
  it('decodes MLflow once more than others: a prompt that is a number stays the text it is', () => {
    const mlflow = normalise(span({ 'mlflow.spanType': '"LLM"', 'gen_ai.request.model': '"gpt-4o"' }), []);
    assert.equal(mlflow?.requestModel, 'gpt-4o');
    const input = json([{ role: 'user', parts: [{ type: 'text', content: '123' }] }]);
    assert.deepEqual(normalise(span({ ...chat, 'gen_ai.input.messages': input }), [])?.input, [text('user', '123')]);
  });

  for (const [what, body] of [
    ['a map', { role: 'user', content: 'hi' }],
    ['JSON text', '{"role":"user","content":"hi"}'],
  ] as const) {
    it(`reads the body of a log record that is ${what}`, () => {
      assert.deepEqual(normalise(span(chat), [log(1, 'gen_ai.user.message', { body })])?.input, [text('user', 'hi')]);
    });
  }

  it('puts records of one time in the order of a talk', () => {
    const records = [
      log(1, 'gen_ai.choice', { body: { message: { content: 'ho' } } }),
      log(1, 'gen_ai.user.message', { body: { content: 'hi' } }),
      log(1, 'gen_ai.system.message', { body: { content: 'be' } }),
    ];
    const found = normalise(span(chat), records);
    assert.deepEqual(found?.input, [text('system', 'be'), text('user', 'hi')]);
    assert.deepEqual(found?.output, [text('assistant', 'ho')]);
  });

  for (const sent of [
    'Be brief.',
    '[{"type":"text","content":"Be brief."}]',
    [{ type: 'text', content: 'Be brief.' }],
  ]) {
    it(`reads instructions sent as ${typeof sent === 'string' ? sent.slice(0, 12) : 'a structured value'}`, () => {
      const found = normalise(span({ ...chat, 'gen_ai.system_instructions': sent }), []);
      assert.deepEqual(found?.input, [text('system', 'Be brief.')]);
    });
  }

  for (const [sent, reason] of [
    [['stop'], 'stop'],
    ['["tool-calls"]', 'tool_calls'],
    ['stop', 'stop'],
    ['FinishReason.STOP', 'stop'],
    ['"length"', 'length'],
    ['end_turn', 'stop'],
    ['toolUse', 'tool_calls'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['something_else', 'something_else'],
  ] as const) {
    it(`reads the finish reason ${json(sent)}`, () => {
      const found = normalise(span({ ...chat, 'gen_ai.response.finish_reasons': sent as string }), []);
      assert.deepEqual(found?.output, [{ role: 'assistant', finishReason: reason, parts: [] }]);
    });
  }

  for (const key of ['response', 'result', 'content', 'output']) {
    it(`finds what a tool gave under ${key}`, () => {
      const parts = [{ type: 'tool_call_response', id: 'c', [key]: 'rain' }];
      const found = normalise(span({ ...chat, 'gen_ai.input.messages': json([{ role: 'tool', parts }]) }), []);
      assert.deepEqual(found?.input, [{ role: 'tool', parts: [{ type: 'tool_result', id: 'c', result: 'rain' }] }]);
    });
  }

  it('keeps all results of a message, and arguments that were cut as the text they are', () => {
    const content = [
      { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: '1' }] },
      { type: 'tool_result', tool_use_id: 'b', content: '2', is_error: true },
      { type: 'tool_use', id: 'c', name: 'f', input: '{"city":"Os' },
    ];
    const found = normalise(span({ ...chat, 'gen_ai.input.messages': json([{ role: 'user', content }]) }), []);
    assert.deepEqual(plain(found?.input), [
      {
        role: 'user',
        parts: [
          { type: 'tool_result', id: 'a', result: '1' },
          { type: 'tool_result', id: 'b', result: '2' },
          { type: 'tool_call', id: 'c', name: 'f', arguments: '{"city":"Os' },
        ],
      },
    ]);
  });

  for (const definition of [
    { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' } },
    { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' } } },
    { name: 'f', description: 'd', inputSchema: { type: 'object' } },
    { name: 'f', description: 'd', input_schema: { type: 'object' } },
    { name: 'f', description: 'd', parameters_json_schema: { type: 'object' } },
    {
      json_schema: json({
        type: 'function',
        function: { name: 'f', description: 'd', parameters: { type: 'object' } },
      }),
    },
    { toolSpec: { name: 'f', description: 'd', inputSchema: { json: { type: 'object' } } } },
    { function_declarations: [{ name: 'f', description: 'd', parameters: { type: 'object' } }] },
    "Tool(name='f', description='d', parameters={'type': 'object'})",
  ]) {
    it(`reads a tool's definition as ${json(definition).slice(0, 45)}`, () => {
      const found = normalise(span({ ...chat, 'gen_ai.tool.definitions': json([definition]) }), []);
      assert.deepEqual(plain(found?.toolDefinitions), [{ name: 'f', description: 'd', schema: { type: 'object' } }]);
    });
  }

  for (const [part, expected] of [
    [
      { type: 'blob', mime_type: 'image/png', modality: 'image', content: 'AAAA' },
      { modality: 'image', mimeType: 'image/png', data: 'AAAA' },
    ],
    [
      { type: 'uri', uri: 'https://x.test/a', modality: 'image' },
      { modality: 'image', url: 'https://x.test/a' },
    ],
    [
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      { modality: 'image', mimeType: 'image/png', data: 'AAAA' },
    ],
    [
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
      { modality: 'image', mimeType: 'image/png', data: 'AAAA' },
    ],
    [
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
      { modality: 'audio', mimeType: 'audio/wav', data: 'AAAA' },
    ],
    [
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
      { modality: 'image', mimeType: 'image/png', data: 'AAAA' },
    ],
    [
      { inline_data: { mime_type: 'image/png', data: 'AAAA' } },
      { modality: 'image', mimeType: 'image/png', data: 'AAAA' },
    ],
    [
      { image: { format: 'png', source: { bytes: 'AAAA' } } },
      { modality: 'image', mimeType: 'image/png', data: 'AAAA' },
    ],
    [
      { media: { contentType: 'image/png', url: 'data:image/png;base64,AAAA' } },
      { modality: 'image', mimeType: 'image/png', data: 'AAAA' },
    ],
    [
      { type: 'image_url', image_url: { url: '@@@langfuseMedia:type=image/png|id=x|source=base64@@@' } },
      { modality: 'image', mimeType: 'image/png' },
    ],
  ] as const) {
    it(`reads media as ${json(part).slice(0, 50)}`, () => {
      const found = normalise(
        span({ ...chat, 'gen_ai.input.messages': json([{ role: 'user', content: [part] }]) }),
        [],
      );
      assert.deepEqual(plain(found?.input), [{ role: 'user', parts: [{ type: 'media', ...expected }] }]);
    });
  }

  for (const [sent, role] of [
    ['model', 'assistant'],
    ['human', 'user'],
    ['ai', 'assistant'],
    ['developer', 'developer'],
    ['MessageRole.USER', 'user'],
    ['System', 'system'],
  ]) {
    it(`calls ${sent} ${role}`, () => {
      const found = normalise(span({ ...chat, 'gen_ai.input.messages': json([{ role: sent, content: 'hi' }]) }), []);
      assert.equal(found?.input?.[0]?.role, role);
    });
  }

  it('reads reasoning, and leaves out what came encrypted only', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'redacted_thinking', data: 'x' },
      { type: 'text', text: 'ho' },
    ];
    const found = normalise(span({ ...chat, 'gen_ai.output.messages': json([{ role: 'assistant', content }]) }), []);
    assert.deepEqual(found?.output, [
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'hm' },
          { type: 'text', text: 'ho' },
        ],
      },
    ]);
  });

  it('puts the items of a Responses call together to the messages they are', () => {
    const items = [
      { role: 'user', content: 'hi' },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
      { type: 'function_call', call_id: 'c', id: 'fc', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'rain' },
    ];
    const value = { 'openinference.span.kind': 'LLM', 'input.value': json({ input: items, instructions: 'be' }) };
    assert.deepEqual(plain(normalise(span(value), [])?.input), [
      text('system', 'be'),
      text('user', 'hi'),
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'hm' },
          { type: 'tool_call', id: 'c', name: 'f', arguments: {} },
        ],
      },
      { role: 'tool', parts: [{ type: 'tool_result', id: 'c', result: 'rain' }] },
    ]);
  });

  it('reads the messages that a Python program printed', () => {
    const value = {
      'openinference.span.kind': 'LLM',
      'output.value':
        "content='' additional_kwargs={} response_metadata={} tool_calls=[{'name': 'f', 'args': {'a': None}, 'id': 'c'}]",
      'input.value': json({ messages: ["ChatMessage(role=<MessageRole.USER: 'user'>, content='it\\'s')"] }),
    };
    const found = normalise(span(value), []);
    assert.deepEqual(found?.input, [text('user', "it's")]);
    assert.deepEqual(plain(found?.output), [
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'f', arguments: { a: null } }] },
    ]);
  });

  it('says it where flattened messages do not begin with the first', () => {
    const sent = {
      'openinference.span.kind': 'LLM',
      'llm.input_messages.24.message.role': 'user',
      'llm.input_messages.24.message.content': 'hi',
    };
    const found = normalise(span(sent, { dropped: 50 }), []);
    assert.deepEqual(found?.input, [text('user', 'hi')]);
    assert.match(found?.incomplete?.join() ?? '', /^The first 24 messages are missing: /);
  });

  it('takes the recorded request where the flattened messages are fewer', () => {
    const sent = {
      'openinference.span.kind': 'LLM',
      'input.value': json({
        messages: [
          { role: 'system', content: 'be' },
          { role: 'user', content: 'hi' },
        ],
      }),
      'llm.input_messages.1.message.role': 'user',
      'llm.input_messages.1.message.content': 'hi',
    };
    assert.deepEqual(normalise(span(sent), [])?.input, [text('system', 'be'), text('user', 'hi')]);
  });

  it('takes absurd indices and keys of prototypes for neither messages nor fields', () => {
    const sent = {
      'openinference.span.kind': 'LLM',
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'a',
      'llm.input_messages.2.message.role': 'user',
      'llm.input_messages.2.message.content': 'b',
      'llm.input_messages.999999999.message.role': 'user',
      'llm.input_messages.0.__proto__.role': 'system',
      'llm.invocation_parameters': '{"__proto__":{"temperature":1},"constructor":{"seed":1}}',
    };
    const found = normalise(span(sent), []);
    assert.deepEqual(found?.input, [text('user', 'a'), text('user', 'b')]);
    assert.equal(found?.parameters, undefined);
    assert.deepEqual(found?.incomplete, ['1 of the messages between the first and the last are missing.']);
    assert.equal(({} as Record<string, unknown>)['role'], undefined);
  });

  it('does not follow JSON that is nested without end', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    const found = normalise(span({ ...chat, 'gen_ai.input.messages': deep, 'gen_ai.tool.definitions': deep }), []);
    assert.deepEqual(found?.input, [text('user', deep)]);
    assert.ok(JSON.stringify(plain(found)).length < 200_000);
  });

  for (const value of ['<REDACTED>', '[REDACTED]', '__REDACTED__']) {
    it(`does not show ${value} as what was said, and says that it is hidden`, () => {
      const found = normalise(
        span({ 'openinference.span.kind': 'LLM', 'input.value': value, 'output.value': 'ho' }),
        [],
      );
      assert.equal(found?.input, undefined);
      assert.deepEqual(found?.incomplete, ['The program hides the contents of input.value.']);
    });
  }

  it('shows a text that the sender cut, and says that it did', () => {
    const cut = '[{"role":"user","parts":[{"text":"hel...[TRUNCATED: original length 20000]';
    const found = normalise(span({ ...chat, 'gen_ai.input.messages': cut }), []);
    assert.deepEqual(found?.input, [text('user', cut)]);
    assert.deepEqual(found?.incomplete, ['The program cut the value of gen_ai.input.messages.']);
  });

  it('takes the kind from what says it, not from names that any span has', () => {
    const agent = normalise(
      span({ 'openinference.span.kind': 'AGENT', 'llm.system': 'openai', 'llm.model_name': 'm' }),
      [],
    );
    assert.equal(agent?.kind, 'agent');
    const step = normalise(
      span({ 'gen_ai.operation.name': 'agent_step', 'gen_ai.usage.input_tokens': 3, 'gen_ai.request.model': 'm' }),
      [],
    );
    assert.equal(step?.kind, 'chain');
  });

  for (const framework of ['langchain', 'strands-agents', 'microsoft.agent_framework', 'gcp.vertex.agent']) {
    it(`does not call ${framework} a provider`, () => {
      assert.equal(normalise(span({ ...chat, 'gen_ai.system': framework }), [])?.provider, undefined);
    });
  }

  it('leaves a stack out of an error’s message', () => {
    const stack = 'Error: no\n    at run (file:///a.mjs:1:2)';
    const failed = span(chat, {
      error: stack,
      events: [{ name: 'exception', attributes: { 'exception.message': stack } }],
    });
    assert.deepEqual(normalise(failed, [])?.error, { message: 'Error: no' });
    const typed = normalise(span({ ...chat, 'error.type': '429' }), []);
    assert.deepEqual(typed?.error, { type: '429' });
  });

  it('reads a prompt of 10 MB and a talk of 2,000 messages in no time one feels', () => {
    const long = 'x'.repeat(10_000_000);
    const many = Array.from({ length: 2000 }, (_, at) => ({
      role: at % 2 ? 'assistant' : 'user',
      content: `message ${at}`,
    }));
    const started = performance.now();
    const found = normalise(
      span({ ...chat, 'gen_ai.input.messages': json([...many, { role: 'user', content: long }]) }),
      [],
    );
    assert.equal(found?.input?.length, 2001);
    assert.ok(performance.now() - started < 10_000);
  });
});
