import type { PlainValue } from '../plainValue.ts';
import { finishReason } from './finish.ts';
import type { Message, Part } from './genai.ts';
import { partList, readParts, readToolCall, readToolResult, unwrapped } from './parts.ts';
import { isObject, listOf, member, nameOf, present, structured, textMember, textOf } from './plain.ts';
import { parsePythonRepr } from './pythonRepr.ts';

const ROLES: ReadonlyMap<string, string> = new Map([
  ['model', 'assistant'],
  ['ai', 'assistant'],
  ['aimessage', 'assistant'],
  ['aimessagechunk', 'assistant'],
  ['bot', 'assistant'],
  ['human', 'user'],
  ['humanmessage', 'user'],
  ['humanmessagechunk', 'user'],
  ['systemmessage', 'system'],
  ['systemmessagechunk', 'system'],
  ['toolmessage', 'tool'],
  ['toolmessagechunk', 'tool'],
  ['function', 'tool'],
  ['functionmessage', 'tool'],
  // Smolagents sends them so itself.
  ['tool-response', 'user'],
  ['tool-call', 'assistant'],
]);

/** What only the type of a message tells, in LangChain's and in OpenAI's Responses. */
const TYPE_ROLES = new Set(
  ['human', 'ai', 'system', 'tool', 'function'].flatMap(name => {
    const className = `${name === 'ai' ? 'AI' : name[0]!.toUpperCase() + name.slice(1)}Message`;
    return [name, className, `${className}Chunk`];
  }),
);
/** Items of OpenAI's Responses that are parts of the assistant's turn. */
const OWN_ITEMS = new Set(['function_call', 'reasoning', 'mcp_call', 'custom_tool_call', 'tool_call', 'tool_use']);
const RESULT_ITEMS = new Set(['function_call_output', 'custom_tool_call_output', 'tool_result', 'tool_call_response']);

/** A role by its usual name; also reads what an enumeration prints as (`MessageRole.USER`). */
export function roleOf(sent: string): string {
  const name = sent.slice(sent.lastIndexOf('.') + 1).toLowerCase();
  return ROLES.get(name) ?? name;
}

/**
 * The messages of a list in any of the shapes that are sent: OpenAI's chat and Responses, Anthropic's, Gemini's,
 * Bedrock's, LangChain's (plain and serialised), LlamaIndex's, Genkit's, Vercel's, those of the OpenTelemetry
 * conventions. `undefined` where one of them is no message.
 */
export function readMessages(list: PlainValue | undefined): Message[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  // LangChain gives one list of messages per prompt of a batch.
  const items = list.length === 1 && Array.isArray(list[0]) ? list[0] : list;
  const messages: Message[] = [];
  let isOpen = false;
  for (const item of items) {
    const message = itemMessage(item) ?? readMessage(printed(item));
    if (message === undefined) return undefined;
    // The items of one turn of a Responses call are one message.
    const last = messages.at(-1);
    const joins = message.role === 'assistant' && last?.role === 'assistant' && isResponseItem(item) && isOpen;
    if (joins && last) last.parts.push(...message.parts);
    else messages.push(message);
    isOpen = isResponseItem(item);
  }
  return messages;
}

/** A message that a Python program printed in place of sending its fields. */
export function printed<T extends PlainValue | undefined>(item: T): T | PlainValue {
  const isPrinted = typeof item === 'string' && /^\w*Message\w*\(/.test(item.slice(0, 60));
  return isPrinted ? (parsePythonRepr(item) ?? item) : item;
}

function isResponseItem(item: PlainValue): boolean {
  const type = textMember(item, 'type');
  return type !== undefined && (type === 'message' || OWN_ITEMS.has(type));
}

/** An item of a Responses call that is no message but stands among them. */
function itemMessage(item: PlainValue): Message | undefined {
  const type = textMember(item, 'type');
  if (type === undefined || member(item, 'role') !== undefined) return undefined;
  if (OWN_ITEMS.has(type)) return { role: 'assistant', parts: readParts(item) };
  if (RESULT_ITEMS.has(type)) return { role: 'tool', parts: [readToolResult(item)] };
  return undefined;
}

/** One message; `undefined` where the value is none. */
export function readMessage(sent: PlainValue | undefined, role?: string): Message | undefined {
  const { value, type } = unwrappedMessage(sent);
  if (!isObject(value)) return undefined;
  const own = member(value, 'role', '_role', 'author_role') ?? member(value, 'type');
  const name =
    textOf(member(value, 'role', '_role', 'author_role')) ??
    type ??
    (typeof own === 'string' && TYPE_ROLES.has(own) ? own : role);
  if (name === undefined) return undefined;
  const fields = [
    'content',
    '_content',
    'parts',
    'tool_calls',
    'toolCalls',
    'contents',
    'blocks',
    'text',
    'function_call',
    'refusal',
  ];
  const hasContent = fields.some(key => Object.hasOwn(value, key)) || member(value, 'function_call_name') !== undefined;
  if (!hasContent && own === undefined) return undefined;
  const parts = partsOf(value, roleOf(name));
  const isResult = parts.length > 0 && parts.every(part => part.type === 'tool_result');
  return present<Message>({
    role: isResult ? 'tool' : roleOf(name),
    name: roleOf(name) === 'tool' ? undefined : textMember(value, 'name'),
    finishReason: reasonOf(value),
    parts,
  });
}

function reasonOf(value: PlainValue): string | undefined {
  const names = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason'];
  // Haystack and LangChain have it beside the content.
  const beside = member(value, '_meta', 'meta', 'response_metadata');
  const sent = textMember(value, ...names) ?? textMember(beside, ...names);
  return sent === undefined ? undefined : finishReason(sent);
}

/** Takes a message out of what is put around it; LangChain's classes tell the role. */
function unwrappedMessage(sent: PlainValue | undefined): { value: PlainValue | undefined; type?: string } {
  // `{lc: 1, type: 'constructor', id: [..., 'HumanMessage'], kwargs: {...}}`
  const kwargs = member(sent, 'kwargs');
  if (isObject(kwargs) && member(sent, 'lc') !== undefined) {
    const type = textOf(listOf(member(sent, 'id')).at(-1));
    return { value: kwargs, ...(type !== undefined && { type }) };
  }
  // `{type: 'human', data: {content: ...}}`
  const data = member(sent, 'data');
  const type = textMember(sent, 'type');
  if (isObject(data) && type !== undefined && TYPE_ROLES.has(type)) return { value: data, type };
  // OpenInference's `{message: {...}}`; a choice with its message is read by who knows of choices.
  const inner = member(sent, 'message');
  if (isObject(inner) && member(sent, 'role') === undefined) return { value: inner };
  return { value: sent };
}

function partsOf(message: PlainValue, role: string): Part[] {
  const contents = listOf(member(message, 'contents')).map(item => member(item, 'message_content') ?? item);
  const content = member(message, 'content', '_content');
  const listed = [member(message, 'parts'), member(message, 'blocks')].find(list => listOf(list).length > 0);
  const body = withCalls(message, [
    ...reasoningOf(message),
    // OpenInference says one text under both names.
    ...(contents.length > 0 ? readParts(contents) : readParts(listed ?? content ?? member(message, 'text'))),
    ...refusalOf(message),
  ]);
  if (role !== 'tool' || body.some(part => part.type === 'tool_result')) return body;
  // An answer of a tool, as OpenAI has it: the id beside a plain content.
  const id = nameOf(member(message, 'tool_call_id', 'toolCallId', 'id'));
  const name = textMember(message, 'name');
  const result = unwrapped(outputOf(content) ?? listed) ?? member(contents[0], 'text');
  return [present<Part>({ type: 'tool_result', id, name, result } as Extract<Part, { type: 'tool_result' }>)];
}

/** Vercel's output of a tool, `{type, value}`, which comes as JSON text where a content has to be one. */
function outputOf(content: PlainValue | undefined): PlainValue | undefined {
  if (typeof content !== 'string' || !/^\{"type":\s*"(?:text|json|error-)/.test(content.slice(0, 30))) return content;
  const value = structured(content);
  return member(value, 'value') === undefined ? content : value;
}

/** Adds the calls that stand beside the content, unless the content has them as parts already. */
function withCalls(message: PlainValue, parts: Part[]): Part[] {
  const extra = member(message, 'additional_kwargs');
  const sent = ['tool_calls', 'toolCalls'].map(key => partList(member(message, key))).find(list => list.length > 0);
  const calls = (sent ?? partList(member(extra, 'tool_calls'))).map(readToolCall);
  const single = member(message, 'function_call') ?? member(extra, 'function_call');
  if (calls.length === 0 && isObject(single)) calls.push(readToolCall(single));
  const named = textMember(message, 'function_call_name');
  if (calls.length === 0 && named !== undefined) {
    calls.push(readToolCall({ name: named, arguments: member(message, 'function_call_arguments_json') ?? null }));
  }
  if (calls.length === 0) return parts;
  const known = parts.filter(part => part.type === 'tool_call');
  const isKnown = (call: Part) =>
    call.type === 'tool_call' &&
    known.some(part =>
      call.id !== undefined && part.id !== undefined ? part.id === call.id : part.name === call.name,
    );
  return [...parts, ...calls.filter(call => !isKnown(call))];
}

function reasoningOf(message: PlainValue): Part[] {
  const extra = member(message, 'additional_kwargs');
  const text =
    textMember(message, 'reasoning_content', 'reasoning', 'thinking') ?? textMember(extra, 'reasoning_content');
  if (text === undefined) return [];
  // Where the content has it as a part it is not said again.
  const listed = listOf(member(message, 'content'));
  const isSaid = listed.some(part => ['thinking', 'reasoning'].includes(textMember(part, 'type') ?? ''));
  return isSaid ? [] : [{ type: 'reasoning', text }];
}

function refusalOf(message: PlainValue): Part[] {
  const text = textMember(message, 'refusal');
  return text === undefined ? [] : [{ type: 'refusal', text }];
}
