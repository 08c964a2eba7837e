import assert from 'node:assert/strict';
import { conversation } from '../../../../src/model/genai/conversation.ts';
import { conversationText } from '../../../../src/model/genai/conversationText.ts';
import { traceGenAi } from '../../../../src/model/genai/trace.ts';
import type { Span } from '../../../../src/model/span.ts';
import { idOf } from '../heads.ts';
import { span } from './build.ts';

const json = JSON.stringify;
const said = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] });
const SYSTEM = said('system', 'You are the assistant of a small outdoor shop.\nAnswer briefly.');
const QUESTION = said('user', 'Do you have the blue tent? Put three aside.');
const calls = (...names: [id: string, name: string, given: object][]) => ({
  role: 'assistant',
  parts: names.map(([id, name, given]) => ({ type: 'tool_call', id, name, arguments: given })),
});
const result = (id: string, response: string) => ({
  role: 'tool',
  parts: [{ type: 'tool_call_response', id, response }],
});

function call(
  id: number,
  start: number,
  input: object[],
  output: object[],
  more: { parent?: number; error?: string } = {},
): Span {
  return span(
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.input.messages': json(input),
      ...(output.length > 0 && { 'gen_ai.output.messages': json(output) }),
      'gen_ai.tool.definitions': json([{ name: 'find_products' }, { name: 'reserve_stock' }]),
      'gen_ai.usage.input_tokens': 100 + start,
      'gen_ai.usage.output_tokens': 20,
    },
    { id, start, end: start + 9, ...more },
  );
}

function tool(
  id: number,
  start: number,
  name: string,
  callId: string | undefined,
  given: object,
  error?: string,
): Span {
  return span(
    {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      ...(callId !== undefined && { 'gen_ai.tool.call.id': callId }),
      'gen_ai.tool.call.arguments': json(given),
    },
    { id, start, end: start + 5, ...(error !== undefined && { error }) },
  );
}

const turnsOf = (spans: Span[]) => conversation(spans, traceGenAi(spans, []).bySpan);

describe('the conversation of a trace', () => {
  const ASKS = calls(['c1', 'find_products', { query: 'blue tent' }], ['c2', 'reserve_stock', { sku: 'S1', qty: 3 }]);
  const RESULTS = [result('c2', 'only 2 left'), result('c1', '[{"sku":"S1"}]')];
  const ANSWER = said('assistant', 'Yes, the **Lagoon 2**. Only two are left.');
  const spans = [
    call(4, 40, [SYSTEM, QUESTION, ASKS, ...RESULTS], [{ ...ANSWER, finish_reason: 'stop' }]),
    tool(3, 20, 'reserve_stock', 'c2', { sku: 'S1', qty: 3 }, 'StockError: only 2 left'),
    tool(2, 15, 'find_products', undefined, { query: 'blue tent' }),
    call(1, 0, [SYSTEM, QUESTION], [{ ...ASKS, finish_reason: 'tool_calls' }]),
    call(5, 60, [SYSTEM, QUESTION, ASKS, ...RESULTS, ANSWER, said('user', 'Thanks.')], [said('assistant', 'Bye.')]),
    call(6, 80, [SYSTEM, said('user', 'Another question.')], [], { error: 'The request was refused.' }),
  ];

  it('reads as it was said, each message once, tools with what came of them', () => {
    const expected = `
chat gpt-4o · 100 in · 20 out · talk 1
  tools: find_products, reserve_stock
  system:
    You are the assistant of a small outdoor shop.
    Answer briefly.
  user:
    Do you have the blue tent? Put three aside.
  assistant [tool_calls]:
    → find_products({"query":"blue tent"})
      = [{"sku":"S1"}]
    → reserve_stock({"sku":"S1","qty":3})  failed: StockError: only 2 left
      = only 2 left

chat gpt-4o · 140 in · 20 out · talk 1
  context: 3 messages as above
  tools: find_products, reserve_stock
  assistant:
    Yes, the **Lagoon 2**. Only two are left.

chat gpt-4o · 160 in · 20 out · talk 1
  context: 6 messages as above
  tools: find_products, reserve_stock
  user:
    Thanks.
  assistant:
    Bye.

chat gpt-4o · 180 in · 20 out · talk 2
  tools: find_products, reserve_stock
  system:
    You are the assistant of a small outdoor shop.
    Answer briefly.
  user:
    Another question.
  error: The request was refused.`;
    assert.equal(conversationText(turnsOf(spans)), expected.trimStart());
  });

  it('leads from a call of a tool to the span that ran it, and from a call to the one before', () => {
    const [first, second, third] = turnsOf(spans);
    assert.deepEqual(
      first?.tools.map(use => use.spanId),
      [idOf(2), idOf(3)],
    );
    assert.deepEqual(second?.context, { previous: idOf(1), count: 3 });
    assert.deepEqual(third?.context, { previous: idOf(4), count: 6 });
  });

  it('gives two equal calls the two spans and results in their order where nothing has an id', () => {
    const asks = { role: 'assistant', parts: [0, 1].map(() => ({ type: 'tool_call', name: 'roll', arguments: {} })) };
    const results = ['4', '6'].map(response => ({ role: 'tool', parts: [{ type: 'tool_call_response', response }] }));
    const [first] = turnsOf([
      call(1, 0, [QUESTION], [asks]),
      tool(2, 10, 'roll', undefined, {}),
      tool(3, 20, 'roll', undefined, {}),
      call(4, 40, [QUESTION, asks, ...results], [ANSWER]),
    ]);
    assert.deepEqual(
      first?.tools.map(use => [use.spanId, use.result]),
      [
        [idOf(2), '4'],
        [idOf(3), '6'],
      ],
    );
  });

  it('keeps results that nobody asked for', () => {
    const [only] = turnsOf([call(1, 0, [QUESTION, result('x', 'lost')], [ANSWER])]);
    assert.equal(only?.added.length, 2);
  });

  it('does not take one system prompt for one talk', () => {
    const talks = turnsOf([
      call(1, 0, [SYSTEM], [said('assistant', 'Hello.')]),
      call(2, 20, [SYSTEM, said('user', 'a')], [ANSWER]),
      call(3, 40, [SYSTEM, said('user', 'b')], [ANSWER]),
    ]).map(turn => turn.talk);
    assert.deepEqual(talks, [0, 1, 2]);
  });

  it('follows a talk that goes on in two ways', () => {
    const [, second, third] = turnsOf([
      call(1, 0, [QUESTION], [ANSWER]),
      call(2, 20, [QUESTION, ANSWER, said('user', 'a')], [said('assistant', '1')]),
      call(3, 40, [QUESTION, ANSWER, said('user', 'b')], [said('assistant', '2')]),
    ]);
    assert.deepEqual([second?.context, third?.context], Array(2).fill({ previous: idOf(1), count: 2 }));
  });

  it('tells a talk of 500 turns in no time one feels', () => {
    const messages: object[] = [SYSTEM];
    const long = Array.from({ length: 500 }, (_, at) => {
      messages.push(said('user', `question ${at}`));
      const turn = call(at + 1, at * 10, [...messages], [said('assistant', `answer ${at}`)]);
      messages.push(said('assistant', `answer ${at}`));
      return turn;
    });
    const { bySpan } = traceGenAi(long, []);
    const started = performance.now();
    const turns = conversation(long, bySpan);
    assert.ok(performance.now() - started < 10_000);
    assert.deepEqual(turns.at(-1)?.context, { previous: idOf(499), count: 999 });
    assert.equal(turns.at(-1)?.added.length, 1);
  });
});
