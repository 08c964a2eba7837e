import type { PlainObject, PlainValue } from '../plainValue.ts';

/** What a span of a language-model program does. */
export type GenAiKind =
  | 'chat'
  | 'completion'
  | 'embedding'
  | 'tool'
  | 'agent'
  | 'workflow'
  | 'chain'
  | 'retrieval'
  | 'rerank'
  | 'guardrail'
  | 'evaluation'
  | 'memory'
  | 'prompt'
  | 'other';

/** One piece of a message. */
export type Part =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  /** `arguments` is what their JSON text says, or the text where it is none (cut, or not finished). */
  | { type: 'tool_call'; id?: string; name?: string; arguments?: PlainValue }
  /** `name` of the tool where it was reported with the result; the only tie to its call where a sender has no ids. */
  | { type: 'tool_result'; id?: string; name?: string; result?: PlainValue }
  /** `data` is base64. Neither `data` nor `url` where the content was not sent along. */
  | { type: 'media'; modality: string; mimeType?: string; data?: string; url?: string }
  | { type: 'refusal'; text: string }
  /** Anything else, as it was reported. */
  | { type: 'data'; value: PlainValue };

/**
 * A message. The role is that of the sender, aliases made one (`model`, `ai` are `assistant`, `human` is `user`). What
 * goes into or comes out of a span that is no model call, and has no role, is called `input` or `output`.
 */
export interface Message {
  role: string;
  name?: string;
  /** `stop`, `length`, `tool_calls`, `content_filter`, `error` where it means one of these, else as sent. Output only. */
  finishReason?: string;
  /** Empty where only the role or the finish reason was sent. */
  parts: Part[];
}

export interface ToolDefinition {
  name: string;
  description?: string;
  /** JSON schema of the arguments. */
  schema?: PlainValue;
}

export interface ToolRun {
  name?: string;
  id?: string;
  arguments?: PlainValue;
  result?: PlainValue;
}

export interface RetrievedDocument {
  id?: string;
  score?: number;
  text?: string;
  metadata?: PlainValue;
}

/** Tokens. `input` includes those read from and written to a cache, `output` includes reasoning. */
export interface Usage {
  input?: number;
  output?: number;
  total?: number;
  cacheRead?: number;
  cacheWrite?: number;
  reasoning?: number;
  audioInput?: number;
  audioOutput?: number;
}

export interface Cost {
  total: number;
  input?: number;
  output?: number;
  currency: string;
  /** Whether the telemetry says it, or it follows from a table of prices. */
  source: 'reported' | 'priced';
}

export interface Evaluation {
  name: string;
  value?: number;
  label?: string;
  explanation?: string;
}

/** What one span says of a model call, a tool, an agent and so on. Whatever is unknown is absent; nothing is guessed. */
export interface GenAi {
  kind: GenAiKind;
  /** Whose names the span speaks, such as `otel`, `mlflow`, `langfuse`, `openinference`, `openllmetry`. */
  convention: string;
  /** By its name in the OpenTelemetry conventions, such as `openai`, `azure.ai.openai`, `gcp.vertex_ai`. */
  provider?: string;
  requestModel?: string;
  responseModel?: string;
  /** By names in camel case: `temperature`, `topP`, `maxTokens`, `stop`, `seed`, ... */
  parameters?: PlainObject;
  input?: Message[];
  output?: Message[];
  toolDefinitions?: ToolDefinition[];
  tool?: ToolRun;
  documents?: RetrievedDocument[];
  usage?: Usage;
  cost?: Cost;
  streaming?: boolean;
  timeToFirstTokenNano?: bigint;
  session?: string;
  conversation?: string;
  user?: string;
  tags?: string[];
  metadata?: PlainObject;
  prompt?: { name: string; version?: string };
  agent?: { name?: string; id?: string };
  workflow?: string;
  node?: string;
  step?: string;
  evaluations?: Evaluation[];
  error?: { type?: string; message?: string };
  /** What is known to be missing or cut, as sentences for a user. */
  incomplete?: string[];
}

/** A call that a second span reports as well; its numbers count once. */
export interface DoubledCall {
  /** The span that reports the call again, alone or in a sum of calls. */
  spanId: string;
  /** The span that stands for the call. */
  sameAs: string;
}

/** What a whole trace comes to. */
export interface TraceGenAi {
  /** Of its model calls, each counted once. */
  usage?: Usage;
  /** Absent where a call has no cost; `priced` as soon as one of them is. */
  cost?: Cost;
  /** Model calls: chat, completion and embedding. */
  calls: number;
  session?: string;
  conversation?: string;
  user?: string;
  tags?: string[];
  metadata?: PlainObject;
  /** Present where calls were reported twice. */
  doubled?: DoubledCall[];
}
