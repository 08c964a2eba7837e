import { deepEqual, equal, throws } from 'node:assert/strict';
import { answerTo } from '../../capture/answers.ts';
import type { Api, Asked, Part } from '../../capture/talk.ts';
import { readExchanges, readTold } from '../../capture/truth.ts';

const CALL: Part = { type: 'tool_call', id: 'a', name: 'get_weather', arguments: { city: 'Paris' } };
const RESULT: Part = { type: 'tool_result', id: 'a', result: 'sunny' };
const PICTURE: Part = { type: 'media', modality: 'image', mimeType: 'image/png', data: 'AAAA' };
const said = (text: string): Part => ({ type: 'text', text });

/** The same talk in the words of each interface. */
const TALKS: [Api, request: object][] = [
  [
    'chat',
    {
      messages: [
        { role: 'system', content: 'Be terse.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look!' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: 'sunny' },
      ],
    },
  ],
  [
    'responses',
    {
      instructions: 'Be terse.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look!' },
            { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
          ],
        },
        { type: 'function_call', call_id: 'a', name: 'get_weather', arguments: '{"city":"Paris"}' },
        { type: 'function_call_output', call_id: 'a', output: 'sunny' },
      ],
    },
  ],
  [
    'messages',
    {
      system: 'Be terse.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look!' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'get_weather', input: { city: 'Paris' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'sunny' }] },
      ],
    },
  ],
];

describe('the truth of a capture', () => {
  for (const [api, request] of TALKS) {
    it(`reads a talk by ${api} as every other`, () => {
      const { calls } = readExchanges([{ api, request: { model: 'm', ...request }, status: 200, answer: {} }]);
      deepEqual(calls[0]!.input, [
        { role: 'system', parts: [said('Be terse.')] },
        { role: 'user', parts: [said('Look!'), PICTURE] },
        { role: 'assistant', parts: [CALL] },
        // Anthropic's tools speak as users.
        { role: api === 'messages' ? 'user' : 'tool', parts: [RESULT] },
      ]);
    });
  }

  it('counts what came from and went to the cache into the input, where the interface counts it beside', () => {
    const usage = { input_tokens: 3, cache_read_input_tokens: 20, cache_creation_input_tokens: 5, output_tokens: 7 };
    const answer = { role: 'assistant', model: 'm-1', content: [], usage };
    const { calls } = readExchanges([{ api: 'messages', request: { model: 'm' }, status: 200, answer }]);
    deepEqual(calls[0]!.usage, { input: 28, output: 7, total: 35, cacheRead: 20, cacheWrite: 5 });
  });

  it('leaves out what was not on the wire', () => {
    const [call] = readExchanges([
      { api: 'chat', request: { model: 'm', messages: [] }, status: 200, answer: {} },
    ]).calls;
    deepEqual(Object.keys(call!).sort(), ['api', 'parameters', 'requestModel', 'streaming']);
  });

  it('takes what a program tells of itself, and nothing else that it prints', () => {
    const told = readTold(
      [
        'a line of its own',
        'capture {"set":{"session":"s","user":"u"}}',
        'capture {"tool":{"name":"get_weather","arguments":{},"result":"sunny"}}',
        ' capture {"set":{"user":"other"}}',
        'capture {"set":{"tags":["a"]}}',
      ].join('\n'),
    );
    deepEqual(told, {
      set: { session: 's', user: 'u', tags: ['a'] },
      tools: [{ name: 'get_weather', arguments: {}, result: 'sunny' }],
      retrievals: [],
    });
    throws(() => readTold('capture {'), SyntaxError);
  });
});

describe('the script of the fake model', () => {
  const ask = (text: string, tools: string[] = []): string | Part[] => {
    const messages = [{ role: 'user', parts: [said(text)] }];
    const asked: Asked = { model: 'm', stream: false, parameters: {}, messages, tools: tools.map(name => ({ name })) };
    const answer = answerTo(asked);
    if ('status' in answer) return String(answer.status);
    return answer.parts.length === 1 && answer.parts[0]!.type === 'text' ? answer.parts[0]!.text : answer.parts;
  };

  it('calls a tool by the whole name that it was offered under', () => {
    const [part] = ask('What is the weather in Oslo?', ['Weather-get_weather']) as Part[];
    deepEqual(part, { type: 'tool_call', id: 'call_1_0', name: 'Weather-get_weather', arguments: { city: 'Oslo' } });
  });

  it('calls no tool that it was not offered', () => {
    equal(ask('What is the weather in Oslo?', ['forget_weather']), 'That is not in my script.');
  });

  it('ends by a call where an agent wants it so', () => {
    const [part] = ask('What is the capital of France?', ['final_answer']) as Part[];
    const answer = 'Paris is the capital of France.';
    deepEqual(part, { type: 'tool_call', id: 'call_1_0', name: 'final_answer', arguments: { answer } });
  });

  for (const [observed, tool] of [
    ['', 'get_weather'],
    ['[[ ## observation_0 ## ]]\nsunny\n', 'finish'],
  ] as const) {
    it(`answers in marked fields, and says ${tool} ${observed ? 'after' : 'before'} what a tool said`, () => {
      const wanted = 'Respond with the corresponding output fields, starting with `[[ ## next_tool_name ## ]]`';
      const answer = ask(`What is the weather in Oslo?\n${observed}${wanted}, and end with \`[[ ## completed ## ]]\`.`);
      equal(answer, `[[ ## next_tool_name ## ]]\n${tool}\n\n[[ ## completed ## ]]`);
    });
  }
});
