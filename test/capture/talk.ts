/** A piece of a message, in the names of the command line's `genai` object. */
export type Part =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | { type: 'refusal'; text: string }
  | { type: 'tool_call'; id?: string; name: string; arguments: unknown }
  | { type: 'tool_result'; id?: string; result: unknown }
  | { type: 'media'; modality: string; mimeType?: string; data?: string; url?: string }
  | { type: 'data'; value: unknown };

export interface Message {
  role: string;
  name?: string;
  finishReason?: string;
  parts: Part[];
}

export interface ToolDefinition {
  name: string;
  description?: string;
  schema?: unknown;
}

/** Tokens; input and output hold all that the others are kinds of. */
export interface Usage {
  input: number;
  output: number;
  total: number;
  cacheRead?: number;
  cacheWrite?: number;
  reasoning?: number;
}

/** What a client asked a model, whatever the API. */
export interface Asked {
  model: string;
  stream: boolean;
  /** Everything that is neither talk nor tools, in the API's own names. */
  parameters: Record<string, unknown>;
  messages: Message[];
  tools: ToolDefinition[];
}

/** What the model says to it. */
export interface Reply {
  /** Of the answers of one server: ids are made of it. */
  number: number;
  model: string;
  parts: Part[];
  usage: Usage;
}

export const APIS = ['chat', 'responses', 'messages', 'embeddings'] as const;
export type Api = (typeof APIS)[number];

/** A request to the model server and what it answered, as they were on the wire. */
export interface Exchange {
  api: Api;
  request: unknown;
  status: number;
  /** For a stream: the answer that its events add up to. */
  answer: unknown;
}

/** What the talk shows of a message as plain text. */
export function textOf({ parts }: Message): string {
  return parts.flatMap(part => (part.type === 'text' ? [part.text] : [])).join('\n');
}
