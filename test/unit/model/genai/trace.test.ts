import assert from 'node:assert/strict';
import { genAiToJson } from '../../../../src/model/genai/genaiJson.ts';
import { BUILT_IN_PRICES } from '../../../../src/model/genai/prices.ts';
import { traceGenAi } from '../../../../src/model/genai/trace.ts';
import type { SpanId } from '../../../../src/model/ids.ts';
import type { Span } from '../../../../src/model/span.ts';
import { idOf } from '../heads.ts';
import { type Given, log, plain, span, text } from './build.ts';

const json = JSON.stringify;
const usage = (input: number, output: number) => ({
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': output,
});
const call = (more: Record<string, Given> = {}) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-4o',
  ...more,
});
const oi = (more: Record<string, Given> = {}) => ({
  'openinference.span.kind': 'LLM',
  'llm.model_name': 'gpt-4o',
  ...more,
});
const agent = (more: Record<string, Given> = {}) => ({
  'gen_ai.operation.name': 'invoke_agent',
  'gen_ai.agent.name': 'guide',
  ...more,
});
const traceOf = (spans: Span[]) => plain(traceGenAi(spans, []).trace);

describe('traceGenAi', () => {
  it('has nothing to say of traces of other programs', () => {
    const { bySpan, trace } = traceGenAi([span({ 'http.route': '/' })], []);
    assert.equal(bySpan.size, 0);
    assert.equal(trace, undefined);
  });

  it('joins log records with the span that they name', () => {
    const spans = [span(call(), { id: 1 }), span(call(), { id: 2 })];
    const logs = [
      log(2, 'gen_ai.user.message', { body: { content: 'hi' } }),
      log(9, 'gen_ai.user.message', { body: { content: 'no' } }),
    ];
    const { bySpan } = traceGenAi(spans, logs);
    assert.equal(bySpan.get(idOf(1) as SpanId)?.input, undefined);
    assert.deepEqual(bySpan.get(idOf(2) as SpanId)?.input, [text('user', 'hi')]);
  });

  it('sums the calls and not what agents repeat of them', () => {
    const spans = [
      span(agent(usage(40, 20)), { id: 1 }),
      span(call(usage(20, 10)), { id: 2, parent: 1, start: 1, end: 20 }),
      span(call(usage(20, 10)), { id: 3, parent: 1, start: 30, end: 50 }),
    ];
    assert.deepEqual(traceOf(spans), { usage: { input: 40, output: 20, total: 60 }, calls: 2 });
  });

  it('takes the sum of an agent where no call says its own numbers', () => {
    const spans = [span(agent(usage(40, 20)), { id: 1 }), span(call(), { id: 2, parent: 1 })];
    assert.deepEqual(traceOf(spans), { usage: { input: 40, output: 20, total: 60 }, calls: 1 });
  });

  it('counts a call that two spans carry once, by the numbers nearest to the wire, and says so', () => {
    const messages = {
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'hi',
      'llm.token_count.prompt': 20,
      'llm.token_count.completion': 14,
    };
    const spans = [
      span(oi(messages), { id: 1 }),
      span({ 'openinference.span.kind': 'CHAIN' }, { id: 2, parent: 1, start: 1, end: 90 }),
      span(
        call({
          ...usage(20, 10),
          'gen_ai.response.model': 'gpt-4o-2024-11-20',
          'gen_ai.response.finish_reasons': ['stop'],
        }),
        {
          id: 3,
          parent: 2,
          start: 2,
          end: 80,
        },
      ),
    ];
    const { bySpan, trace } = traceGenAi(spans, []);
    assert.deepEqual(trace, {
      usage: { input: 20, output: 10, total: 30 },
      calls: 1,
      doubled: [{ spanId: idOf(3), sameAs: idOf(1) }],
    });
    const whole = bySpan.get(idOf(1) as SpanId);
    assert.equal(whole?.responseModel, 'gpt-4o-2024-11-20');
    assert.deepEqual(whole?.input, [text('user', 'hi')]);
    assert.deepEqual(whole?.usage, { input: 20, output: 10, total: 30 });
  });

  it('takes a call with several calls in it for their sum', () => {
    const spans = [
      span(call(usage(40, 20)), { id: 1 }),
      span(call(usage(20, 10)), { id: 2, parent: 1, start: 1, end: 20 }),
      span(call(usage(20, 10)), { id: 3, parent: 1, start: 30, end: 50 }),
    ];
    const trace = traceOf(spans);
    assert.equal(trace?.calls, 2);
    assert.deepEqual(trace?.usage, { input: 40, output: 20, total: 60 });
    assert.deepEqual(
      trace?.doubled?.map(each => each.spanId),
      [idOf(1), idOf(1)],
    );
  });

  for (const [what, outer, inner] of [
    ['another model', call(usage(20, 10)), call({ ...usage(5, 5), 'gen_ai.request.model': 'claude-sonnet-4-5' })],
    ['an embedding', call(usage(20, 10)), { ...call(usage(5, 5)), 'gen_ai.operation.name': 'embeddings' }],
    [
      'another answer',
      call({ ...usage(20, 10), 'gen_ai.response.id': 'chatcmpl-1' }),
      call({ ...usage(5, 5), 'gen_ai.response.id': 'chatcmpl-2' }),
    ],
  ] as const) {
    it(`does not take a call within a call for the same where it is of ${what}`, () => {
      const trace = traceOf([span(outer, { id: 1 }), span(inner, { id: 2, parent: 1 })]);
      assert.deepEqual(trace, { usage: { input: 25, output: 15, total: 40 }, calls: 2 });
    });
  }

  it('takes two calls side by side for one where they have one answer at one time', () => {
    const same = call({ ...usage(20, 10), 'gen_ai.response.id': 'a' });
    const overlapping = [span(same, { id: 1, end: 50 }), span(same, { id: 2, start: 1, end: 49 })];
    assert.equal(traceOf(overlapping)?.calls, 1);
    const later = [span(same, { id: 1, end: 50 }), span(same, { id: 2, start: 60, end: 90 })];
    assert.equal(traceOf(later)?.calls, 2);
    const [first, second] = later;
    const other = { ...second!, scope: { ...second!.scope, name: 'another' } };
    assert.equal(traceOf([first!, other])?.calls, 1);
  });

  it('takes two calls side by side for one where both failed at one time, told by two instrumentations', () => {
    const outer = span(call(), { id: 1, scope: 'one', error: 'no' });
    const inner = (parts: object) => span(call(), { id: 2, scope: 'two', start: 1, end: 90, error: 'no', ...parts });
    assert.equal(traceOf([inner({}), outer])?.calls, 1);
    for (const parts of [{ scope: 'one' }, { end: 200 }, { parent: 9 }, { error: undefined }]) {
      assert.equal(traceOf([outer, inner(parts)])?.calls, 2, JSON.stringify(parts));
    }
  });

  it('counts orphans, and ends where spans are their own ancestors', () => {
    const spans = [
      span(call(usage(1, 1)), { id: 1, parent: 2 }),
      span(call(usage(1, 1)), { id: 2, parent: 1 }),
      span(call(usage(2, 2)), { id: 3, parent: 3 }),
      span(call(usage(4, 4)), { id: 4, parent: 99 }),
    ];
    const trace = traceGenAi(spans, []).trace;
    assert.ok(trace && trace.calls >= 2 && trace.calls <= 4);
    assert.equal(traceOf([spans[2]!, spans[3]!])?.calls, 2);
  });

  it('understands a trace of 20,000 calls, each in the one before, without a pause', () => {
    const spans = Array.from({ length: 20_000 }, (_, at) =>
      span(call(), { id: at + 1, ...(at > 0 && { parent: at }) }),
    );
    const started = performance.now();
    assert.equal(traceGenAi(spans, []).trace?.calls, 1);
    assert.ok(performance.now() - started < 15_000);
  });

  it('takes session, user, tags and metadata from whichever span has them, the root first', () => {
    const spans = [
      span(call({ 'session.id': 'inner', 'langfuse.trace.tags': ['b', 'seq:step:1'] }), { id: 2, parent: 1, start: 1 }),
      span(
        { ...agent(), 'session.id': 's', 'langfuse.trace.tags': ['a', 'b'], 'langfuse.trace.metadata.plan': 'free' },
        { id: 1, start: 2 },
      ),
      span(call({ 'user.id': 'u', 'gen_ai.conversation.id': 'talk' }), { id: 3, parent: 1, start: 5 }),
    ];
    const { session, user, tags, metadata, conversation } = traceOf(spans)!;
    assert.deepEqual(
      { session, user, tags, metadata, conversation },
      {
        session: 's',
        user: 'u',
        tags: ['a', 'b'],
        metadata: { plan: 'free' },
        conversation: 'talk',
      },
    );
  });

  it('takes them from spans that are none of a model program, and from the resource', () => {
    const spans = [
      span({ 'http.route': '/', 'session.id': 's' }, { id: 1, resource: { 'user.id': 'u' } }),
      span(call(), { id: 2, parent: 1 }),
    ];
    const { session, user } = traceOf(spans)!;
    assert.deepEqual([session, user], ['s', 'u']);
  });

  it('leaves out metadata that spans say differently', () => {
    const spans = [
      span(call({ 'ai.telemetry.metadata.plan': 'free', 'ai.telemetry.metadata.try': 1 }), { id: 1 }),
      span(call({ 'ai.telemetry.metadata.plan': 'free', 'ai.telemetry.metadata.try': 2 }), {
        id: 2,
        start: 200,
        end: 300,
      }),
    ];
    assert.deepEqual(traceOf(spans)?.metadata, { plan: 'free' });
  });

  it('prices what reports no cost, and sums only where every call has one', () => {
    const cheap = call({ ...usage(1000, 0), 'gen_ai.provider.name': 'openai' });
    const reported = call({ ...usage(1, 1), 'gen_ai.usage.cost': 0.5 });
    const spans = [span(cheap, { id: 1, end: 10 }), span(reported, { id: 2, start: 20 })];
    const { bySpan, trace } = traceGenAi(spans, [], BUILT_IN_PRICES);
    assert.equal(bySpan.get(idOf(1) as SpanId)?.cost?.source, 'priced');
    assert.equal(bySpan.get(idOf(2) as SpanId)?.cost?.source, 'reported');
    assert.equal(trace?.cost?.source, 'priced');
    assert.equal(trace?.cost?.total, 0.5025);
    assert.equal(traceGenAi(spans, []).trace?.cost, undefined);
    const unknown = span(call({ ...usage(1, 1), 'gen_ai.request.model': 'own' }), { id: 3, start: 200, end: 300 });
    assert.equal(traceGenAi([...spans, unknown], [], BUILT_IN_PRICES).trace?.cost, undefined);
  });

  it('forgets the span that Logfire sends at the start of another', () => {
    const pending = span({ ...call(), 'logfire.span_type': 'pending_span' }, { id: 2, parent: 1, end: 0 });
    assert.equal(traceOf([span(call(usage(1, 1)), { id: 1 }), pending])?.calls, 1);
    assert.equal(traceOf([pending])?.calls, 1);
  });

  it('gives the answer that Logfire reports after a streamed call to the call', () => {
    const asked = {
      ...call(),
      request_data: '{"model":"gpt-4o"}',
      'gen_ai.input.messages': json([{ role: 'user', content: 'hi' }]),
    };
    const answered = {
      ...asked,
      ...usage(3, 2),
      'gen_ai.output.messages': json([{ role: 'assistant', content: 'ho' }]),
    };
    const spans = [
      span({ ...asked, 'logfire.span_type': 'span' }, { id: 1, end: 10 }),
      span({ ...answered, 'logfire.span_type': 'log' }, { id: 2, start: 30, end: 30 }),
    ];
    const { bySpan, trace } = traceGenAi(spans, []);
    assert.deepEqual(trace, { usage: { input: 3, output: 2, total: 5 }, calls: 1 });
    assert.deepEqual(bySpan.get(idOf(1) as SpanId)?.output, [text('assistant', 'ho')]);
  });

  it('gives a call of Mastra the messages of the step around it', () => {
    const step = {
      'mastra.span.type': 'model_step',
      'mastra.model_step.input': json([{ role: 'user', content: 'hi' }]),
      'mastra.model_step.output': '{"text":"ho","toolCalls":[]}',
    };
    const spans = [
      span(step, { id: 1 }),
      span(
        { 'mastra.span.type': 'model_inference', 'gen_ai.response.finish_reasons': '["stop"]' },
        { id: 2, parent: 1 },
      ),
    ];
    const inner = traceGenAi(spans, []).bySpan.get(idOf(2) as SpanId);
    assert.deepEqual(inner?.input, [text('user', 'hi')]);
    assert.deepEqual(inner?.output, [{ ...text('assistant', 'ho'), finishReason: 'stop' }]);
  });

  it('becomes JSON with nanoseconds as text', () => {
    assert.deepEqual(genAiToJson({ kind: 'chat', convention: 'otel', timeToFirstTokenNano: 12n }), {
      kind: 'chat',
      convention: 'otel',
      timeToFirstTokenNano: '12',
    });
  });
});
