import type { Message, Part } from './genai.ts';
import { sorted } from './toolUses.ts';

/** What an earlier call left behind at one place of the talk. */
export interface Place<T> {
  call: T;
  /** Whether its answer is part of the way here, or the way ends with what it was asked. */
  isAnswered: boolean;
}

/**
 * Remembers how far earlier calls had come, so that of a later one can be said which messages are as before. Every
 * message is looked at once, whatever the number of calls.
 */
export class Transcripts<T> {
  private readonly keys = new Map<string, number>();
  private readonly ways = new Map<string, number>();
  private readonly places = new Map<number, Place<T>>();

  /** How many of the messages an earlier call had said or heard already, and which one: the longest such beginning. */
  known(messages: readonly Message[]): { count: number; place?: Place<T> } {
    let node = 0;
    let found: { count: number; place?: Place<T> } = { count: 0 };
    for (const [at, message] of messages.entries()) {
      const next = this.ways.get(`${node}:${this.keyOf(message)}`);
      if (next === undefined) break;
      node = next;
      const place = this.places.get(node);
      if (place) found = { count: at + 1, place };
    }
    return found;
  }

  /** Keeps where a call ended. */
  add(call: T, input: readonly Message[], output: readonly Message[]): void {
    let node = 0;
    for (const message of input) node = this.step(node, message);
    if (node !== 0) this.places.set(node, { call, isAnswered: false });
    const answer = output[0];
    if (output.length !== 1 || !answer || answer.parts.length === 0) return;
    this.places.set(this.step(node, answer), { call, isAnswered: true });
  }

  private step(node: number, message: Message): number {
    const way = `${node}:${this.keyOf(message)}`;
    const known = this.ways.get(way);
    if (known !== undefined) return known;
    const next = this.ways.size + 1;
    this.ways.set(way, next);
    return next;
  }

  private keyOf(message: Message): number {
    const key = `${message.role}\n${JSON.stringify(message.parts.filter(isSaid).map(bare))}`;
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    this.keys.set(key, this.keys.size);
    return this.keys.size - 1;
  }
}

/** Reasoning is mostly not sent back to the model. */
function isSaid(part: Part): boolean {
  return part.type !== 'reasoning';
}

function bare(part: Part): unknown {
  if (part.type === 'tool_call') return [part.id ?? part.name, sorted(part.arguments ?? null)];
  if (part.type === 'tool_result') return [part.id ?? part.name, sorted(part.result ?? null)];
  return part;
}
