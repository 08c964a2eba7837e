import { readChatAnswer, readChatRequest } from './chatApi.ts';
import { readEmbeddingsAnswer, readEmbeddingsRequest } from './embeddingsApi.ts';
import { fields, present, text } from './json.ts';
import { readMessagesAnswer, readMessagesRequest } from './messagesApi.ts';
import { readResponsesAnswer, readResponsesRequest } from './responsesApi.ts';
import type { Api, Exchange, Message, ToolDefinition, Usage } from './talk.ts';

/** A model call as the model server saw it. Absent is what was not on the wire. */
export interface Call {
  api: Exclude<Api, 'embeddings'>;
  streaming: boolean;
  requestModel: string;
  responseModel?: string;
  responseId?: string;
  /** In the API's own names. */
  parameters: Record<string, unknown>;
  /** The system prompt is the first message, wherever the API has it. */
  input: Message[];
  output?: Message[];
  toolDefinitions?: ToolDefinition[];
  usage?: Usage;
  error?: { status: number; type?: string; message?: string };
}

export interface Embedding {
  api: 'embeddings';
  requestModel: string;
  responseModel?: string;
  texts: string[];
  vectors: number;
  dimensions: number;
  usage?: { input: number };
}

export interface ToolRun {
  name: string;
  arguments: unknown;
  result: unknown;
}

export interface Retrieval {
  query: string;
  documents: { text: string; id?: string; score?: number; metadata?: unknown }[];
}

/** What a recording has to be understood as: told by the model server and by the program, never by the telemetry. */
export interface Truth {
  family: string;
  /** Of the packages that the program names. */
  versions: Record<string, string>;
  /** In the order in which the model server was asked. */
  calls: Call[];
  embeddings: Embedding[];
  /** What the program itself did: the tools that ran, what was retrieved. */
  tools: ToolRun[];
  retrievals: Retrieval[];
  /** What the program set: `session`, `user`, `tags` and the like. */
  set: Record<string, unknown>;
}

/** The lines that a program prints about itself begin with this; the rest of the line is JSON. */
const TOLD = 'capture ';

/** What a program told of itself, from all that it printed. */
export function readTold(output: string): Pick<Truth, 'tools' | 'retrievals' | 'set'> {
  const told: Pick<Truth, 'tools' | 'retrievals' | 'set'> = { tools: [], retrievals: [], set: {} };
  for (const line of output.split('\n').filter(line => line.startsWith(TOLD))) {
    const { tool, retrieval, set } = JSON.parse(line.slice(TOLD.length)) as {
      tool?: ToolRun;
      retrieval?: Retrieval;
      set?: Record<string, unknown>;
    };
    if (tool) told.tools.push(tool);
    if (retrieval) told.retrievals.push(retrieval);
    Object.assign(told.set, set);
  }
  return told;
}

/** The calls and embeddings in a log of the model server. */
export function readExchanges(exchanges: readonly Exchange[]): Pick<Truth, 'calls' | 'embeddings'> {
  return {
    calls: exchanges.flatMap(exchange => (exchange.api === 'embeddings' ? [] : [readCall(exchange)])),
    embeddings: exchanges.flatMap(exchange => (exchange.api === 'embeddings' ? [readEmbedding(exchange)] : [])),
  };
}

const READERS = {
  chat: [readChatRequest, readChatAnswer],
  responses: [readResponsesRequest, readResponsesAnswer],
  messages: [readMessagesRequest, readMessagesAnswer],
} as const;

function readCall({ api, request, status, answer }: Exchange): Call {
  if (api === 'embeddings') throw new Error('An embedding is no call of a chat model.');
  const [readRequest, readAnswer] = READERS[api];
  const { model, stream, parameters, messages, tools } = readRequest(request);
  const asked = { api, streaming: stream, requestModel: model, parameters, input: messages, toolDefinitions: tools };
  if (status !== 200) {
    const { type, message } = fields(fields(answer)['error']);
    return present({ ...asked, error: present({ status, type: text(type), message: text(message) }) }) as Call;
  }
  const { output, model: responseModel, id: responseId, usage } = readAnswer(answer);
  return present({ ...asked, output, responseModel, responseId, usage }) as Call;
}

function readEmbedding({ request, answer }: Exchange): Embedding {
  const { model, texts } = readEmbeddingsRequest(request);
  const { model: responseModel, vectors, dimensions, input } = readEmbeddingsAnswer(answer);
  const usage = input === undefined ? undefined : { input };
  return present({
    api: 'embeddings',
    requestModel: model,
    responseModel,
    texts,
    vectors,
    dimensions,
    usage,
  }) as Embedding;
}
