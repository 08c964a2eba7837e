import type { PlainObject, PlainValue } from '../plainValue.ts';
import { isObject, listOf, member, nameOf, numberOf, plainOf, textMember } from './plain.ts';

interface Call {
  id?: string;
  name?: string;
  arguments: string[];
}

interface Choice {
  texts: string[];
  reasoning: string[];
  calls: Map<number, Call>;
  reason?: string;
}

/**
 * Puts the chunks of a streamed answer together, as the answer would have been without streaming: OpenAI's chat and
 * Responses, Anthropic's messages. `undefined` where the chunks are nothing of these.
 */
export function assembleChunks(chunks: readonly PlainValue[]): PlainObject | undefined {
  for (const chunk of chunks) {
    const type = textMember(chunk, 'type');
    const response = member(chunk, 'response');
    if (/^response\.(?:completed|incomplete|failed)$/.test(type ?? '') && isObject(response)) return response;
  }
  if (chunks.some(chunk => textMember(chunk, 'type') === 'message_start')) return assembleBlocks(chunks);
  if (chunks.some(chunk => listOf(member(chunk, 'choices')).length > 0)) return assembleChoices(chunks);
  return undefined;
}

/** OpenAI's chat: deltas of one or several choices. */
function assembleChoices(chunks: readonly PlainValue[]): PlainObject {
  const choices = new Map<number, Choice>();
  let usage: PlainValue | undefined;
  let model: string | undefined;
  let id: string | undefined;
  for (const chunk of chunks) {
    usage = member(chunk, 'usage') ?? usage;
    model ??= textMember(chunk, 'model');
    id ??= textMember(chunk, 'id');
    for (const sent of listOf(member(chunk, 'choices'))) {
      const index = numberOf(member(sent, 'index')) ?? 0;
      const choice: Choice = choices.get(index) ?? { texts: [], reasoning: [], calls: new Map<number, Call>() };
      choices.set(index, choice);
      const delta = member(sent, 'delta');
      const text = textMember(delta, 'content');
      if (text !== undefined) choice.texts.push(text);
      const reasoning = textMember(delta, 'reasoning_content', 'reasoning');
      if (reasoning !== undefined) choice.reasoning.push(reasoning);
      for (const [at, call] of listOf(member(delta, 'tool_calls')).entries()) addCall(choice.calls, call, at);
      const reason = textMember(sent, 'finish_reason');
      if (reason !== undefined) choice.reason = reason;
    }
  }
  const list = [...choices]
    .sort(([a], [b]) => a - b)
    .map(([, { texts, reasoning, calls, reason }]) => {
      const message = plainOf([
        ['role', 'assistant'],
        ['content', texts.length > 0 ? texts.join('') : null],
        ['reasoning_content', reasoning.length > 0 ? reasoning.join('') : undefined],
        ['tool_calls', calls.size > 0 ? [...calls.values()].map(callOf) : undefined],
      ]);
      return plainOf([
        ['message', message],
        ['finish_reason', reason],
      ]);
    });
  return plainOf([
    ['id', id],
    ['model', model],
    ['choices', list],
    ['usage', usage],
  ]);
}

function addCall(calls: Map<number, Call>, sent: PlainValue, at: number): void {
  const index = numberOf(member(sent, 'index')) ?? at;
  const call: Call = calls.get(index) ?? { arguments: [] };
  calls.set(index, call);
  const id = nameOf(member(sent, 'id'));
  if (id !== undefined) call.id ??= id;
  const body = member(sent, 'function');
  const name = textMember(body, 'name');
  if (name !== undefined) call.name ??= name;
  const piece = textMember(body, 'arguments');
  if (piece !== undefined) call.arguments.push(piece);
}

function callOf({ id, name, arguments: pieces }: Call): PlainObject {
  const body = plainOf([
    ['name', name],
    ['arguments', pieces.join('')],
  ]);
  return plainOf([
    ['id', id],
    ['type', 'function'],
    ['function', body],
  ]);
}

/** Anthropic's messages: blocks that begin, grow and end. */
function assembleBlocks(chunks: readonly PlainValue[]): PlainObject {
  const blocks = new Map<number, { block: PlainValue; pieces: string[]; json: string[] }>();
  let message: PlainValue | undefined;
  let ended: PlainValue | undefined;
  let usage: PlainValue | undefined;
  for (const chunk of chunks) {
    const index = numberOf(member(chunk, 'index')) ?? 0;
    const delta = member(chunk, 'delta');
    switch (textMember(chunk, 'type')) {
      case 'message_start':
        message = member(chunk, 'message');
        break;
      case 'content_block_start':
        blocks.set(index, { block: member(chunk, 'content_block') ?? null, pieces: [], json: [] });
        break;
      case 'content_block_delta': {
        const text = textMember(delta, 'text', 'thinking');
        if (text !== undefined) blocks.get(index)?.pieces.push(text);
        const json = textMember(delta, 'partial_json');
        if (json !== undefined) blocks.get(index)?.json.push(json);
        break;
      }
      case 'message_delta':
        ended = delta;
        usage = member(chunk, 'usage');
    }
  }
  const content = [...blocks]
    .sort(([a], [b]) => a - b)
    .map(([, { block, pieces, json }]) => {
      const type = textMember(block, 'type') ?? 'text';
      const grown: [string, PlainValue | undefined][] = [
        [type === 'thinking' ? 'thinking' : 'text', pieces.length > 0 ? pieces.join('') : undefined],
        ['input', json.length > 0 ? json.join('') : undefined],
      ];
      return merged(block, plainOf(grown));
    });
  const whole = merged(member(message, 'usage'), usage);
  return merged(
    message,
    plainOf([
      ['content', content],
      ['stop_reason', member(ended, 'stop_reason')],
      ['usage', whole],
    ]),
  );
}

function merged(...objects: (PlainValue | undefined)[]): PlainObject {
  return plainOf(objects.flatMap(object => (isObject(object) ? Object.entries(object) : [])));
}
