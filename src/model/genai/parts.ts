import type { PlainValue } from '../plainValue.ts';
import type { Part } from './genai.ts';
import { MEDIA_TYPES, readMedia } from './media.ts';
import { decoded, isObject, listOf, member, nameOf, present, structured, textMember, textOf } from './plain.ts';

type ToolCall = Extract<Part, { type: 'tool_call' }>;
type ToolResult = Extract<Part, { type: 'tool_result' }>;

const TEXT = new Set(['text', 'output_text', 'input_text', 'summary_text', 'plain_text']);
const REASONING = new Set(['reasoning', 'thinking', 'reasoning_text', 'thought', 'redacted_thinking']);
const TOOL_CALL = new Set([
  'tool_call',
  'tool_calls',
  'function_call',
  'tool_use',
  'tooluse',
  'toolrequest',
  'function',
  'server_tool_call',
  'server_tool_use',
  'builtin_tool_call',
  'mcp_call',
]);
const TOOL_RESULT = new Set([
  'tool_call_response',
  'tool_result',
  'toolresult',
  'function_call_output',
  'function_response',
  'toolresponse',
  'server_tool_call_response',
  'builtin_tool_return',
  'function_result',
  'tool_call_result',
]);

/** The parts of a message's content: a text, a list of parts in any of the shapes that are sent, or one part. */
export function readParts(content: PlainValue | undefined): Part[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (Array.isArray(content)) {
    const parts: Part[] = [];
    for (const part of content) parts.push(...(Array.isArray(part) ? [dataOf(part)] : readParts(part)));
    return parts;
  }
  if (!isObject(content)) return [dataOf(content)];
  const part = readPart(content);
  return part === undefined ? [] : [part];
}

/** One part; `undefined` where it holds nothing, as a mark for a cache does. */
function readPart(part: PlainValue): Part | undefined {
  const type = textMember(part, 'type', 'block_type', 'part_kind', '__typename')?.toLowerCase().replaceAll('-', '_');
  if (type !== undefined) {
    const typed = typedPart(part, type);
    if (typed !== null) return typed;
  }
  return untypedPart(part);
}

/** `null` where the type is not known. */
function typedPart(part: PlainValue, type: string): Part | undefined | null {
  if (TEXT.has(type)) return textPart(member(part, 'text', 'content', 'output_text'));
  if (REASONING.has(type)) return reasoningPart(part);
  if (type === 'refusal') return { type: 'refusal', text: textMember(part, 'refusal', 'content', 'text') ?? '' };
  if (TOOL_CALL.has(type)) {
    const call = readToolCall(part);
    // A mark that there was one; the call itself stands beside the parts.
    return call.name === undefined && call.id === undefined && call.arguments === undefined ? undefined : call;
  }
  if (TOOL_RESULT.has(type)) return readToolResult(part);
  const modality = MEDIA_TYPES.get(type);
  return modality === undefined ? null : readMedia(part, modality);
}

/** Parts that are told by the name of their one field: Gemini's, Bedrock's, Genkit's. */
function untypedPart(part: PlainValue): Part | undefined {
  const text = member(part, 'text');
  if (typeof text === 'string') {
    if (member(part, 'thought') === true) return text === '' ? undefined : { type: 'reasoning', text };
    return textPart(text);
  }
  const call = member(part, 'functionCall', 'function_call', 'toolUse', 'tool_use', 'toolRequest', 'tool_call');
  if (isObject(call)) return readToolCall(call);
  const result = member(part, 'functionResponse', 'function_response', 'toolResult', 'tool_result', 'toolResponse');
  if (isObject(result)) return readToolResult(result);
  const reasoning = member(part, 'reasoningContent', 'reasoning_content', 'reasoning');
  if (reasoning !== undefined) return reasoningPart(reasoning);
  for (const key of ['inlineData', 'inline_data', 'fileData', 'file_data', 'image', 'video', 'audio', 'document']) {
    const media = member(part, key);
    if (isObject(media)) return readMedia(media, key.endsWith('ata') ? '' : key);
  }
  const media = member(part, 'media');
  if (isObject(media)) return readMedia(media, '');
  if (member(part, 'cachePoint', 'cache_point') !== undefined) return undefined;
  return isObject(part) && Object.keys(part).length === 0 ? undefined : dataOf(part);
}

function textPart(value: PlainValue | undefined): Part | undefined {
  if (typeof value === 'string') return value === '' ? undefined : { type: 'text', text: value };
  const inner = textMember(value, 'value', 'text');
  if (inner !== undefined) return { type: 'text', text: inner };
  return value === undefined ? undefined : dataOf(value);
}

/** A chain of thought; nothing where only its encrypted form was sent. */
function reasoningPart(value: PlainValue): Part | undefined {
  const own =
    typeof value === 'string'
      ? value
      : textMember(value, 'text', 'content', 'thinking', 'reasoning', 'reasoning_content');
  const nested = textMember(member(value, 'reasoningText', 'reasoning_text'), 'text');
  const listed = [...listOf(member(value, 'summary')), ...listOf(member(value, 'content'))]
    .map(item => textOf(item) ?? textMember(item, 'text', 'content'))
    .filter(text => text !== undefined);
  const text = own ?? nested ?? (listed.length > 0 ? listed.join('\n') : undefined);
  return text === undefined || text === '' ? undefined : { type: 'reasoning', text };
}

/** A call of a tool, in any of the shapes that are sent. */
export function readToolCall(call: PlainValue): ToolCall {
  const inner = member(call, 'tool_call', 'function', 'functionCall', 'function_call', 'toolCall');
  const body = isObject(inner) ? inner : call;
  // OpenInference has the name and the arguments a level below the id, under `function`.
  const nested = member(body, 'function');
  const said = isObject(nested) ? nested : body;
  return present<ToolCall>({
    type: 'tool_call',
    id: idOf(call) ?? idOf(body),
    name: textMember(said, 'name', 'toolName', 'tool_name') ?? textMember(call, 'name', 'toolName', 'tool_name'),
    arguments: argumentsOf(said) ?? argumentsOf(call),
  });
}

function argumentsOf(call: PlainValue): PlainValue | undefined {
  const given = member(call, 'arguments', 'args', 'input', 'parameters', 'tool_kwargs', 'arguments_json', 'kwargs');
  return structured(given);
}

function idOf(call: PlainValue): string | undefined {
  // Of OpenAI's Responses, `call_id` is what the result names; `id` is that of the item.
  for (const key of ['call_id', 'toolCallId', 'tool_call_id', 'tool_use_id', 'toolUseId', 'callId', 'id', 'ref']) {
    const id = nameOf(member(call, key));
    if (id !== undefined) return id;
  }
  return undefined;
}

const PAYLOADS = ['response', 'result', 'content', 'output', 'value', 'return_value'];

/** What a tool gave, in any of the shapes that are sent. Texts stay texts, also those that are JSON. */
export function readToolResult(result: PlainValue): ToolResult {
  const payload = PAYLOADS.map(key => member(result, key)).find(found => found !== undefined);
  return present<ToolResult>({
    type: 'tool_result',
    id: idOf(result) ?? idOf(member(result, 'origin') ?? null),
    name:
      textMember(result, 'name', 'toolName', 'tool_name') ?? textMember(member(result, 'origin'), 'name', 'tool_name'),
    result: unwrapped(payload),
  });
}

/** A result that was sent as parts is their text, or what their one part of JSON says. */
export function unwrapped(payload: PlainValue | undefined): PlainValue | undefined {
  // Vercel's outputs: `{type: 'text' | 'json' | 'error-text' | ..., value}`.
  const wrapped = member(payload, 'value');
  if (
    wrapped !== undefined &&
    /^(?:text|json|error-text|error-json|content)$/.test(textMember(payload, 'type') ?? '')
  ) {
    return wrapped;
  }
  if (!Array.isArray(payload) || payload.length === 0) return payload;
  const texts = payload.map(item => (isText(item) ? (textMember(item, 'text', 'content') ?? '') : undefined));
  if (texts.every(text => text !== undefined)) return texts.join('\n');
  const json = member(payload[0], 'json');
  return payload.length === 1 && json !== undefined ? json : payload;
}

function isText(item: PlainValue): boolean {
  if (typeof member(item, 'text') !== 'string' && typeof member(item, 'content') !== 'string') return false;
  const type = textMember(item, 'type');
  return type === undefined ? Object.keys(item as object).length === 1 : TEXT.has(type);
}

/** JSON text of calls or parts, or a list of them. */
export function partList(value: PlainValue | undefined): readonly PlainValue[] {
  const list = decoded(value);
  if (Array.isArray(list)) return list.map(item => decoded(item) ?? null);
  return isObject(list) ? [list] : [];
}

function dataOf(value: PlainValue): Part {
  return { type: 'data', value };
}
