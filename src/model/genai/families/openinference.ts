import type { PlainValue } from '../../plainValue.ts';
import { readDocuments } from '../documents.ts';
import { readResponse } from '../envelope.ts';
import { evaluation, type Family, type Finding, kindNames } from '../family.ts';
import type { Fields } from '../fields.ts';
import { flatList } from '../flat.ts';
import type { Message } from '../genai.ts';
import { lostMessages } from '../lost.ts';
import { readMessage } from '../messages.ts';
import { isObject, member, nameOf, present, structured, textMember } from '../plain.ts';
import { readToolDefinitions } from '../toolDefinitions.ts';

/** OpenInference, of Arize Phoenix; also what FutureAGI's traceAI made of it. */
export const openinference: Family = {
  name: 'openinference',
  detects: fields =>
    fields.has('openinference.span.kind') ||
    fields.has('fi.span.kind') ||
    fields.has('llm.model_name') ||
    fields.has('llm.input_messages.0.message.role') ||
    /^(?:@arizeai\/)?openinference/.test(fields.span.scope.name),
  table: {
    kind: {
      key: 'openinference.span.kind',
      values: kindNames({
        chat: 'llm',
        chain: 'chain',
        tool: 'tool',
        agent: 'agent',
        retrieval: 'retriever',
        rerank: 'reranker',
        embedding: 'embedding',
        guardrail: 'guardrail',
        evaluation: 'evaluator',
        prompt: 'prompt',
        other: 'unknown',
      }),
    },
    texts: { provider: ['llm.provider', 'llm.system'], node: ['graph.node.name', 'graph.node.id'] },
    usage: {
      input: ['llm.token_count.prompt'],
      output: ['llm.token_count.completion'],
      total: ['llm.token_count.total'],
      cacheRead: ['llm.token_count.prompt_details.cache_read', 'llm.token_count.prompt_details.cache_input'],
      cacheWrite: ['llm.token_count.prompt_details.cache_write'],
      reasoning: ['llm.token_count.completion_details.reasoning'],
      audioInput: ['llm.token_count.prompt_details.audio'],
      audioOutput: ['llm.token_count.completion_details.audio'],
    },
    parameters: { json: ['llm.invocation_parameters', 'embedding.invocation_parameters'] },
    toolName: ['tool.name'],
    toolId: ['tool_call.id', 'tool.id', 'tool.call_id'],
    agentName: ['agent.name'],
    agentId: ['agent.id'],
    promptName: ['llm.prompt_template.name', 'prompt.name', 'prompt.id'],
    promptVersion: ['llm.prompt_template.version'],
    finishReasons: ['llm.finish_reason', 'llm.finish_reasons'],
    cost: { total: ['llm.cost.total'], input: ['llm.cost.prompt'], output: ['llm.cost.completion'] },
    tags: ['tag.tags'],
    metadata: { json: ['metadata'] },
  },
  read: fields => {
    const input = recorded(fields, 'input');
    const output = recorded(fields, 'output');
    const sent = flatMessages(fields, 'llm.input_messages');
    const lost = lostMessages(fields, 'llm.input_messages');
    return present<Finding>({
      ...models(fields, input, output),
      kind: fields.text('openinference.span.kind') === undefined ? kindOfFi(fields) : correctedKind(fields),
      input: sent ?? prompts(fields),
      output: flatMessages(fields, 'llm.output_messages') ?? choices(fields),
      incomplete: lost === undefined ? undefined : [lost],
      rawInput: input,
      rawOutput: output,
      toolDefinitions: readToolDefinitions(flatList(fields, 'llm.tools')?.items),
      documents: documentsOf(fields),
      tool: toolOf(fields, input),
      streaming: streamingOf(fields),
      step: nameOf(member(fields.json('metadata'), 'langgraph_step')),
      evaluations: evaluationsOf(fields),
      ...embedded(fields),
    });
  },
};

function streamingOf(fields: Fields): boolean | undefined {
  const stream = member(fields.json('llm.invocation_parameters'), 'stream');
  // LangChain says that it does not stream, and then does.
  return stream === true ? true : undefined;
}

/** As text unless it says that it is JSON, or looks like it and says nothing. */
function recorded(fields: Fields, side: 'input' | 'output'): PlainValue | undefined {
  const mime = fields.text(`${side}.mime_type`);
  const value = fields.value(`${side}.value`);
  return mime === undefined || mime.includes('json') ? structured(value) : value;
}

function kindOfFi(fields: Fields) {
  const sent = fields.text('fi.span.kind')?.toLowerCase();
  return sent === undefined ? undefined : openinference.table?.kind?.values.get(sent);
}

/** LlamaIndex's preparation of a call calls itself one. */
function correctedKind(fields: Fields) {
  if (/\._(?:prepare_chat_with_tools|extend_messages)$/.test(fields.span.name)) return 'chain';
  const isCompletion = fields.has('llm.prompts.0.prompt.text') || fields.has('llm.prompts.0');
  return isCompletion && fields.text('openinference.span.kind') === 'LLM' ? ('completion' as const) : undefined;
}

/** `llm.model_name` is the asked model until the answer is there, then that of the answer. */
function models(fields: Fields, input: PlainValue | undefined, output: PlainValue | undefined): Finding {
  const named = fields.text('llm.model_name', 'embedding.model_name', 'reranker.model_name');
  const parameters = fields.json('llm.invocation_parameters', 'embedding.invocation_parameters');
  // Of OpenAI Agents' responses they are those that the answer repeats.
  const isAnswer = member(parameters, 'created_at') !== undefined;
  const asked =
    fields.text('llm.request.model_name') ??
    (isAnswer ? undefined : textMember(parameters, 'model', 'model_name')) ??
    textMember(input, 'model');
  const answered = fields.text('llm.response.model_name') ?? readResponse(output).model;
  return present<Finding>({
    requestModel: asked ?? (named === answered ? undefined : named),
    responseModel: answered ?? (asked !== undefined && named !== asked ? named : undefined),
  });
}

function flatMessages(fields: Fields, prefix: string): Message[] | undefined {
  const list = flatList(fields, prefix)?.items;
  const messages = list?.map(item => readMessage(item)).filter(message => message !== undefined);
  return messages && messages.length > 0 ? messages : undefined;
}

function prompts(fields: Fields): Message[] | undefined {
  return flatTexts(fields, 'llm.prompts', 'prompt', 'user');
}

function choices(fields: Fields): Message[] | undefined {
  return flatTexts(fields, 'llm.choices', 'completion', 'assistant');
}

function flatTexts(fields: Fields, prefix: string, inner: string, role: string): Message[] | undefined {
  const texts = flatList(fields, prefix)?.items.map(item =>
    typeof item === 'string' ? item : textMember(member(item, inner) ?? item, 'text'),
  );
  const messages = texts
    ?.filter(text => text !== undefined)
    .map((text): Message => ({ role, parts: [{ type: 'text', text }] }));
  return messages && messages.length > 0 ? messages : undefined;
}

function documentsOf(fields: Fields): Finding['documents'] {
  const lists = ['retrieval.documents', 'reranker.output_documents'].map(prefix => flatList(fields, prefix)?.items);
  const found = lists.find(list => list !== undefined);
  return found && readDocuments([...found]);
}

/** `tool.parameters` is the schema for some packages and the arguments for others; the input are the arguments. */
function toolOf(fields: Fields, input: PlainValue | undefined): Finding['tool'] {
  const parameters = fields.json('tool.parameters');
  if (input !== undefined || !isObject(parameters) || member(parameters, 'properties', 'type') !== undefined) {
    return undefined;
  }
  return present<NonNullable<Finding['tool']>>({ name: fields.text('tool.name'), arguments: parameters });
}

function embedded(fields: Fields): Finding {
  const items = flatList(fields, 'embedding.embeddings')?.items ?? [];
  const texts = items.map(item => textMember(member(item, 'embedding'), 'text')).filter(text => text !== undefined);
  const query = fields.text('reranker.query');
  const input = query === undefined ? texts : [query];
  if (input.length === 0) return {};
  return { input: [{ role: 'input', parts: input.map(text => ({ type: 'text' as const, text })) }] };
}

function evaluationsOf(fields: Fields): Finding['evaluations'] {
  const found = ['annotations', 'evaluations'].flatMap(prefix =>
    (flatList(fields, prefix)?.items ?? []).map(item => {
      const body = member(item, 'annotation', 'evaluation') ?? item;
      return evaluation(
        textMember(body, 'name'),
        member(body, 'score'),
        textMember(body, 'label'),
        textMember(body, 'explanation'),
      );
    }),
  );
  const all = found.filter(each => each !== undefined);
  return all.length > 0 ? all : undefined;
}
