import assert from 'node:assert/strict';
import { join } from 'node:path';
import { spanId, TRACE, traceRequest } from '../harness/requests.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { post, serve, spanside } from './program.ts';

describe('trace --json of a language-model program', () => {
  const folder = temporaryFolder();

  it('carries what was understood on each span that has it, and on the trace', async () => {
    const storage = join(folder(), 'store');
    const server = await serve(storage);
    try {
      const spans = [
        { spanId: spanId(1), name: 'POST /chat', attributes: { 'http.route': '/chat', 'session.id': 's-1' } },
        {
          spanId: spanId(2),
          parentSpanId: spanId(1),
          name: 'chat gpt-4o-mini',
          attributes: {
            'gen_ai.operation.name': 'chat',
            'gen_ai.provider.name': 'openai',
            'gen_ai.request.model': 'gpt-4o-mini',
            'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"hi"}]}]',
            'gen_ai.output.messages':
              '[{"role":"assistant","parts":[{"type":"text","content":"ho"}],"finish_reason":"stop"}]',
            'gen_ai.response.time_to_first_chunk': '0.5',
            'gen_ai.usage.input_tokens': '1000000',
            'gen_ai.usage.output_tokens': '0',
          },
        },
      ];
      await post(server.url, traceRequest(spans));
      const trace = JSON.parse((await spanside(['trace', TRACE, '--json', '--storage', storage])).out);
      const usage = { input: 1_000_000, output: 0, total: 1_000_000 };
      const cost = { total: 0.15, input: 0.15, output: 0, currency: 'USD', source: 'priced' };
      assert.deepEqual(trace.genai, { usage, cost, calls: 1, session: 's-1' });
      const byId = new Map(trace.spans.map((span: { spanId: string; genai?: object }) => [span.spanId, span.genai]));
      assert.equal(byId.get(spanId(1)), undefined);
      assert.deepEqual(byId.get(spanId(2)), {
        kind: 'chat',
        convention: 'otel',
        provider: 'openai',
        requestModel: 'gpt-4o-mini',
        input: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }],
        output: [{ role: 'assistant', finishReason: 'stop', parts: [{ type: 'text', text: 'ho' }] }],
        usage,
        cost,
        streaming: true,
        timeToFirstTokenNano: '500000000',
      });
    } finally {
      await server.kill();
    }
  });
});
