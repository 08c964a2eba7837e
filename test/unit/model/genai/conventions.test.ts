import assert from 'node:assert/strict';
import { normalise } from '../../../../src/model/genai/normalise.ts';
import type { LogRecord, Span } from '../../../../src/model/span.ts';
import { log, plain, span, text } from './build.ts';

const json = JSON.stringify;
const WEATHER = { type: 'tool_call', id: 'c1', name: 'get_weather', arguments: { city: 'Oslo' } };
const RESULT = { role: 'tool', parts: [{ type: 'tool_result', id: 'c1', result: 'rain' }] };
const ASKED = text('user', 'Weather in Oslo?');
const TOLD = { ...text('assistant', 'Rain.'), finishReason: 'stop' };
const CALLS = { role: 'assistant', parts: [WEATHER], finishReason: 'tool_calls' };
const openaiCall = { id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } };

interface Case {
  span: Span;
  logs?: LogRecord[];
  /** Every field that the normalised span has. */
  expected: object;
}

const MODEL = { kind: 'chat', convention: 'otel', provider: 'openai', requestModel: 'gpt-4o' };

/** Every version of the OpenTelemetry conventions that has the content elsewhere or under another name. */
const VERSIONS: Record<string, Case> = {
  '1.26: content in span events, prompt and completion tokens': {
    span: span(
      {
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.prompt_tokens': 7,
        'gen_ai.usage.completion_tokens': 3,
        'gen_ai.request.temperature': 0.5,
      },
      {
        events: [
          {
            name: 'gen_ai.content.prompt',
            attributes: { 'gen_ai.prompt': json([{ role: 'user', content: 'Weather in Oslo?' }]) },
          },
          {
            name: 'gen_ai.content.completion',
            attributes: { 'gen_ai.completion': json([{ role: 'assistant', content: 'Rain.' }]) },
          },
        ],
      },
    ),
    expected: {
      ...MODEL,
      parameters: { temperature: 0.5 },
      input: [ASKED],
      output: [TOLD],
      usage: { input: 7, output: 3, total: 10 },
    },
  },
  '1.28: log records with bodies, named by an attribute, in any order': {
    span: span({ 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-4o' }),
    logs: [
      log(1, 'gen_ai.choice', {
        at: 5,
        named: 'attribute',
        body: { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Rain.' } },
      }),
      log(1, 'gen_ai.tool.message', { at: 4, named: 'attribute', body: { id: 'c1', content: 'rain' } }),
      log(1, 'gen_ai.assistant.message', { at: 3, named: 'attribute', body: { tool_calls: [openaiCall] } }),
      log(1, 'gen_ai.user.message', { at: 2, named: 'attribute', body: { content: 'Weather in Oslo?' } }),
      log(1, 'gen_ai.system.message', { at: 2, named: 'attribute', body: { content: 'Be brief.' } }),
    ],
    expected: {
      ...MODEL,
      input: [text('system', 'Be brief.'), ASKED, { role: 'assistant', parts: [WEATHER] }, RESULT],
      output: [TOLD],
    },
  },
  '1.36 in span events, with the content as JSON text of the whole message': {
    span: span(
      { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-4o' },
      {
        scope: 'Microsoft.SemanticKernel.Diagnostics',
        events: [
          {
            name: 'gen_ai.user.message',
            attributes: { 'gen_ai.event.content': json({ role: 'user', content: 'Weather in Oslo?' }) },
          },
          {
            name: 'gen_ai.choice',
            attributes: {
              'gen_ai.event.content': json({
                index: 0,
                finish_reason: 'Stop',
                message: { role: 'Assistant', content: 'Rain.' },
              }),
            },
          },
        ],
      },
    ),
    expected: { ...MODEL, input: [ASKED], output: [TOLD] },
  },
  '1.37: JSON text of messages with parts on the span, instructions apart': {
    span: span({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.system_instructions': json([{ type: 'text', content: 'Be brief.' }]),
      'gen_ai.input.messages': json([
        { role: 'user', parts: [{ type: 'text', content: 'Weather in Oslo?' }] },
        {
          role: 'assistant',
          parts: [{ type: 'tool_call', id: 'c1', name: 'get_weather', arguments: { city: 'Oslo' } }],
        },
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: 'rain' }] },
      ]),
      'gen_ai.output.messages': json([
        { role: 'assistant', parts: [{ type: 'text', content: 'Rain.' }], finish_reason: 'stop' },
      ]),
      'gen_ai.tool.definitions': json([
        { type: 'function', name: 'get_weather', description: 'd', parameters: { type: 'object' } },
      ]),
    }),
    expected: {
      ...MODEL,
      input: [text('system', 'Be brief.'), ASKED, { role: 'assistant', parts: [WEATHER] }, RESULT],
      output: [TOLD],
      toolDefinitions: [{ name: 'get_weather', description: 'd', schema: { type: 'object' } }],
    },
  },
  '1.38: structured values, in two log records of the operation': {
    span: span({ 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o' }),
    logs: [
      log(1, 'gen_ai.client.inference.operation.details', {
        attributes: {
          'gen_ai.system_instructions': 'Be brief.',
          'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'Weather in Oslo?' }] }],
        },
      }),
      log(1, 'gen_ai.client.inference.operation.details', {
        attributes: {
          'gen_ai.output.messages': [
            { role: 'assistant', parts: [{ type: 'text', content: 'Rain.' }], finish_reason: 'stop' },
          ],
        },
      }),
    ],
    expected: { ...MODEL, input: [text('system', 'Be brief.'), ASKED], output: [TOLD] },
  },
  'the newest: cache, reasoning and audio tokens, streaming, first chunk in seconds, the judgement of an answer': {
    span: span({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.model': 'gpt-4o-2024-11-20',
      'gen_ai.conversation.id': 'talk',
      'gen_ai.workflow.name': 'flow',
      'gen_ai.request.stream': true,
      'gen_ai.request.top_k': 5,
      'gen_ai.request.stop_sequences': ['END'],
      'gen_ai.response.time_to_first_chunk': 0.25,
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 60,
      'gen_ai.usage.cache_write.input_tokens': 10,
      'gen_ai.usage.reasoning.output_tokens': 5,
      'gen_ai.usage.audio.input_tokens': 2,
    }),
    logs: [
      log(1, 'gen_ai.evaluation.result', {
        attributes: {
          'gen_ai.evaluation.name': 'Relevance',
          'gen_ai.evaluation.score.value': 0.8,
          'gen_ai.evaluation.score.label': 'good',
          'gen_ai.evaluation.explanation': 'on the point',
        },
      }),
    ],
    expected: {
      ...MODEL,
      responseModel: 'gpt-4o-2024-11-20',
      conversation: 'talk',
      workflow: 'flow',
      streaming: true,
      parameters: { topK: 5, stop: ['END'] },
      timeToFirstTokenNano: '250000000',
      usage: { input: 100, output: 20, total: 120, cacheRead: 60, cacheWrite: 10, reasoning: 5, audioInput: 2 },
      evaluations: [{ name: 'Relevance', value: 0.8, label: 'good', explanation: 'on the point' }],
    },
  },
  'a tool': {
    span: span({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'get_weather',
      'gen_ai.tool.call.id': 'c1',
      'gen_ai.tool.call.arguments': '{"city":"Oslo"}',
      'gen_ai.tool.call.result': 'rain',
    }),
    expected: {
      kind: 'tool',
      convention: 'otel',
      tool: { name: 'get_weather', id: 'c1', arguments: { city: 'Oslo' }, result: 'rain' },
    },
  },
  'a retrieval': {
    span: span({
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.retrieval.query.text': 'tents',
      'gen_ai.retrieval.documents': json([{ id: 'd1', score: 0.9, content: 'A tent.' }]),
    }),
    expected: {
      kind: 'retrieval',
      convention: 'otel',
      input: [text('input', 'tents')],
      documents: [{ id: 'd1', score: 0.9, text: 'A tent.' }],
    },
  },
  'a call over MCP': {
    span: span({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'get_weather',
      'mcp.session.id': 'transport',
      'gen_ai.tool.call.arguments': '{"city":"Oslo"}',
    }),
    expected: {
      kind: 'tool',
      convention: 'otel',
      session: 'transport',
      tool: { name: 'get_weather', arguments: { city: 'Oslo' } },
    },
  },
};

describe('the OpenTelemetry conventions', () => {
  for (const [what, { span, logs = [], expected }] of Object.entries(VERSIONS)) {
    it(what, () => {
      const { convention: _, ...found } = plain(normalise(span, logs)!) as unknown as Record<string, unknown>;
      const { convention: __, ...wanted } = expected as Record<string, unknown>;
      assert.deepEqual(found, wanted);
    });
  }
});

const FAMILIES: Record<string, Case> = {
  'MLflow: JSON text of every value, inputs encoded twice': {
    span: span(
      {
        'mlflow.traceRequestId': '"tr-1"',
        'mlflow.spanType': '"CHAT_MODEL"',
        'mlflow.llm.provider': '"openai"',
        'mlflow.llm.model': '"gpt-4o-2024-11-20"',
        'mlflow.spanInputs': json(
          json({
            model: 'gpt-4o',
            messages: [{ role: 'user', content: 'Weather in Oslo?' }],
            temperature: 0.2,
            tools: [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }],
          }),
        ),
        'mlflow.spanOutputs': json({
          model: 'gpt-4o-2024-11-20',
          choices: [
            { message: { role: 'assistant', content: null, tool_calls: [openaiCall] }, finish_reason: 'tool_calls' },
          ],
        }),
        'mlflow.chat.tokenUsage': '{"input_tokens": 12, "output_tokens": 4, "total_tokens": 16}',
        'mlflow.llm.cost': '{"input_cost": 0.1, "output_cost": 0.2, "total_cost": 0.3}',
        'session.id': '"s"',
        'user.id': '"u"',
        'mlflow.traceTag.team': 'search',
        'mlflow.traceTag.mlflow.user': 'root',
      },
      { resource: { 'telemetry.sdk.name': 'mlflow' } },
    ),
    expected: {
      kind: 'chat',
      convention: 'mlflow',
      provider: 'openai',
      requestModel: 'gpt-4o',
      responseModel: 'gpt-4o-2024-11-20',
      parameters: { temperature: 0.2 },
      input: [ASKED],
      output: [CALLS],
      toolDefinitions: [{ name: 'get_weather', schema: { type: 'object' } }],
      usage: { input: 12, output: 4, total: 16 },
      cost: { total: 0.3, input: 0.1, output: 0.2, currency: 'USD', source: 'reported' },
      session: 's',
      user: 'u',
      tags: ['team:search'],
      metadata: { team: 'search' },
    },
  },
  'MLflow: a function traced by hand': {
    span: span(
      { 'mlflow.spanType': '"TOOL"', 'mlflow.spanInputs': '{"city": "Oslo"}', 'mlflow.spanOutputs': '"rain"' },
      { name: 'get_weather' },
    ),
    expected: {
      kind: 'tool',
      convention: 'mlflow',
      tool: { name: 'get_weather', arguments: { city: 'Oslo' }, result: 'rain' },
    },
  },
  'MLflow: streamed calls of tools, which are only in the chunks': {
    span: span(
      { 'mlflow.spanType': '"CHAT_MODEL"', 'mlflow.spanInputs': '{"messages": []}', 'mlflow.spanOutputs': '""' },
      {
        events: [
          {
            name: 'mlflow.chunk.item.1',
            at: 8,
            attributes: {
              'mlflow.chunk.value': json({
                choices: [
                  {
                    index: 0,
                    delta: { tool_calls: [{ index: 0, function: { arguments: '"Oslo"}' } }] },
                    finish_reason: 'tool_calls',
                  },
                ],
              }),
            },
          },
          {
            name: 'mlflow.chunk.item.0',
            at: 5,
            attributes: {
              'mlflow.chunk.value': json({
                model: 'gpt-4o-2024-11-20',
                choices: [
                  {
                    index: 0,
                    delta: {
                      tool_calls: [{ index: 0, id: 'c1', function: { name: 'get_weather', arguments: '{"city":' } }],
                    },
                  },
                ],
              }),
            },
          },
        ],
      },
    ),
    expected: {
      kind: 'chat',
      convention: 'mlflow',
      responseModel: 'gpt-4o-2024-11-20',
      output: [CALLS],
      streaming: true,
      timeToFirstTokenNano: '5000000',
    },
  },
  'MLflow with the conventions: the answering model where the asked one goes, operations by its own names': {
    span: span(
      { 'gen_ai.operation.name': 'CHAIN', 'gen_ai.request.model': 'gpt-4o-2024-11-20' },
      { resource: { 'telemetry.sdk.name': 'mlflow' } },
    ),
    expected: { kind: 'chain', convention: 'mlflow', responseModel: 'gpt-4o-2024-11-20' },
  },
  'Langfuse: usage beside its parts, a time in quotes, tags, metadata, prompt': {
    span: span({
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o',
      'langfuse.observation.model.parameters': '{"max_tokens":64,"response_format":""}',
      'langfuse.observation.input': json({ messages: [{ role: 'user', content: 'Weather in Oslo?' }] }),
      'langfuse.observation.output': 'Rain.',
      'langfuse.observation.usage_details':
        '{"input":16,"output":8,"total":30,"input_cached_tokens":4,"output_reasoning_tokens":2}',
      'langfuse.observation.cost_details': '{"input":0.001,"output":0.002}',
      'langfuse.observation.completion_start_time': '"2023-11-14T22:13:20.050Z"',
      'langfuse.observation.prompt.name': 'weather',
      'langfuse.observation.prompt.version': 3,
      'langfuse.trace.tags': ['a', 'b'],
      'langfuse.trace.metadata.plan': 'free',
      'langfuse.session.id': 's',
      'langfuse.user.id': 'u',
    }),
    expected: {
      kind: 'chat',
      convention: 'langfuse',
      requestModel: 'gpt-4o',
      parameters: { maxTokens: 64 },
      input: [ASKED],
      output: [text('assistant', 'Rain.')],
      usage: { input: 20, output: 10, total: 30, cacheRead: 4, reasoning: 2 },
      cost: { total: 0.003, input: 0.001, output: 0.002, currency: 'USD', source: 'reported' },
      streaming: true,
      timeToFirstTokenNano: '50000000',
      prompt: { name: 'weather', version: '3' },
      tags: ['a', 'b'],
      metadata: { plan: 'free' },
      session: 's',
      user: 'u',
    },
  },
  'Langfuse attributes set by hand on a parent': {
    span: span({
      'langfuse.user.id': 'u',
      'langfuse.session.id': 's',
      'langfuse.tags': ['t'],
      'input.value': 'hi',
      'output.value': 'ho',
    }),
    expected: {
      kind: 'other',
      convention: 'langfuse',
      user: 'u',
      session: 's',
      tags: ['t'],
      input: [text('input', 'hi')],
      output: [text('output', 'ho')],
    },
  },
  'OpenInference: flattened messages, one text under two names, the model that answered in place of the asked one': {
    span: span({
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-2024-11-20',
      'llm.invocation_parameters': '{"model":"gpt-4o","temperature":0.1}',
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'Weather in Oslo?',
      'llm.input_messages.0.message.contents.0.message_content.type': 'text',
      'llm.input_messages.0.message.contents.0.message_content.text': 'Weather in Oslo?',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.tool_calls.0.tool_call.id': 'c1',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'get_weather',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': '{"city":"Oslo"}',
      'llm.finish_reason': 'tool_calls',
      'llm.tools.0.tool.json_schema': json({ type: 'function', function: { name: 'get_weather', parameters: {} } }),
      'llm.token_count.prompt': 9,
      'llm.token_count.completion': 3,
      'llm.token_count.total': 12,
      'llm.token_count.prompt_details.cache_read': 4,
      'llm.provider': 'openai',
      metadata: '{"plan":"free","langgraph_node":"agent","langgraph_step":2,"thread_id":"t"}',
      'tag.tags': '["a"]',
    }),
    expected: {
      kind: 'chat',
      convention: 'openinference',
      provider: 'openai',
      requestModel: 'gpt-4o',
      responseModel: 'gpt-4o-2024-11-20',
      parameters: { temperature: 0.1 },
      input: [ASKED],
      output: [CALLS],
      toolDefinitions: [{ name: 'get_weather', schema: {} }],
      usage: { input: 9, output: 3, total: 12, cacheRead: 4 },
      session: 't',
      node: 'agent',
      step: '2',
      tags: ['a'],
      metadata: { plan: 'free' },
    },
  },
  'OpenInference: retrieved documents': {
    span: span({
      'openinference.span.kind': 'RETRIEVER',
      'input.value': 'tents',
      'retrieval.documents.0.document.id': 'd1',
      'retrieval.documents.0.document.content': 'A tent.',
      'retrieval.documents.0.document.score': 0.5,
      'retrieval.documents.0.document.metadata': '{"shelf":3}',
    }),
    expected: {
      kind: 'retrieval',
      convention: 'openinference',
      input: [text('input', 'tents')],
      documents: [{ id: 'd1', score: 0.5, text: 'A tent.', metadata: { shelf: 3 } }],
    },
  },
  'OpenLLMetry: the old flattened prompts': {
    span: span({
      'llm.request.type': 'chat',
      'gen_ai.system': 'OpenAI',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.prompt.0.role': 'user',
      'gen_ai.prompt.0.content': 'Weather in Oslo?',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.finish_reason': 'tool_calls',
      'gen_ai.completion.0.tool_calls.0.id': 'c1',
      'gen_ai.completion.0.tool_calls.0.name': 'get_weather',
      'gen_ai.completion.0.tool_calls.0.arguments': '{"city":"Oslo"}',
      'llm.request.functions.0.name': 'get_weather',
      'gen_ai.usage.prompt_tokens': 5,
      'gen_ai.usage.completion_tokens': 2,
      'llm.usage.total_tokens': 7,
      'traceloop.association.properties.session_id': 's',
      'traceloop.workflow.name': 'flow',
    }),
    expected: {
      kind: 'chat',
      convention: 'openllmetry',
      provider: 'openai',
      requestModel: 'gpt-4o',
      input: [ASKED],
      output: [CALLS],
      toolDefinitions: [{ name: 'get_weather' }],
      usage: { input: 5, output: 2, total: 7 },
      session: 's',
      workflow: 'flow',
    },
  },
  'Vercel AI SDK 5: a call': {
    span: span({
      'ai.operationId': 'ai.streamText.doStream',
      'ai.model.id': 'gpt-4o',
      'ai.model.provider': 'openai.chat',
      'ai.prompt.messages': json([{ role: 'user', content: [{ type: 'text', text: 'Weather in Oslo?' }] }]),
      'ai.prompt.tools': [json({ type: 'function', name: 'get_weather', inputSchema: { type: 'object' } })],
      'ai.response.toolCalls': json([{ toolCallId: 'c1', toolName: 'get_weather', input: '{"city":"Oslo"}' }]),
      'ai.response.finishReason': 'tool-calls',
      'ai.response.model': 'gpt-4o-2024-11-20',
      'ai.response.msToFirstChunk': 12.5,
      'ai.usage.inputTokens': 9,
      'ai.usage.outputTokens': 4,
      'ai.settings.maxRetries': 2,
      'ai.telemetry.metadata.userId': 'u',
      'ai.telemetry.metadata.plan': 'free',
    }),
    expected: {
      kind: 'chat',
      convention: 'vercel-ai',
      provider: 'openai',
      requestModel: 'gpt-4o',
      responseModel: 'gpt-4o-2024-11-20',
      parameters: { maxRetries: 2 },
      input: [ASKED],
      output: [CALLS],
      toolDefinitions: [{ name: 'get_weather', schema: { type: 'object' } }],
      usage: { input: 9, output: 4, total: 13 },
      streaming: true,
      timeToFirstTokenNano: '12500000',
      user: 'u',
      metadata: { plan: 'free' },
    },
  },
  'Pydantic AI, version 1: events as one list': {
    span: span(
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-4o',
        events: json([
          { 'event.name': 'gen_ai.user.message', content: 'Weather in Oslo?', role: 'user' },
          { 'event.name': 'gen_ai.choice', index: 0, message: { role: 'assistant', tool_calls: [openaiCall] } },
        ]),
        model_request_parameters: json({
          function_tools: [{ name: 'get_weather', parameters_json_schema: { type: 'object' } }],
        }),
        'operation.cost': 0.5,
        'gen_ai.usage.details.reasoning_tokens': 2,
        'gen_ai.usage.output_tokens': 5,
      },
      { scope: 'pydantic-ai' },
    ),
    expected: {
      kind: 'chat',
      convention: 'pydantic-ai',
      requestModel: 'gpt-4o',
      input: [ASKED],
      output: [{ role: 'assistant', parts: [WEATHER] }],
      toolDefinitions: [{ name: 'get_weather', schema: { type: 'object' } }],
      usage: { output: 5, reasoning: 2 },
      cost: { total: 0.5, currency: 'USD', source: 'reported' },
    },
  },
  'LangSmith: whole requests and answers, tags in one text, its project is no session': {
    span: span({
      'langsmith.span.kind': 'llm',
      'langsmith.trace.session_name': 'default',
      'langsmith.span.tags': 't1, t2',
      'langsmith.metadata.ls_temperature': '0.2',
      'langsmith.metadata.plan': 'free',
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.prompt': json({
        messages: [
          [
            {
              lc: 1,
              type: 'constructor',
              id: ['langchain_core', 'messages', 'HumanMessage'],
              kwargs: { content: 'Weather in Oslo?' },
            },
          ],
        ],
      }),
      'gen_ai.completion': json({
        generations: [
          [
            {
              text: '',
              message: {
                lc: 1,
                type: 'constructor',
                id: ['x', 'AIMessage'],
                kwargs: { content: '', tool_calls: [{ name: 'get_weather', args: { city: 'Oslo' }, id: 'c1' }] },
              },
            },
          ],
        ],
      }),
      'gen_ai.response.finish_reasons': 'tool_calls',
      'gen_ai.usage.input_tokens': 9,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.input_token_details': '{"cache_read":4}',
    }),
    expected: {
      kind: 'chat',
      convention: 'langsmith',
      provider: 'openai',
      parameters: { temperature: '0.2' },
      input: [ASKED],
      output: [CALLS],
      usage: { input: 9, output: 3, total: 12, cacheRead: 4 },
      tags: ['t1', 't2'],
      metadata: { plan: 'free' },
    },
  },
  'LangSmith: a retriever that calls itself embeddings': {
    span: span({
      'langsmith.span.kind': 'retriever',
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.prompt': '{"query":"tents"}',
      'gen_ai.completion': json({ documents: [{ page_content: 'A tent.', metadata: { shelf: 3 } }] }),
    }),
    expected: {
      kind: 'retrieval',
      convention: 'langsmith',
      input: [text('input', 'tents')],
      documents: [{ text: 'A tent.', metadata: { shelf: 3 } }],
    },
  },
  'Google ADK through LiteLLM: reasoning counted once, placeholders are nothing': {
    span: span(
      {
        'gen_ai.system': 'gcp.vertex.agent',
        'gen_ai.request.model': 'openai/gpt-4o',
        'gen_ai.usage.input_tokens': 20,
        'gen_ai.usage.output_tokens': 14,
        'gcp.vertex.agent.session_id': 's',
        'gcp.vertex.agent.tool_call_args': '{}',
        'gcp.vertex.agent.llm_request': json({
          model: 'openai/gpt-4o',
          config: { system_instruction: 'Be brief.', temperature: 0.2 },
          contents: [{ role: 'user', parts: [{ text: 'Weather in Oslo?' }] }],
        }),
        'gcp.vertex.agent.llm_response': json({
          content: {
            role: 'model',
            parts: [{ function_call: { id: 'c1', name: 'get_weather', args: { city: 'Oslo' } } }],
          },
          finish_reason: 'STOP',
          usage_metadata: {
            prompt_token_count: 20,
            candidates_token_count: 10,
            thoughts_token_count: 4,
            total_token_count: 30,
          },
        }),
      },
      { name: 'call_llm', scope: 'gcp.vertex.agent' },
    ),
    expected: {
      kind: 'chat',
      convention: 'google-adk',
      requestModel: 'openai/gpt-4o',
      parameters: { temperature: 0.2 },
      input: [text('system', 'Be brief.'), ASKED],
      output: [{ ...CALLS, finishReason: 'stop' }],
      usage: { input: 20, output: 10, total: 30, reasoning: 4 },
      session: 's',
    },
  },
  'Strands: blocks as JSON text in span events, first token in milliseconds, a framework as provider': {
    span: span(
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.system': 'strands-agents',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.server.time_to_first_token': 310,
      },
      {
        events: [
          { name: 'gen_ai.user.message', attributes: { content: json([{ text: 'Weather in Oslo?' }]) } },
          {
            name: 'gen_ai.assistant.message',
            attributes: {
              content: json([{ toolUse: { name: 'get_weather', toolUseId: 'c1', input: { city: 'Oslo' } } }]),
            },
          },
          {
            name: 'gen_ai.tool.message',
            attributes: {
              content: json([{ toolResult: { toolUseId: 'c1', status: 'success', content: [{ text: 'rain' }] } }]),
            },
          },
          { name: 'gen_ai.choice', attributes: { finish_reason: 'end_turn', message: json([{ text: 'Rain.' }]) } },
        ],
      },
    ),
    expected: {
      kind: 'chat',
      convention: 'strands',
      requestModel: 'gpt-4o',
      input: [ASKED, { role: 'assistant', parts: [WEATHER] }, RESULT],
      output: [TOLD],
      streaming: true,
      timeToFirstTokenNano: '310000000',
    },
  },
  'Genkit: colons in keys, usage in the answer': {
    span: span({
      'genkit:type': 'action',
      'genkit:metadata:subtype': 'model',
      'genkit:name': 'openai/gpt-4o',
      'genkit:input': json({
        messages: [
          { role: 'user', content: [{ text: 'Weather in Oslo?' }] },
          { role: 'model', content: [{ toolRequest: { name: 'get_weather', ref: 'c1', input: { city: 'Oslo' } } }] },
          { role: 'tool', content: [{ toolResponse: { name: 'get_weather', ref: 'c1', output: 'rain' } }] },
        ],
        config: { temperature: 0.2 },
      }),
      'genkit:output': json({
        finishReason: 'stop',
        message: { role: 'model', content: [{ text: 'Rain.' }] },
        usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 },
      }),
    }),
    expected: {
      kind: 'chat',
      convention: 'genkit',
      provider: 'openai',
      requestModel: 'gpt-4o',
      parameters: { temperature: 0.2 },
      input: [
        ASKED,
        { role: 'assistant', parts: [WEATHER] },
        { role: 'tool', parts: [{ type: 'tool_result', id: 'c1', name: 'get_weather', result: 'rain' }] },
      ],
      output: [TOLD],
      usage: { input: 5, output: 2, total: 7 },
    },
  },
  'Haystack: a generator with content tracing': {
    span: span(
      {
        'haystack.component.name': 'llm',
        'haystack.component.type': 'OpenAIChatGenerator',
        'haystack.component.input': json({ messages: [{ role: 'user', content: [{ text: 'Weather in Oslo?' }] }] }),
        'haystack.component.output': json({
          replies: [
            {
              role: 'assistant',
              meta: {
                model: 'gpt-4o-2024-11-20',
                finish_reason: 'stop',
                usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 },
              },
              content: [{ text: 'Rain.' }],
            },
          ],
        }),
      },
      { name: 'haystack.component.run' },
    ),
    expected: {
      kind: 'chat',
      convention: 'haystack',
      responseModel: 'gpt-4o-2024-11-20',
      input: [ASKED],
      output: [TOLD],
      usage: { input: 4, output: 2, total: 6 },
      node: 'llm',
    },
  },
  'Claude Code: input without the cache, cost in a log record': {
    span: span(
      {
        model: 'claude-sonnet-4-5',
        input_tokens: 10,
        output_tokens: 5,
        cache_read_tokens: 100,
        cache_creation_tokens: 20,
        ttft_ms: 400,
        'session.id': 's',
      },
      { name: 'claude_code.llm_request' },
    ),
    logs: [log(1, 'claude_code.api_request', { attributes: { cost_usd: 0.01 } })],
    expected: {
      kind: 'chat',
      convention: 'claude-code',
      provider: 'anthropic',
      requestModel: 'claude-sonnet-4-5',
      usage: { input: 130, output: 5, total: 135, cacheRead: 100, cacheWrite: 20 },
      cost: { total: 0.01, currency: 'USD', source: 'reported' },
      streaming: true,
      timeToFirstTokenNano: '400000000',
      session: 's',
    },
  },
  'Codex CLI: the numbers of a finished answer are in a log record': {
    span: span({ model: 'gpt-5' }, { scope: 'codex_otel', name: 'turn' }),
    logs: [
      log(1, 'codex.user_prompt', { attributes: { prompt: 'Weather in Oslo?' } }),
      log(1, 'codex.sse_event', {
        attributes: {
          'event.kind': 'response.completed',
          input_token_count: '9',
          output_token_count: 3,
          cached_token_count: 4,
          reasoning_token_count: 1,
        },
      }),
    ],
    expected: {
      kind: 'chat',
      convention: 'codex',
      requestModel: 'gpt-5',
      input: [ASKED],
      usage: { input: 9, output: 3, total: 12, cacheRead: 4, reasoning: 1 },
    },
  },
  'Mastra: finish reasons as JSON text, the provider with its interface': {
    span: span({
      'mastra.span.type': 'model_inference',
      'gen_ai.provider.name': 'openai.chat',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.finish_reasons': '["tool-calls"]',
      'gen_ai.output.messages': json([
        {
          role: 'assistant',
          parts: [{ type: 'tool_call', id: 'c1', name: 'get_weather', arguments: '{"city":"Oslo"}' }],
        },
      ]),
      'mastra.completion_start_time': '"2023-11-14T22:13:20.020Z"',
      'mastra.metadata.userId': 'u',
    }),
    expected: {
      kind: 'chat',
      convention: 'mastra',
      provider: 'openai',
      requestModel: 'gpt-4o',
      output: [CALLS],
      streaming: true,
      timeToFirstTokenNano: '20000000',
      user: 'u',
    },
  },
  'Spring AI: a query of a vector store': {
    span: span({ 'spring.ai.kind': 'vector_store', 'db.vector.query.content': 'tents' }),
    expected: { kind: 'retrieval', convention: 'spring-ai', input: [text('input', 'tents')] },
  },
  'LiteLLM: messages with no parts and calls of tools beside them': {
    span: span(
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.output.messages': json([
          { role: 'assistant', parts: [], tool_calls: [openaiCall], finish_reason: 'tool_calls' },
        ]),
      },
      { scope: 'litellm', name: 'litellm_request' },
    ),
    expected: { kind: 'chat', convention: 'litellm', requestModel: 'gpt-4o', output: [CALLS] },
  },
  'OpenLIT: placeholders for what was not set': {
    span: span(
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.request.seed': 0,
        'gen_ai.request.user': '',
        'gen_ai.request.temperature': 0.7,
        'gen_ai.request.frequency_penalty': 0,
      },
      { resource: { 'telemetry.sdk.name': 'openlit' } },
    ),
    expected: { kind: 'chat', convention: 'openlit', requestModel: 'gpt-4o', parameters: { temperature: 0.7 } },
  },
  'GitHub Copilot Chat: results of tools under content': {
    span: span({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o',
      'copilot_chat.chat_session_id': 's',
      'copilot_chat.time_to_first_token': 90,
      'gen_ai.input.messages': json([
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', content: 'rain' }] },
      ]),
    }),
    expected: {
      kind: 'chat',
      convention: 'copilot',
      requestModel: 'gpt-4o',
      input: [RESULT],
      streaming: true,
      timeToFirstTokenNano: '90000000',
      session: 's',
    },
  },
  'Gemini CLI: Gemini parts, its own name for an operation': {
    span: span(
      {
        'gen_ai.operation.name': 'llm_call',
        'gen_ai.request.model': 'gemini-2.5-pro',
        'gen_ai.input.messages': json([{ role: 'user', parts: [{ text: 'Weather in Oslo?' }] }]),
      },
      { scope: 'gemini-cli' },
    ),
    expected: { kind: 'chat', convention: 'gemini-cli', requestModel: 'gemini-2.5-pro', input: [ASKED] },
  },
  'Agent Framework: an executor of a workflow': {
    span: span({ 'executor.id': 'writer', 'workflow.name': 'flow' }, { name: 'executor.process writer' }),
    expected: { kind: 'chain', convention: 'agent-framework', workflow: 'flow', node: 'writer' },
  },
};

describe('the families', () => {
  it('Strands in JavaScript: the name of the service is no provider', () => {
    const sent = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'shop',
      'gen_ai.event.start_time': '2026-01-01T00:00:00Z',
    };
    const found = normalise(span(sent, { resource: { 'service.name': 'shop' } }), []);
    assert.deepEqual([found?.convention, found?.provider], ['strands', undefined]);
  });

  it('Google ADK: a streamed answer once, the result of a tool without its wrapping, merged calls as no tool', () => {
    const parts = ['One,', ' two.', 'One, two.'].map(content => ({ type: 'text', content }));
    const adk = (more: Record<string, string>) => normalise(span({ 'gcp.vertex.agent.event_id': 'e', ...more }), []);
    const answer = adk({
      'gen_ai.operation.name': 'chat',
      'gen_ai.output.messages': json([{ role: 'assistant', parts }]),
    });
    assert.deepEqual(answer?.output, [text('assistant', 'One, two.')]);
    const tool = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'f',
      'gen_ai.tool.call.result': '{"result":"rain"}',
    };
    assert.equal(adk(tool)?.tool?.result, 'rain');
    assert.equal(adk({ ...tool, 'gen_ai.tool.name': '(merged tools)' })?.kind, 'chain');
  });

  it('LiteLLM: tokens as Python prints them, each call of a tool as a completion of its own', () => {
    const sent = {
      'llm.request.type': 'completion',
      'metadata.usage_object':
        "{'prompt_tokens': 9, 'completion_tokens': 4, 'total_tokens': 13, 'prompt_tokens_details': {'cached_tokens': 3}}",
      'gen_ai.completion.0.function_call.name': 'a',
      'gen_ai.completion.0.function_call.arguments': '{}',
      'gen_ai.completion.1.function_call.name': 'b',
      'gen_ai.completion.1.function_call.arguments': '{"x":1}',
      'gen_ai.cost.total_cost': 0.25,
    };
    const found = plain(normalise(span(sent, { name: 'litellm_request' }), []));
    assert.equal(found?.kind, 'chat');
    assert.deepEqual(found?.usage, { input: 9, output: 4, total: 13, cacheRead: 3 });
    assert.equal(found?.cost?.total, 0.25);
    const calls = [
      { type: 'tool_call', name: 'a', arguments: {} },
      { type: 'tool_call', name: 'b', arguments: { x: 1 } },
    ];
    assert.deepEqual(found?.output, [{ role: 'assistant', parts: calls }]);
  });

  for (const [what, { span, logs = [], expected }] of Object.entries(FAMILIES)) {
    it(what, () => assert.deepEqual(plain(normalise(span, logs)), expected));
  }

  it('leaves spans of other programs alone', () => {
    assert.equal(normalise(span({ 'http.request.method': 'GET', 'user.id': 'u', 'session.id': 's' }), []), undefined);
    assert.equal(normalise(span({}), [log(1, 'some.event', { body: 'hello' })]), undefined);
  });
});
