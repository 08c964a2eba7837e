import { Cursor, MAX_DEPTH } from './cursor.ts';
import { type Message, messageOf, requestOf, type Signal } from './schema.ts';

/** A message as far as it is walked: the messages in its fields, by the field's tag. */
interface Shape {
  readonly inner: readonly (Shape | undefined)[];
}

/** The smallest message inside another one: its tag and its length. */
const LEAST_BYTES = 2;

const shapes = new Map<string, Shape>();

/**
 * Whether a request holds more than `most` messages: spans, events, links, attributes, values of lists and all that lies
 * around them. Two bytes make an empty one, and decoded it takes a hundred times as much, so that the size of a body says
 * little about the memory it costs to look at. Bytes that are no such message end the count; to judge them is the scan's.
 */
export function holdsMoreThan(most: number, signal: Signal, body: Uint8Array): boolean {
  // The bodies of nearly all senders are too small for it, and cost nothing here.
  if (body.length < most * LEAST_BYTES) return false;
  try {
    return count(shapeOf(requestOf(signal)), body, most) > most;
  } catch {
    return false;
  }
}

function count(shape: Shape, body: Uint8Array, most: number): number {
  const cursor = new Cursor(body);
  const ends = [body.length];
  const open = [shape];
  let messages = 0;
  while (open.length > 0 && messages <= most) {
    const end = ends.at(-1) ?? 0;
    if (cursor.position >= end) {
      ends.pop();
      open.pop();
      continue;
    }
    const tag = cursor.tag(end);
    const inner = open.at(-1)?.inner[tag];
    if (!inner) {
      cursor.skip(tag, end);
      continue;
    }
    messages++;
    const innerEnd = cursor.enter(end);
    if (open.length >= MAX_DEPTH) {
      cursor.position = innerEnd;
      continue;
    }
    ends.push(innerEnd);
    open.push(inner);
  }
  return messages;
}

function shapeOf(message: Message): Shape {
  const known = shapes.get(message.name);
  if (known) return known;
  const inner: (Shape | undefined)[] = [];
  const shape = { inner };
  // Before its fields, because a value may hold values.
  shapes.set(message.name, shape);
  for (const field of message.fields) {
    if (field.type !== 'message') continue;
    const tag = (field.number << 3) | 2;
    while (inner.length < tag) inner.push(undefined);
    inner[tag] = shapeOf(messageOf(field.message));
  }
  return shape;
}
