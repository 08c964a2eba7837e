import type { PlainValue } from '../../plainValue.ts';
import { plainValue } from '../../plainValue.ts';
import { attribute } from '../../value.ts';
import { assembleChunks } from '../chunks.ts';
import { type Family, type Finding, filled, kindNames } from '../family.ts';
import type { Fields } from '../fields.ts';
import type { GenAiKind } from '../genai.ts';
import { decoded, isObject, listOf, member, nameOf, numberOf, plainOf, present, textMember } from '../plain.ts';
import { type Exclusive, readUsage } from '../usage.ts';

const KINDS = kindNames({
  chat: 'llm chat_model',
  chain: 'chain task',
  agent: 'agent',
  tool: 'tool',
  retrieval: 'retriever',
  embedding: 'embedding',
  rerank: 'reranker',
  memory: 'memory',
  workflow: 'workflow',
  guardrail: 'guardrail',
  evaluation: 'evaluator',
  other: 'unknown parser',
});

const TAG = 'mlflow.traceTag.';

/** MLflow's own spans; the values of their attributes have been read from the JSON text that they are sent as. */
export const mlflow: Family = {
  name: 'mlflow',
  detects: fields => fields.hasPrefix('mlflow.') || fields.resource('telemetry.sdk.name') === 'mlflow',
  table: {
    kind: { key: 'mlflow.spanType', values: KINDS },
    texts: {
      provider: ['mlflow.llm.provider'],
      session: ['mlflow.trace.session'],
      user: ['mlflow.trace.user'],
    },
    toolDefinitions: ['mlflow.chat.tools'],
    rawInput: ['mlflow.spanInputs'],
    rawOutput: ['mlflow.spanOutputs'],
  },
  refine: (found, fields) => {
    if (!fields.hasPrefix('mlflow.')) found.requestModel = undefined;
  },
  read: fields => {
    if (!fields.hasPrefix('mlflow.')) return conventional(fields);
    const input = fields.json('mlflow.spanInputs');
    const chunks = chunksOf(fields);
    const streamed = chunks.length > 0 ? assembleChunks(chunks) : undefined;
    const output = streamed ?? fields.json('mlflow.spanOutputs');
    return present<Finding>({
      ...models(fields, input, output),
      kind: kindOf(fields, input),
      rawOutput: streamed,
      streaming: chunks.length > 0 ? true : undefined,
      usage: readUsage(fields.json('mlflow.chat.tokenUsage')),
      exclusive: exclusiveOf(fields, output),
      cost: costOf(fields),
      ...tagsOf(fields),
      prompt: promptOf(fields),
      tool: fields.text('mlflow.spanType')?.toUpperCase() === 'TOOL' ? toolOf(fields) : undefined,
    });
  },
};

/** With its option for the OpenTelemetry conventions MLflow writes the model that answered where the asked one goes. */
function conventional(fields: Fields): Finding {
  const model = fields.text('gen_ai.request.model');
  const kind = KINDS.get(fields.text('gen_ai.operation.name')?.toLowerCase() ?? '');
  return present<Finding>({ kind, responseModel: fields.text('gen_ai.response.model') ?? model });
}

function kindOf(fields: Fields, input: PlainValue | undefined): GenAiKind | undefined {
  if (fields.text('mlflow.spanType')?.toUpperCase() !== 'LLM') return undefined;
  return textMember(input, 'prompt') !== undefined && member(input, 'messages') === undefined
    ? 'completion'
    : undefined;
}

/** Its model is that of the answer where there is one; the recorded request tells them apart. */
function models(fields: Fields, input: PlainValue | undefined, output: PlainValue | undefined): Finding {
  const said = fields.text('mlflow.llm.model');
  const asked = textMember(input, 'model', 'model_name', 'model_id', 'modelId');
  const answered = textMember(output, 'model');
  return present<Finding>({
    requestModel: asked ?? (said === answered ? undefined : said),
    responseModel: answered ?? (asked !== undefined && said !== asked ? said : undefined),
  });
}

/** Anthropic's numbers are passed on as they are: without the cache. */
function exclusiveOf(fields: Fields, output: PlainValue | undefined): Exclusive | undefined {
  const raw = member(output, 'usage');
  const cached = member(raw, 'cache_read_input_tokens', 'cache_creation_input_tokens') !== undefined;
  const told = numberOf(member(fields.json('mlflow.chat.tokenUsage'), 'input_tokens'));
  if (cached && told !== undefined) return { input: told === numberOf(member(raw, 'input_tokens')) };
  return undefined;
}

function chunksOf(fields: Fields): PlainValue[] {
  const chunks: [number, PlainValue][] = [];
  for (const event of fields.span.events) {
    const [, index] = /^mlflow\.chunk\.item\.(\d{1,9})$/.exec(event.name) ?? [];
    const value = attribute(event.attributes, 'mlflow.chunk.value');
    if (index === undefined || value === undefined) continue;
    chunks.push([Number(index), decoded(plainValue(value)) ?? null]);
  }
  return chunks.sort(([a], [b]) => a - b).map(([, chunk]) => chunk);
}

function costOf(fields: Fields): Finding['cost'] {
  const cost = fields.json('mlflow.llm.cost');
  const [total, input, output] = ['total_cost', 'input_cost', 'output_cost'].map(key => numberOf(member(cost, key)));
  return filled<NonNullable<Finding['cost']>>({ total, input, output });
}

/** Its tags have a name and a value; those that begin with its own name are bookkeeping. */
function tagsOf(fields: Fields): Finding {
  const own: [string, PlainValue][] = [];
  for (const [name, value] of fields.under(TAG)) if (!name.startsWith('mlflow.')) own.push([name, value]);
  if (own.length === 0) return {};
  return {
    tags: own.map(([name, value]) => `${name}:${nameOf(value) ?? JSON.stringify(value)}`),
    metadata: plainOf(own),
  };
}

function promptOf(fields: Fields): Finding['prompt'] {
  const first = listOf(fields.json('mlflow.linkedPrompts'))[0];
  const name = textMember(first, 'name');
  return name === undefined ? undefined : present({ name, version: nameOf(member(first, 'version')) });
}

function toolOf(fields: Fields): Finding['tool'] {
  const input = fields.json('mlflow.spanInputs');
  return present<NonNullable<Finding['tool']>>({
    name: fields.text('mlflow.tool.name') ?? fields.text('mlflow.spanFunctionName') ?? fields.span.name,
    id: isObject(input) ? textMember(input, 'tool_call_id') : undefined,
  });
}
