import assert from 'node:assert/strict';
import fc from 'fast-check';
import { conversation } from '../../../../src/model/genai/conversation.ts';
import { conversationText } from '../../../../src/model/genai/conversationText.ts';
import { FAMILIES } from '../../../../src/model/genai/families.ts';
import { traceGenAi } from '../../../../src/model/genai/trace.ts';
import { type Given, log, plain, span } from './build.ts';

/** Every key that a table names, and the beginnings that families go on from. */
const KEYS = [
  ...new Set([
    ...(JSON.stringify(FAMILIES.map(family => family.table)).match(/"[a-zA-Z_]+[.:][\w.:]+"/g) ?? []).map(key =>
      key.slice(1, -1),
    ),
    ...['input.value', 'output.value', 'metadata', 'events', 'request_data', 'response_data', 'session.id'],
    ...['gen_ai.input.messages', 'gen_ai.output.messages', 'gen_ai.prompt', 'gen_ai.completion', 'mlflow.spanType'],
    ...['llm.input_messages.0.message.role', 'llm.input_messages.0.message.contents.0', 'llm.tools.0.tool.json_schema'],
    ...['gen_ai.prompt.0.content', 'gen_ai.completion.0.tool_calls.0.name', 'retrieval.documents.0.document.content'],
    ...['ai.response.toolCalls', 'ai.prompt', 'gcp.vertex.agent.llm_request', 'gcp.vertex.agent.llm_response'],
    ...['mlflow.chat.tokenUsage', 'haystack.component.output', 'langsmith.usage_metadata', 'metadata.usage_object'],
  ]),
];

const FIELDS = [
  'role',
  'content',
  'parts',
  'messages',
  'choices',
  'message',
  'tool_calls',
  'function',
  'type',
  'text',
  'kwargs',
  'lc',
  'id',
  '__proto__',
  'usage',
  'input_tokens',
  'output',
  'raw',
  'generations',
  'args',
  'result',
  'constructor',
];

const { value: json } = fc.letrec<{ value: Given }>(tie => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<Given>(
      'user',
      'tool',
      'text',
      'tool_call',
      'LLM',
      'hi',
      '',
      null,
      3,
      -1,
      0.5,
      true,
      "{'a': [1,",
      "ChatMessage(role='user'",
    ),
    fc.array(tie('value'), { maxLength: 3 }) as fc.Arbitrary<Given>,
    fc.dictionary(fc.constantFrom(...FIELDS), tie('value'), { maxKeys: 5 }) as fc.Arbitrary<Given>,
  ),
}));
const value = fc.oneof(
  json,
  json.map(each => JSON.stringify(each)),
  json.map(each => JSON.stringify(JSON.stringify(each))),
  fc.string(),
);
const attributes = fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 12 });

const names = [
  'gen_ai.user.message',
  'gen_ai.choice',
  'gen_ai.content.prompt',
  'gen_ai.evaluation.result',
  'exception',
];
const more = ['mlflow.chunk.item.0', 'db.query.result', 'gen_ai.client.inference.operation.details', 'codex.sse_event'];
const fields = [
  'content',
  'message',
  'gen_ai.prompt',
  'gen_ai.event.content',
  'mlflow.chunk.value',
  'db.query.result.id',
  'db.query.result.score',
  'finish_reason',
  'tool_calls',
  'event.kind',
  'gen_ai.input.messages',
  'gen_ai.evaluation.name',
];
const events = fc.array(
  fc.record({
    name: fc.constantFrom(...names, ...more),
    attributes: fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 5 }),
  }),
  { maxLength: 3 },
);

describe('whatever a program sends', () => {
  it('is understood or left alone, and can be written', () => {
    assert.ok(KEYS.length > 150);
    fc.assert(
      fc.property(
        fc.array(attributes, { minLength: 1, maxLength: 4 }),
        attributes,
        events,
        (given, logged, reported) => {
          const spans = given.map((each, at) => span(each, { id: at + 1, parent: at, name: 'chat', events: reported }));
          const logs = [
            log(1, 'gen_ai.choice', { attributes: logged, body: (logged['input.value'] ?? null) as Given }),
          ];
          const { bySpan, trace } = traceGenAi(spans, logs);
          plain([...bySpan.values(), trace]);
          assert.equal(typeof conversationText(conversation(spans, bySpan)), 'string');
          for (const { usage, input, output } of bySpan.values()) {
            for (const number of Object.values(usage ?? {})) assert.ok(number >= 0);
            for (const { role, parts } of [...(input ?? []), ...(output ?? [])]) {
              assert.equal(typeof role, 'string');
              for (const part of parts) if (part.type === 'text') assert.equal(typeof part.text, 'string');
            }
          }
          assert.equal(({} as Record<string, unknown>)['role'], undefined);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
