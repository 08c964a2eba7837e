import type { PlainValue } from '../plainValue.ts';
import { readDocuments } from './documents.ts';
import { readRequest, readResponse } from './envelope.ts';
import type { Finding } from './family.ts';
import type { GenAiKind, Message, Part } from './genai.ts';
import { readMessage, readMessages } from './messages.ts';
import { readParts, unwrapped } from './parts.ts';
import { decoded, isObject, listOf, member, structured, textMember } from './plain.ts';
import { parsePythonRepr } from './pythonRepr.ts';

/** Reads what was recorded as going into and coming out of a span, as its kind wants it; what is known already stays. */
export function readInputAndOutput(found: Finding, kind: GenAiKind): void {
  const input = read(found.rawInput);
  const output = read(found.rawOutput);
  switch (kind) {
    case 'tool':
      readTool(found, input, output);
      return;
    case 'chat':
    case 'completion':
      readCall(found, input, output);
      break;
    case 'embedding':
      readEmbedding(found, input);
      found.usage ??= readResponse(output).usage;
      found.responseModel ??= textMember(output, 'model');
      return;
    case 'retrieval':
    case 'rerank':
      found.documents ??= readDocuments(output);
      found.input ??= queryOf(input);
      return;
    default:
      found.input ??= readMessages(listed(input));
      found.output ??= readMessages(listed(output)) ?? (isAnswered(output) ? readResponse(output).messages : undefined);
  }
  found.input ??= generic(found.rawInput, input, 'input');
  found.output ??= generic(found.rawOutput, output, 'output');
}

/** What JSON text says, or what Python's printed values say; other text as it is. */
function read(raw: PlainValue | undefined): PlainValue | undefined {
  const value = decoded(raw);
  if (typeof value !== 'string') return value;
  return parsePythonRepr(value) ?? value;
}

function readCall(found: Finding, input: PlainValue | undefined, output: PlainValue | undefined): void {
  const request = readRequest(input);
  const response = readResponse(
    typeof found.rawOutput === 'string' && !isObject(output) && !Array.isArray(output)
      ? decoded(found.rawOutput)
      : output,
  );
  found.requestModel ??= request.model;
  found.responseModel ??= response.model;
  found.responseId ??= response.id;
  found.toolDefinitions ??= request.tools;
  if (request.streaming !== undefined) found.streaming ??= request.streaming;
  if (request.parameters) found.parameters = Object.assign(Object.create(null), request.parameters, found.parameters);
  if (response.usage) found.usage = { ...response.usage, ...found.usage };
  const asked = request.messages ?? (typeof input === 'string' && input !== '' ? [userText(input)] : undefined);
  found.input = richer(found.input, asked);
  const messages = outputOf(response.messages, output, found.rawOutput);
  found.output = richer(found.output, messages);
  for (const [at, message] of (found.output ?? []).entries()) {
    const reason = messages?.[at]?.finishReason;
    if (reason !== undefined && message.finishReason === undefined) message.finishReason = reason;
  }
}

function userText(text: string): Message {
  return { role: 'user', parts: [{ type: 'text', text }] };
}

/** Messages are answers of the assistant only where they are the last of them. */
function outputOf(
  messages: Message[] | undefined,
  output: PlainValue | undefined,
  raw: PlainValue | undefined,
): Message[] | undefined {
  if (messages) return messages;
  const text = decoded(raw);
  if (typeof text === 'string' && text !== '') return [{ role: 'assistant', parts: [{ type: 'text', text }] }];
  // JSON that a model wrote, and nobody wrapped, is its text.
  const isWritten = typeof raw === 'string' && (isObject(output) || Array.isArray(output));
  return isWritten ? [{ role: 'assistant', parts: [{ type: 'text', text: raw }] }] : undefined;
}

/**
 * Of two reports of the same messages the one that says more: flattened ones lose messages to limits, and parts or ids
 * that their names have no place for. Instructions that only one has come before the other's.
 */
function richer(own: Message[] | undefined, recorded: Message[] | undefined): Message[] | undefined {
  if (!own || !recorded) return own ?? recorded;
  const best = recorded.length >= own.length && weight(recorded) > weight(own) ? recorded : own;
  const first = recorded[0];
  const lacks =
    first?.role === 'system' && !own.some(message => message.role === 'system' || message.role === 'developer');
  return lacks && best === own ? [first, ...own] : best;
}

function weight(messages: readonly Message[]): number {
  let sum = 0;
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.type === 'data') continue;
      const fields = Object.values(part).filter(value => value !== undefined && value !== '').length;
      sum += fields;
    }
  }
  return sum;
}

/** The result of a step of Vercel's or Mastra's: a text with the calls of tools beside it. */
function isAnswered(output: PlainValue | undefined): boolean {
  return typeof member(output, 'text') === 'string' && Array.isArray(member(output, 'toolCalls'));
}

/** Messages of a graph, an agent or a chain: a list of them, or a state that has one. */
function listed(value: PlainValue | undefined): PlainValue | undefined {
  if (Array.isArray(value)) return value;
  const inner = structured(member(value, 'messages'));
  if (Array.isArray(inner)) return inner;
  const nested = [member(value, 'input'), member(value, 'output')].find(isObject);
  const deeper = member(nested, 'messages');
  if (Array.isArray(deeper)) return deeper;
  const isMessage = isObject(value) && textMember(value, 'role') !== undefined && readMessage(value) !== undefined;
  return isMessage ? [value] : undefined;
}

/** What is no message: a text, or data. Its role says only which side it is. */
function generic(raw: PlainValue | undefined, value: PlainValue | undefined, role: string): Message[] | undefined {
  if (raw === undefined || value === undefined || value === null || value === '') return undefined;
  if (isObject(value) && Object.keys(value).every(key => isEmptyList(value[key]))) return undefined;
  const part: Part = typeof value === 'string' ? { type: 'text', text: value } : { type: 'data', value };
  return [{ role, parts: [part] }];
}

function isEmptyList(value: PlainValue | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

function readEmbedding(found: Finding, input: PlainValue | undefined): void {
  found.requestModel ??= textMember(input, 'model', 'model_name');
  if (found.input || input === undefined) return;
  const sent = member(input, 'input', 'inputs', 'texts', 'text', 'documents', 'content', 'value', 'values') ?? input;
  const texts = typeof sent === 'string' ? [sent] : listOf(sent).filter(each => typeof each === 'string');
  const parts =
    texts.length > 0 ? texts.map(text => ({ type: 'text' as const, text: text as string })) : readDocumentTexts(sent);
  if (parts.length > 0) found.input = [{ role: 'input', parts }];
}

/** Genkit and Haystack embed documents. */
function readDocumentTexts(sent: PlainValue): Part[] {
  return listOf(sent).flatMap(item => {
    const content = member(item, 'content');
    return Array.isArray(content) ? readParts(content) : readParts(textMember(item, 'content', 'text'));
  });
}

function queryOf(input: PlainValue | undefined): Message[] | undefined {
  const positional = listOf(member(input, 'args'));
  const sent =
    (positional.length === 1 && typeof positional[0] === 'string' ? positional[0] : undefined) ??
    textMember(input, 'query', 'question', 'input', 'search_query', 'query_str', 'text') ??
    textMember(member(input, 'query', 'query_bundle'), 'text', 'query_str', 'content') ??
    textMember(listOf(member(member(input, 'query'), 'content'))[0], 'text') ??
    input;
  return generic(sent, sent, 'input');
}

function readTool(found: Finding, input: PlainValue | undefined, output: PlainValue | undefined): void {
  const tool = { ...found.tool };
  const isWrapped = member(tool.arguments, 'input_str') !== undefined;
  const given = isWrapped ? toolArguments(tool.arguments) : (tool.arguments ?? toolArguments(input));
  if (given !== undefined) tool.arguments = typeof given === 'string' ? (read(given) ?? given) : given;
  const result = tool.result ?? output;
  if (result !== undefined) tool.result = toolResult(result);
  if (Object.keys(tool).length > 0) found.tool = tool;
}

/** Takes the arguments out of what decorators and callbacks put around them. */
function toolArguments(value: PlainValue | undefined): PlainValue | undefined {
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const [args, kwargs] = [member(value, 'args'), member(value, 'kwargs')];
  if (Array.isArray(args) && isObject(kwargs) && keys.length <= 3)
    return args.length === 0 ? kwargs : keys.length === 2 && Object.keys(kwargs).length === 0 ? args : value;
  const inputs = member(value, 'inputs');
  if (isObject(inputs)) return inputs;
  const text = textMember(value, 'input_str');
  if (text !== undefined) return read(text);
  if (keys.length === 1 && isObject(kwargs)) return kwargs;
  // A whole call of the tool, as LangChain's newer versions record it.
  if (textMember(value, 'type') === 'tool_call' && isObject(member(value, 'args'))) return member(value, 'args');
  const only = keys.length === 1 ? member(value, 'input') : undefined;
  const inner = typeof only === 'string' ? read(only) : only;
  return isObject(inner) ? inner : value;
}

/** Takes what a tool gave out of the message that it was made to. */
function toolResult(value: PlainValue): PlainValue {
  const outer = typeof value === 'string' ? (read(value) ?? value) : value;
  const only = isObject(outer) && Object.keys(outer).length === 1 ? member(outer, 'output') : undefined;
  const body = isObject(only) ? only : outer;
  const data = textMember(body, 'type') === 'tool' ? member(body, 'data') : undefined;
  const kwargs = member(body, 'lc') === undefined ? (data ?? body) : member(body, 'kwargs');
  // LlamaIndex's output of a tool keeps what the tool gave beside its text.
  const rawOutput = member(body, 'tool_name') === undefined ? undefined : member(body, 'raw_output');
  if (rawOutput !== undefined) return structured(rawOutput) ?? rawOutput;
  const isMessage = member(kwargs, 'tool_call_id') !== undefined && isObject(kwargs);
  if (isMessage) return unwrapped(member(kwargs, 'content')) ?? value;
  if (typeof value === 'string' && isObject(outer) && /^\s*content=/.test(value.slice(0, 20))) {
    return unwrapped(member(outer, 'content')) ?? value;
  }
  return typeof value === 'string' ? (structured(value) ?? value) : outer;
}
