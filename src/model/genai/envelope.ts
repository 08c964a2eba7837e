import type { PlainObject, PlainValue } from '../plainValue.ts';
import { finishReason } from './finish.ts';
import type { Message, ToolDefinition, Usage } from './genai.ts';
import { printed, readMessage, readMessages } from './messages.ts';
import { readParameters } from './parameters.ts';
import { partList, readParts, readToolCall } from './parts.ts';
import { isObject, listOf, member, nameOf, structured, textMember } from './plain.ts';
import { readToolDefinitions } from './toolDefinitions.ts';
import { readUsage } from './usage.ts';

/** What a recorded request to a model says. */
export interface ModelRequest {
  messages?: Message[];
  model?: string;
  parameters?: PlainObject;
  tools?: ToolDefinition[];
  streaming?: boolean;
}

/** What a recorded answer of a model says. */
export interface ModelResponse {
  messages?: Message[];
  model?: string;
  id?: string;
  usage?: Usage;
}

/**
 * Reads the arguments of a call to a model as its client library, a framework or a decorator recorded them: requests of
 * OpenAI, Anthropic, Gemini, Bedrock, Ollama, LangChain, Genkit, or a list of messages. What is not recognised is absent.
 */
export function readRequest(sent: PlainValue | undefined): ModelRequest {
  const value = requestBody(sent);
  if (Array.isArray(value)) return messagesOnly(readMessages(value));
  if (!isObject(value)) return {};
  const request: ModelRequest = {};
  const messages = requestMessages(value);
  if (messages.length > 0) request.messages = messages;
  const model = textMember(value, 'model', 'model_name', 'modelName', 'modelId', 'model_id', 'deployment');
  if (model !== undefined) request.model = model.replace(/^models\//, '');
  const config = member(value, 'config', 'generation_config', 'generationConfig', 'inferenceConfig', 'options');
  const parameters = readParameters(value) ?? readParameters(config) ?? readParameters(member(value, 'kwargs'));
  if (parameters) request.parameters = parameters;
  const tools =
    readToolDefinitions(member(value, 'tools', 'functions')) ??
    readToolDefinitions(member(member(value, 'toolConfig'), 'tools')) ??
    readToolDefinitions(member(config, 'tools'));
  if (tools) request.tools = tools;
  const stream = member(value, 'stream');
  if (typeof stream === 'boolean') request.streaming = stream;
  return request;
}

function messagesOnly(messages: Message[] | undefined): { messages?: Message[] } {
  return messages ? { messages } : {};
}

/** Goes through what decorators and callbacks put around the arguments. */
function requestBody(sent: PlainValue | undefined): PlainValue | undefined {
  let value = structured(sent);
  for (let depth = 0; depth < 3; depth++) {
    const inner = [member(value, 'kwargs'), member(value, 'inputs'), member(value, 'request')].find(
      each => isObject(each) && hasMessages(each),
    );
    if (inner === undefined || hasMessages(value)) break;
    value = inner;
  }
  return value;
}

const CONTENTS = ['messages', 'input', 'contents', 'prompt', 'prompts'];

function hasMessages(value: PlainValue | undefined): boolean {
  return member(value, ...CONTENTS) !== undefined;
}

function requestMessages(value: PlainValue): Message[] {
  const config = member(value, 'config');
  const system =
    member(value, 'system', 'instructions', 'system_instruction', 'systemInstruction', 'system_prompt') ??
    member(config, 'system_instruction', 'systemInstruction');
  const own = listedMessages(value);
  return [...systemMessages(system, own), ...own];
}

function listedMessages(value: PlainValue): Message[] {
  const messages = readMessages(structured(member(value, 'messages')));
  if (messages) return messages;
  const input = structured(member(value, 'input'));
  const contents = structured(member(value, 'contents'));
  for (const list of [input, contents]) {
    if (typeof list === 'string' && list !== '') return [{ role: 'user', parts: [{ type: 'text', text: list }] }];
    const read = readMessages(list) ?? readBare(list);
    if (read) return read;
    const one = readMessage(list, 'user');
    if (one) return [one];
  }
  const prompt = structured(member(value, 'prompt', 'prompts'));
  if (typeof prompt === 'string' && prompt !== '') return [{ role: 'user', parts: [{ type: 'text', text: prompt }] }];
  return readMessages(prompt) ?? readBare(prompt) ?? [];
}

/** Prompts without a role, and Gemini's contents that are only texts. */
function readBare(list: PlainValue | undefined): Message[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  if (list.every(item => typeof item === 'string')) {
    return list.map(text => ({ role: 'user', parts: [{ type: 'text', text: text as string }] }));
  }
  const isContents = list.every(item => listOf(member(item, 'parts')).length > 0);
  return isContents ? list.map(item => ({ role: 'user', parts: readParts(member(item, 'parts')) })) : undefined;
}

/** Instructions as a message before the others, unless they are its first already. */
export function systemMessages(sent: PlainValue | undefined, before: readonly Message[]): Message[] {
  const value = structured(sent);
  const first = listOf(value)[0];
  const isMessages = member(value, 'role') !== undefined || member(first, 'role') !== undefined;
  const inner = isMessages ? undefined : member(value, 'parts', 'content');
  const parts = isMessages
    ? (readMessages(Array.isArray(value) ? value : [value ?? null]) ?? []).flatMap(message => message.parts)
    : readParts(inner ?? value);
  if (parts.length === 0) return [];
  const message: Message = { role: 'system', parts };
  const isSaid = before.some(
    each => (each.role === 'system' || each.role === 'developer') && textOfParts(each) === textOfParts(message),
  );
  return isSaid ? [] : [message];
}

function textOfParts(message: Message): string {
  return message.parts.map(part => (part.type === 'text' ? part.text : '')).join('\n');
}

/**
 * Reads what a call to a model gave, as recorded: answers of OpenAI's chat, completions and Responses, Anthropic,
 * Gemini, Bedrock, Ollama, LangChain's results, Genkit, Vercel's results, messages or a plain text.
 */
export function readResponse(sent: PlainValue | undefined): ModelResponse {
  const whole = structured(sent);
  // OpenInference's package for OpenAI Agents has a list of one answer.
  const isListOfAnswers = Array.isArray(whole) && whole.length > 0 && whole.every(isAnswer);
  const value = isListOfAnswers ? whole[0] : unwrapAnswer(whole);
  const response: ModelResponse = {};
  const messages = responseMessages(value);
  if (messages && messages.length > 0) response.messages = messages;
  if (!isObject(value)) return response;
  const raw = readRaw(value);
  const metas = metadataOf(value);
  const model =
    textMember(value, 'model', 'modelVersion', 'model_version', 'model_name') ??
    raw?.model ??
    metas.map(meta => textMember(meta, 'model_name', 'model')).find(name => name !== undefined);
  if (model !== undefined) response.model = model;
  const id = nameOf(member(value, 'id', 'responseId', 'response_id')) ?? raw?.id;
  if (id !== undefined) response.id = id;
  const usage = usageOf(value, metas);
  if (usage || raw?.usage) response.usage = { ...usage, ...raw?.usage };
  const reason = raw?.messages?.[0]?.finishReason;
  const first = response.messages?.[0];
  if (reason !== undefined && first && response.messages?.length === 1) first.finishReason = reason;
  return response;
}

/** The provider's own answer, which Genkit and LlamaIndex keep with theirs. */
function readRaw(value: PlainValue): ModelResponse | undefined {
  const raw = member(value, 'raw');
  return isObject(raw) && isAnswer(raw) ? readResponse(raw) : undefined;
}

function usageOf(value: PlainValue, metas: readonly PlainValue[]): Usage | undefined {
  const named = ['usage', 'usageMetadata', 'usage_metadata', 'token_usage'].map(key => member(value, key));
  const message = member(firstGeneration(value), 'message');
  const kwargs = member(message, 'kwargs') ?? message;
  const beside = metas.flatMap(meta => [member(meta, 'usage'), member(meta, 'token_usage', 'tokenUsage')]);
  const all = [...named, member(kwargs, 'usage_metadata'), ...beside, member(member(value, 'raw'), 'usage')];
  for (const each of all) {
    const usage = readUsage(each);
    if (usage) return usage;
  }
  // Ollama has its counts beside the message.
  return member(value, 'eval_count') === undefined ? undefined : readUsage(value);
}

/** Where frameworks keep what the provider said beside the message. */
function metadataOf(value: PlainValue): PlainValue[] {
  const message = member(firstGeneration(value), 'message');
  const kwargs = member(message, 'kwargs') ?? message ?? member(value, 'kwargs');
  const reply = printed(listOf(member(value, 'replies'))[0]);
  const found = [
    member(value, 'llm_output', 'llmOutput', 'response_metadata'),
    member(kwargs, 'response_metadata'),
    member(reply, '_meta', 'meta'),
  ];
  return found.filter(meta => meta !== undefined);
}

function firstGeneration(value: PlainValue): PlainValue | undefined {
  const outer = listOf(member(value, 'generations'))[0];
  return Array.isArray(outer) ? outer[0] : outer;
}

function isAnswer(value: PlainValue): boolean {
  return member(value, 'choices', 'generations', 'candidates') !== undefined || member(value, 'object') === 'response';
}

function unwrapAnswer(value: PlainValue | undefined): PlainValue | undefined {
  const inner = member(value, 'outputs', 'response', 'result');
  return !isAnswer(value ?? null) && isObject(inner) ? inner : value;
}

function responseMessages(value: PlainValue | undefined): Message[] | undefined {
  if (typeof value === 'string') return value === '' ? undefined : [assistant(value)];
  if (Array.isArray(value)) return readMessages(value) ?? readTexts(value);
  if (!isObject(value)) return undefined;
  for (const key of ['choices', 'candidates']) {
    const choices = listOf(member(value, key));
    if (choices.length > 0) return choices.map(readChoice).filter(message => message !== undefined);
  }
  const generations = listOf(member(value, 'generations'));
  if (generations.length > 0) {
    const flat = generations.flatMap(each => (Array.isArray(each) ? each : [each]));
    return flat.map(readGeneration).filter(message => message !== undefined);
  }
  const replies = member(value, 'replies');
  if (Array.isArray(replies)) return readMessages(replies) ?? readTexts(replies);
  // One item of a Responses call, where it was the only one.
  if (/^(?:function_call|reasoning|message|custom_tool_call)$/.test(textMember(value, 'type') ?? '')) {
    return readMessages([value]);
  }
  const output = structured(member(value, 'output'));
  // Of Responses; its status is what it has of a finish reason.
  const items = Array.isArray(output) ? readMessages(output) : undefined;
  if (items) return items;
  const reason = finishOf(value);
  const message = readMessage(member(output, 'message') ?? member(value, 'message', 'response_message'), 'assistant');
  if (message) return [withReason(message, reason)];
  const own = readMessage(value);
  if (own) return [withReason(own, reason)];
  const messages = readMessages(member(value, 'messages'));
  if (messages) return messages;
  const text = textMember(value, 'text', 'output_text', 'completion', 'content');
  const calls = partList(member(value, 'toolCalls', 'tool_calls')).map(readToolCall);
  const reasoning = textMember(value, 'reasoning', 'reasoningText');
  if (text === undefined && calls.length === 0) return undefined;
  const parts: Message['parts'] = reasoning === undefined ? [] : [{ type: 'reasoning', text: reasoning }];
  if (text !== undefined) parts.push({ type: 'text', text });
  return [withReason({ role: 'assistant', parts: [...parts, ...calls] }, reason)];
}

function readTexts(list: readonly PlainValue[]): Message[] | undefined {
  if (list.length === 0 || !list.every(item => typeof item === 'string')) return undefined;
  return list.map(text => assistant(text as string));
}

/** A choice of OpenAI's, a candidate of Gemini's. */
function readChoice(choice: PlainValue): Message | undefined {
  const content = member(choice, 'message', 'content', 'delta');
  const text = textMember(choice, 'text');
  const message =
    readMessage(content, 'assistant') ??
    (text === undefined ? undefined : assistant(text)) ??
    (typeof content === 'string' ? assistant(content) : undefined);
  return message && withReason(message, finishOf(choice));
}

function readGeneration(generation: PlainValue): Message | undefined {
  const text = textMember(generation, 'text');
  const sent = member(generation, 'message');
  const message = readMessage(sent, 'assistant') ?? (text === undefined ? undefined : assistant(text));
  const kwargs = member(sent, 'kwargs') ?? sent;
  const info = member(generation, 'generation_info', 'generationInfo');
  return message && withReason(message, finishOf(info) ?? finishOf(member(kwargs, 'response_metadata')));
}

function finishOf(value: PlainValue | undefined): string | undefined {
  const sent = textMember(value, 'finish_reason', 'finishReason', 'stop_reason', 'stopReason', 'done_reason');
  return sent === undefined ? undefined : finishReason(sent);
}

function withReason(message: Message, reason: string | undefined): Message {
  return reason === undefined || message.finishReason !== undefined ? message : { ...message, finishReason: reason };
}

function assistant(text: string): Message {
  return { role: 'assistant', parts: [{ type: 'text', text }] };
}
