import type { ViewAttribute } from '../../src/model/viewValue.ts';
import { displayValue } from '../../src/model/viewValue.ts';
import { laidOut } from './jsonText.ts';

type Json = Readonly<Record<string, unknown>>;

const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json);
const isList = (json: unknown): json is readonly unknown[] => Array.isArray(json);

/**
 * A conversation as lines of `role: text`: a list of messages, one message, a request with `messages`, or an answer with
 * `choices`. What stands beside the messages follows as JSON. `undefined` where it is none of these.
 */
export function messagesText(json: unknown): string | undefined {
  if (isList(json)) return linesOf(json);
  if (!isObject(json)) return undefined;
  const own = lineOf(json);
  if (own !== undefined) return own;
  const { system, prompt, messages, choices, ...rest } = json;
  const list: unknown[] = [];
  if (typeof system === 'string') list.push({ role: 'system', content: system });
  if (typeof prompt === 'string') list.push({ role: 'user', content: prompt });
  if (isList(messages)) list.push(...messages);
  if (isList(choices)) list.push(...choices.map(choice => (isObject(choice) ? choice['message'] : choice)));
  const asked = [system, prompt, messages, choices].filter(part => part !== undefined);
  const isWhole = asked.every(part => typeof part === 'string' || isList(part));
  const lines = isWhole ? linesOf(list) : undefined;
  if (lines === undefined || Object.keys(rest).length === 0) return lines;
  return `${lines}\n\n${laidOut(rest) ?? ''}`.trimEnd();
}

function linesOf(list: readonly unknown[]): string | undefined {
  const lines = list.map(lineOf);
  return lines.length > 0 && lines.every(line => line !== undefined) ? lines.join('\n') : undefined;
}

function lineOf(message: unknown): string | undefined {
  if (!isObject(message)) return undefined;
  const { role, content, parts, tool_calls: calls } = message;
  if (typeof role !== 'string' || (content === undefined && parts === undefined && calls === undefined)) {
    return undefined;
  }
  const pieces = [content, parts, calls].flatMap(piece => (isList(piece) ? piece : piece == null ? [] : [piece]));
  return `${role}: ${pieces.map(partText).join('\n')}`;
}

/** Kinds of a part that are text; the content of others may be a picture in base64. */
const TEXTS = new Set([undefined, 'text', 'input_text', 'output_text', 'reasoning', 'thinking', 'refusal']);

/** A part of a message: its text, a call as `name(arguments)`, anything else as JSON. */
function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (!isObject(part)) return compact(part);
  const text = ['text', 'content', 'thinking', 'refusal']
    .map(key => part[key])
    .find(found => typeof found === 'string');
  if (text !== undefined && TEXTS.has(part['type'] as string | undefined)) return text as string;
  const call = isObject(part['function']) ? part['function'] : part;
  const name = call['name'] ?? call['toolName'];
  const given = call['arguments'] ?? call['input'] ?? call['args'];
  return typeof name === 'string' && given !== undefined ? `${name}(${compact(given)})` : compact(part);
}

function compact(json: unknown): string {
  if (typeof json === 'string') return json;
  try {
    return JSON.stringify(json) ?? '';
  } catch {
    return '…';
  }
}

/** Where a key of a flattened message stands: number of the message, then what of it. */
const FLAT = /^(\d{1,5})\.(?:message\.)?(.+)$/;
const FLAT_TEXT = /^(?:content|text|prompt\.text|completion\.text|contents\.\d{1,5}\.message_content\.text)$/;
const FLAT_CALL = /^(tool_calls\.\d{1,5})\.(?:tool_call\.)?(?:function\.)?(name|arguments)$/;

interface FlatMessage {
  role: string | undefined;
  texts: string[];
  /** Names and arguments, by the place of the call. */
  calls: Map<string, Map<string, string>>;
}

/** Messages that were sent as a key for each of their fields, such as `gen_ai.prompt.0.content`, as such lines. */
export function flatMessagesText(attributes: Iterable<ViewAttribute>, prefix: string): string | undefined {
  const messages = new Map<number, FlatMessage>();
  for (const { key, value } of attributes) {
    const [, number, field] = (key.startsWith(prefix) && FLAT.exec(key.slice(prefix.length))) || [];
    if (number === undefined || field === undefined) continue;
    const message: FlatMessage = messages.get(Number(number)) ?? { role: undefined, texts: [], calls: new Map() };
    messages.set(Number(number), message);
    const [, call, part] = FLAT_CALL.exec(field) ?? [];
    if (field === 'role') message.role = displayValue(value);
    else if (FLAT_TEXT.test(field)) message.texts.push(displayValue(value));
    else if (call !== undefined && part !== undefined) {
      message.calls.set(call, (message.calls.get(call) ?? new Map()).set(part, displayValue(value)));
    }
  }
  const lines = [...messages]
    .sort(([a], [b]) => a - b)
    .flatMap(([, { role, texts, calls }]) => {
      const named = [...calls.values()].map(call => `${call.get('name') ?? ''}(${call.get('arguments') ?? ''})`);
      const text = [...texts, ...named].join('\n');
      if (text === '') return [];
      return role === undefined ? text : `${role}: ${text}`;
    });
  return lines.length > 0 ? lines.join('\n') : undefined;
}
