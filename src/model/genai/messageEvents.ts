import { type PlainObject, type PlainValue, plainObject, plainValue } from '../plainValue.ts';
import type { ModelEvent } from './events.ts';
import type { Fields } from './fields.ts';
import { finishReason } from './finish.ts';
import type { Message } from './genai.ts';
import { readMessage, readMessages } from './messages.ts';
import { readParts } from './parts.ts';
import { decoded, isObject, listOf, member, plainOf, structured, textMember } from './plain.ts';

/** The role that the name of an event stands for where its body has none. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ['gen_ai.system.message', 'system'],
  ['gen_ai.user.message', 'user'],
  ['gen_ai.assistant.message', 'assistant'],
  ['gen_ai.tool.message', 'tool'],
  ['gen_ai.choice', 'assistant'],
]);

/** The messages that were reported as one span event or log record each (versions 1.26 to 1.36, and many since). */
export function eventMessages(fields: Fields): { input?: Message[]; output?: Message[] } {
  const input: Message[] = [];
  const output: Message[] = [];
  for (const event of fields.events) {
    if (event.name === 'gen_ai.content.prompt') input.push(...contentOf(event, 'gen_ai.prompt', 'user'));
    else if (event.name === 'gen_ai.content.completion')
      output.push(...contentOf(event, 'gen_ai.completion', 'assistant'));
    else {
      const role = ROLES.get(event.name);
      const message = role === undefined ? undefined : readEvent(event, role);
      if (message) (event.name === 'gen_ai.choice' ? output : input).push(message);
    }
  }
  return { ...(input.length > 0 && { input }), ...(output.length > 0 && { output }) };
}

/** All messages of one side in one attribute, as JSON text (1.26 and 1.27), or the text alone. */
function contentOf(event: ModelEvent, key: string, role: string): Message[] {
  const sent = decoded(plainObject(event.attributes)[key]);
  const messages = readMessages(Array.isArray(sent) ? sent : sent === undefined ? [] : [sent]);
  if (messages) return messages.map(message => (message.role === 'unknown' ? { ...message, role } : message));
  const parts = readParts(sent);
  return parts.length > 0 ? [{ role, parts }] : [];
}

function readEvent(event: ModelEvent, role: string): Message | undefined {
  const value = bodyOf(event);
  if (value === undefined) return undefined;
  const inner = structured(member(value, 'message'));
  const message = inner === undefined ? value : isObject(inner) ? inner : plainOf([['content', inner]]);
  const read = readMessage(plainOf([['role', role], ...named(message)]), role);
  if (!read) return undefined;
  const reason = textMember(value, 'finish_reason', 'finishReason');
  const finish = reason === undefined ? undefined : finishReason(reason);
  return finish === undefined ? read : { ...read, finishReason: finish };
}

function bodyOf(event: ModelEvent): PlainObject | undefined {
  const attributes = plainObject(event.attributes);
  const body = event.body && decoded(plainValue(event.body));
  if (isObject(body)) return body;
  const content = decoded(attributes['gen_ai.event.content']);
  if (isObject(content)) return content;
  const known = ['content', 'message', 'tool_calls', 'role', 'id', 'name', 'finish_reason', 'index'];
  if (known.some(key => attributes[key] !== undefined)) return attributes;
  const text = typeof body === 'string' && body !== '' ? body : content;
  return typeof text === 'string' ? plainOf([['content', text]]) : undefined;
}

/** The fields of a message, with content that is the JSON text of parts read. */
function named(message: PlainValue): [string, PlainValue][] {
  if (!isObject(message)) return [];
  return Object.keys(message).map(key => {
    const value = message[key] ?? null;
    return [key, key === 'content' ? contentParts(value) : value];
  });
}

/** A list of parts that came as JSON text; any other text is what somebody wrote, even if it is JSON. */
function contentParts(content: PlainValue): PlainValue {
  const list = structured(content);
  if (typeof content !== 'string' || !Array.isArray(list)) return content;
  const isParts = listOf(list).every(part => isObject(part) && readParts(part).every(each => each.type !== 'data'));
  return isParts && list.length > 0 ? list : content;
}
