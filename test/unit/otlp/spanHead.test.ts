import assert from 'node:assert/strict';
import type { Category } from '../../../src/model/columns.ts';
import { scanSpanHead } from '../../../src/otlp/spanHead.ts';
import { encode, type Plain } from './oracle.ts';
import { SPAN_ID, span, text } from './spans.ts';

function head(fields: Plain): ReturnType<typeof scanSpanHead> {
  const bytes = encode('Span', span(fields));
  return scanSpanHead(bytes, 0, bytes.length, 'shop');
}

function categoryOf(kind: number, ...attributes: Plain[]): Category {
  return head({ kind, attributes }).category;
}

describe('the head of a span', () => {
  it('has what its row needs', () => {
    const fields = {
      parent_span_id: Buffer.from('0102030405060708', 'hex'),
      name: 'GET /',
      kind: 3,
      start_time_unix_nano: 5,
      end_time_unix_nano: 3,
      attributes: [text('code.function.name', 'f')],
      events: [{ name: 'exception' }, { name: 'other' }],
      links: [{}],
      status: { code: 2 },
    };
    assert.deepEqual(head(fields), {
      spanId: SPAN_ID.toString('hex'),
      parentSpanId: '0102030405060708',
      name: 'GET /',
      service: 'shop',
      kind: 3,
      category: 'client',
      startTimeUnixNano: 5n,
      endTimeUnixNano: 3n,
      error: true,
      hasCode: true,
      hasException: true,
      hasEvents: true,
      hasLinks: true,
    });
  });

  it('says of a bare span only what it is', () => {
    assert.deepEqual(head({ parent_span_id: Buffer.alloc(8) }), {
      spanId: SPAN_ID.toString('hex'),
      parentSpanId: '',
      name: '',
      service: 'shop',
      kind: 0,
      category: 'internal',
      startTimeUnixNano: 0n,
      endTimeUnixNano: 0n,
      error: false,
      hasCode: false,
      hasException: false,
      hasEvents: false,
      hasLinks: false,
    });
  });

  const cases: [expected: Category, kind: number, attributes: [key: string, value: string][]][] = [
    ['internal', 0, []],
    ['internal', 1, [['thread.name', 'main']]],
    ['server', 2, []],
    ['client', 3, []],
    ['producer', 4, []],
    ['consumer', 5, []],
    ['internal', 99, []],
    ['http', 2, [['http.request.method', 'GET']]],
    ['http', 3, [['url.full', 'https://a']]],
    [
      'rpc',
      3,
      [
        ['server.address', 'a'],
        ['rpc.system', 'grpc'],
      ],
    ],
    [
      'database',
      3,
      [
        ['http.request.method', 'POST'],
        ['db.system.name', 'elasticsearch'],
      ],
    ],
    [
      'messaging',
      4,
      [
        ['http.request.method', 'POST'],
        ['messaging.system', 'aws_sqs'],
      ],
    ],
    [
      'faas',
      2,
      [
        ['http.request.method', 'POST'],
        ['faas.trigger', 'http'],
      ],
    ],
    [
      'internal',
      1,
      [
        ['dbx', ''],
        ['https.x', ''],
        ['db', ''],
      ],
    ],
    [
      'model',
      3,
      [
        ['gen_ai.operation.name', 'chat'],
        ['http.request.method', 'POST'],
      ],
    ],
    ['model', 3, [['gen_ai.request.model', 'gpt']]],
    [
      'embedding',
      3,
      [
        ['gen_ai.operation.name', 'embeddings'],
        ['gen_ai.request.model', 'e'],
      ],
    ],
    ['tool', 1, [['gen_ai.operation.name', 'execute_tool']]],
    [
      'tool',
      1,
      [
        ['gen_ai.tool.name', 'search'],
        ['gen_ai.request.model', 'x'],
      ],
    ],
    [
      'agent',
      1,
      [
        ['gen_ai.operation.name', 'invoke_agent'],
        ['gen_ai.request.model', 'x'],
      ],
    ],
    ['agent', 1, [['gen_ai.agent.name', 'a']]],
    ['chain', 1, [['gen_ai.conversation.id', 'c']]],
    ['retrieval', 1, [['openinference.span.kind', 'RETRIEVER']]],
    ['retrieval', 1, [['openinference.span.kind', 'RERANKER']]],
    ['chain', 1, [['openinference.span.kind', 'CHAIN']]],
    ['model', 1, [['mlflow.spanType', '"CHAT_MODEL"']]],
    [
      'agent',
      1,
      [
        ['mlflow.spanType', '"AGENT"'],
        ['openinference.span.kind', 'CHAIN'],
      ],
    ],
    [
      'agent',
      1,
      [
        ['openinference.span.kind', 'CHAIN'],
        ['mlflow.spanType', '"AGENT"'],
      ],
    ],
    [
      'tool',
      1,
      [
        ['mlflow.spanType', '"UNKNOWN"'],
        ['openinference.span.kind', 'TOOL'],
      ],
    ],
    [
      'model',
      1,
      [
        ['langfuse.observation.type', 'generation'],
        ['mlflow.spanType', '"TOOL"'],
      ],
    ],
    [
      'http',
      3,
      [
        ['langfuse.observation.type', 'span'],
        ['http.route', '/'],
      ],
    ],
    ['chain', 1, [['traceloop.span.kind', 'workflow']]],
    ['tool', 1, [['traceloop.span.kind', 'tool']]],
    ['model', 1, [['ai.operationId', 'ai.streamText.doStream']]],
    ['chain', 1, [['ai.operationId', 'ai.streamText']]],
    ['tool', 1, [['ai.operationId', 'ai.toolCall']]],
    ['internal', 1, [['openinference.span.kind', 'constructor']]],
    ['internal', 1, [['mlflow.spanType', 'x'.repeat(100_000)]]],
  ];
  for (const [expected, kind, attributes] of cases) {
    const said = attributes.map(([key, value]) => `${key}=${value.slice(0, 24)}`).join(', ') || 'nothing else';
    it(`takes kind ${kind} with ${said} for ${expected}`, () => {
      assert.equal(categoryOf(kind, ...attributes.map(([key, value]) => text(key, value))), expected);
    });
  }

  it('takes a telling key with a value that is no text for a key like others', () => {
    assert.equal(categoryOf(1, { key: 'gen_ai.operation.name', value: { int_value: 1 } }), 'chain');
  });
});
