import type { Category } from '../model/columns.ts';
import { SpanKind } from '../model/span.ts';

/**
 * Keys whose value says outright what kind of work a span is, the most telling first. Sources: Langfuse, MLflow,
 * OpenInference, OpenLLMetry, LangSmith, the OpenTelemetry GenAI conventions, Vercel AI SDK.
 */
const TELLING_KEYS = [
  'langfuse.observation.type',
  'mlflow.spanType',
  'openinference.span.kind',
  'traceloop.span.kind',
  'langsmith.span.kind',
  'gen_ai.operation.name',
  'ai.operationId',
] as const;

const TELLING_RANK: ReadonlyMap<string, number> = new Map(TELLING_KEYS.map((key, rank) => [key, rank]));

/** What their values mean, in lower case and without the quotes that MLflow puts around its own. */
const MEANINGS: ReadonlyMap<string, Category> = new Map(
  Object.entries({
    model:
      'llm chat chat_model generation completion text_completion generate_content llm_call ai.generatetext.dogenerate ai.streamtext.dostream ai.generateobject.dogenerate ai.streamobject.dostream',
    embedding: 'embedding embeddings ai.embed.doembed ai.embedmany.doembed',
    tool: 'tool execute_tool tool_call ai.toolcall',
    agent: 'agent create_agent invoke_agent agent_call',
    retrieval: 'retriever retrieval reranker rerank ai.rerank ai.rerank.dorerank',
    chain:
      'chain workflow task invoke_workflow plan agent_step guardrail evaluator parser prompt memory ai.generatetext ai.streamtext ai.generateobject ai.streamobject ai.embed ai.embedmany',
  } satisfies Partial<Record<Category, string>>).flatMap(([category, values]) =>
    values.split(' ').map(value => [value, category as Category] as const),
  ),
);

/** What the mere presence of a key says, the strongest first; a key that ends with a dot stands for all that begin so. */
const CLUES: readonly (readonly [key: string, category: Category])[] = [
  ['gen_ai.tool.', 'tool'],
  ['gen_ai.request.model', 'model'],
  ['gen_ai.response.', 'model'],
  ['gen_ai.usage.', 'model'],
  ['gen_ai.prompt.', 'model'],
  ['gen_ai.agent.', 'agent'],
  ['gen_ai.system', 'model'],
  ['gen_ai.provider.name', 'model'],
  ['gen_ai.', 'chain'],
  ['db.', 'database'],
  ['messaging.', 'messaging'],
  ['rpc.', 'rpc'],
  ['faas.', 'faas'],
  ['http.', 'http'],
  ['url.', 'http'],
];

const BY_KIND: ReadonlyMap<number, Category> = new Map<number, Category>([
  [SpanKind.server, 'server'],
  [SpanKind.client, 'client'],
  [SpanKind.producer, 'producer'],
  [SpanKind.consumer, 'consumer'],
]);

/** Gathers what a span's attributes say about the kind of its work. */
export class CategoryClues {
  private rank: number = TELLING_KEYS.length;
  private told: Category | undefined;
  private clue: number = CLUES.length;

  /** Whether {@link tell} wants the value of this key. */
  isTelling(key: string): boolean {
    return TELLING_RANK.has(key);
  }

  /** Takes the value of a telling key. One that means nothing to us leaves the word to the others. */
  tell(key: string, value: string): void {
    const rank = TELLING_RANK.get(key) ?? TELLING_KEYS.length;
    const meaning = MEANINGS.get(value.replace(/^"|"$/g, '').toLowerCase());
    if (meaning === undefined || rank > this.rank) return;
    this.rank = rank;
    this.told = meaning;
  }

  /** Takes a key that is there. */
  see(key: string): void {
    for (let i = 0; i < this.clue; i++) {
      const clue = CLUES[i]![0];
      if (clue.endsWith('.') ? key.startsWith(clue) : key === clue) this.clue = i;
    }
  }

  /** The category; `kind` decides where no attribute does. */
  category(kind: number): Category {
    return this.told ?? CLUES[this.clue]?.[1] ?? BY_KIND.get(kind) ?? 'internal';
  }
}
