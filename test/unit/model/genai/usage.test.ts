import assert from 'node:assert/strict';
import { BUILT_IN_PRICES, type PriceTable, priced } from '../../../../src/model/genai/prices.ts';
import { parsePythonRepr } from '../../../../src/model/genai/pythonRepr.ts';
import { inclusive, readUsage } from '../../../../src/model/genai/usage.ts';
import type { PlainValue } from '../../../../src/model/plainValue.ts';
import { plain } from './build.ts';

describe('usage', () => {
  const objects: [string, PlainValue, object | undefined][] = [
    [
      'OpenAI, chat',
      {
        prompt_tokens: 20,
        completion_tokens: 10,
        total_tokens: 30,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
      { input: 20, output: 10, total: 30, cacheRead: 4, reasoning: 2 },
    ],
    [
      'OpenAI, Responses',
      {
        input_tokens: 20,
        output_tokens: 10,
        total_tokens: 30,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens_details: { reasoning_tokens: 2 },
      },
      { input: 20, output: 10, total: 30, cacheRead: 4, reasoning: 2 },
    ],
    [
      'Anthropic, which leaves the cache out of its input',
      { input_tokens: 11, output_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 2 },
      { input: 16, output: 5, total: 21, cacheRead: 3, cacheWrite: 2 },
    ],
    [
      'Bedrock, whose total tells that the input leaves the cache out',
      { inputTokens: 11, outputTokens: 5, totalTokens: 19, cacheReadInputTokens: 3 },
      { input: 14, output: 5, total: 19, cacheRead: 3 },
    ],
    [
      'Gemini, whose thoughts are beside its candidates',
      { promptTokenCount: 20, candidatesTokenCount: 6, thoughtsTokenCount: 4, totalTokenCount: 30 },
      { input: 20, output: 10, total: 30, reasoning: 4 },
    ],
    ['nothing', { other: 3 }, undefined],
    ['a negative number', { input_tokens: -3, output_tokens: 2 }, { output: 2 }],
  ];
  for (const [what, sent, expected] of objects) it(what, () => assert.deepEqual(readUsage(sent), expected));

  it('adds a cache only once', () => {
    const once = inclusive({ input: 10, output: 5, total: 25, cacheRead: 10 });
    assert.deepEqual(once, { input: 20, output: 5, total: 25, cacheRead: 10 });
    assert.deepEqual(inclusive(once), once);
  });

  it('takes input that is less than its cache for one without it', () => {
    assert.equal(inclusive({ input: 3, cacheRead: 100 }).input, 103);
  });

  it('takes reasoning that was added twice out once, where the total says so', () => {
    assert.equal(inclusive({ input: 20, output: 14, reasoning: 4, total: 30 }).output, 10);
  });
});

describe('prices', () => {
  const table: PriceTable = {
    currency: 'EUR',
    date: '2026-01-01',
    prices: [
      { provider: 'openai', model: 'm', input: 1, output: 10, cacheRead: 0.5 },
      { provider: 'openai', model: 'tiered', input: 1, output: 1, upToInput: 100 },
      { provider: '', model: 'one', input: 1, output: 1 },
    ],
  };
  const call = (requestModel: string, usage: object, provider = 'openai') =>
    priced({ kind: 'chat', convention: 'otel', provider, requestModel, usage }, table);

  it('prices what is new, what came from the cache and what was written', () => {
    const cost = call('m-2024-08-06', { input: 1_000_000, output: 100_000, cacheRead: 400_000 });
    assert.deepEqual(cost, { total: 1.8, input: 0.8, output: 1, currency: 'EUR', source: 'priced' });
  });

  it('has no cost rather than a wrong one', () => {
    const usage = { input: 10, output: 10 };
    for (const [model, used, provider] of [
      ['unknown', usage],
      ['m-mini', usage],
      ['m', usage, 'azure.ai.openai'],
      ['anthropic/m', usage],
      ['m', { output: 10 }],
      ['m', { input: 10 }],
      ['m', { ...usage, cacheWrite: 3 }],
      ['m', { ...usage, audioInput: 3 }],
      ['tiered', { input: 101, output: 1 }],
    ] as const) {
      assert.equal(call(model, used, provider), undefined, `${model} ${JSON.stringify(used)}`);
    }
  });

  it('knows a model by the name of its provider before it, and one that only one sells', () => {
    assert.ok(call('openai/m', { input: 1, output: 1 }));
    assert.ok(call('one', { input: 1, output: 1 }, 'acme'));
  });

  it('has each model once in the built-in table, and its date', () => {
    const names = BUILT_IN_PRICES.prices.map(({ provider, model }) => `${provider}/${model}`);
    assert.equal(new Set(names).size, names.length);
    assert.match(BUILT_IN_PRICES.date, /^\d{4}-\d{2}-\d{2}$/);
    const usage = { input: 1_000_000, output: 0 };
    const cost = (model: string) =>
      priced({ kind: 'chat', convention: 'otel', provider: 'openai', responseModel: model, usage }, BUILT_IN_PRICES);
    assert.equal(cost('gpt-4o-mini-2024-07-18')?.total, 0.15);
    assert.equal(cost('gpt-4o-2024-05-13')?.total, 5);
  });
});

describe('parsePythonRepr', () => {
  const read: [string, unknown][] = [
    [
      "{'a': 'it\\'s', \"b\": None, 'c': [1, -2.5, True], 'd': (1,), 'e': {'x'}}",
      { a: "it's", b: null, c: [1, -2.5, true], d: [1], e: ['x'] },
    ],
    ["<Role.USER: 'user'>", 'user'],
    ["Message(role='user', content='a\\n\\u00e9')", { role: 'user', content: 'a\né', type: 'Message' }],
    ["content='' tool_calls=[]", { content: '', tool_calls: [] }],
    [
      "[HumanMessage(content='hi'), AIMessage(content='ho')]",
      [
        { content: 'hi', type: 'HumanMessage' },
        { content: 'ho', type: 'AIMessage' },
      ],
    ],
    ["{'when': datetime.datetime(2024, 1, 2)}", { when: [2024, 1, 2] }],
    ["('a' 'b')", ['ab']],
    ["{'__proto__': {'x': 1}}", JSON.parse('{"__proto__":{"x":1}}')],
  ];
  for (const [sent, expected] of read) {
    it(`reads ${sent.slice(0, 50)}`, () => assert.deepEqual(plain(parsePythonRepr(sent)), expected));
  }
  for (const sent of [
    '',
    'hello',
    'It is (perhaps) so.',
    "{'a': 1",
    "{'a' 1}",
    'f(x',
    "['a', b]",
    '(see below) and more',
    '['.repeat(100_000),
  ]) {
    it(`leaves ${sent.slice(0, 20) || 'nothing'} alone`, () => assert.equal(parsePythonRepr(sent), undefined));
  }
});
