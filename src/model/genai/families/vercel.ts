import type { PlainValue } from '../../plainValue.ts';
import { readDocuments } from '../documents.ts';
import { systemMessages } from '../envelope.ts';
import { type Family, type Finding, kindNames, MILLISECOND } from '../family.ts';
import type { Fields } from '../fields.ts';
import type { Message, Part } from '../genai.ts';
import { readMessages } from '../messages.ts';
import { readParts, readToolCall } from '../parts.ts';
import { decoded, isObject, listOf, member, numberOf, present, textMember } from '../plain.ts';
import { readUsage } from '../usage.ts';

/** Vercel's AI SDK, 4 to 6; of 7 only what it adds to the conventions. */
export const vercel: Family = {
  name: 'vercel-ai',
  detects: fields => fields.has('ai.operationId') || fields.hasPrefix('ai.'),
  table: {
    kind: {
      key: 'ai.operationId',
      values: kindNames({
        chat: 'ai.generatetext.dogenerate ai.streamtext.dostream ai.generateobject.dogenerate ai.streamobject.dostream',
        chain: 'ai.generatetext ai.streamtext ai.generateobject ai.streamobject ai.embed ai.embedmany ai.rerank',
        embedding: 'ai.embed.doembed ai.embedmany.doembed',
        rerank: 'ai.rerank.dorerank',
        tool: 'ai.toolcall',
      }),
    },
    texts: {
      provider: ['ai.model.provider'],
      requestModel: ['ai.model.id'],
      responseModel: ['ai.response.model'],
      responseId: ['ai.response.id'],
      session: ['ai.telemetry.metadata.sessionId', 'ai.telemetry.metadata.session_id'],
      user: ['ai.telemetry.metadata.userId', 'ai.telemetry.metadata.user_id'],
    },
    usage: {
      input: ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens'],
      output: ['ai.usage.outputTokens', 'ai.usage.completionTokens'],
      total: ['ai.usage.totalTokens'],
      cacheRead: ['ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens'],
      cacheWrite: ['ai.usage.inputTokenDetails.cacheWriteTokens'],
      reasoning: ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens'],
    },
    parameters: { prefixes: ['ai.settings.'] },
    toolDefinitions: ['ai.prompt.tools'],
    toolName: ['ai.toolCall.name'],
    toolId: ['ai.toolCall.id'],
    toolArguments: ['ai.toolCall.args', 'ai.toolCall.input'],
    toolResult: ['ai.toolCall.result', 'ai.toolCall.output'],
    finishReasons: ['ai.response.finishReason', 'ai.finishReason'],
    firstToken: [{ key: 'ai.response.msToFirstChunk', unit: MILLISECOND }],
    tags: ['ai.telemetry.metadata.tags'],
    metadata: { prefixes: ['ai.telemetry.metadata.', 'ai.settings.context.'] },
  },
  read: fields => {
    const operation = fields.text('ai.operationId') ?? '';
    return present<Finding>({
      input: inputOf(fields),
      output: outputOf(fields),
      ...rawUsage(fields),
      streaming: operation === '' ? undefined : /^ai\.stream\w+\.doStream$/.test(operation) || undefined,
      documents: readDocuments(fields.json('ai.ranking', 'ai.documents')),
      prompt: promptOf(fields),
    });
  },
};

function inputOf(fields: Fields): Message[] | undefined {
  const prompt = fields.json('ai.prompt');
  const sent = fields.json('ai.prompt.messages') ?? member(prompt, 'messages');
  const messages = readMessages(decoded(sent)) ?? [];
  const text =
    messages.length === 0 ? (textMember(prompt, 'prompt') ?? (typeof prompt === 'string' ? prompt : '')) : '';
  if (text) messages.push({ role: 'user', parts: [{ type: 'text', text }] });
  messages.unshift(...systemMessages(member(prompt, 'system'), messages));
  if (messages.length > 0) return messages;
  const values = fields.texts('ai.values', 'ai.value');
  return values && [{ role: 'input', parts: values.map(value => ({ type: 'text' as const, text: value })) }];
}

function outputOf(fields: Fields): Message[] | undefined {
  const parts: Part[] = [];
  const reasoning = fields.text('ai.response.reasoning');
  if (reasoning !== undefined) parts.push({ type: 'reasoning', text: reasoning });
  const text = fields.text('ai.response.text', 'ai.result.text');
  if (text !== undefined) parts.push({ type: 'text', text });
  const object = fields.json('ai.response.object', 'ai.result.object');
  if (object !== undefined && text === undefined) parts.push({ type: 'data', value: object });
  const calls = fields.json('ai.response.toolCalls', 'ai.result.toolCalls');
  for (const call of listOf(calls)) parts.push(readToolCall(decoded(call) ?? null));
  for (const file of listOf(fields.json('ai.response.files'))) parts.push(...readParts(fileOf(decoded(file) ?? null)));
  return parts.length > 0 ? [{ role: 'assistant', parts }] : undefined;
}

function fileOf(file: PlainValue): PlainValue {
  return isObject(file) && member(file, 'type') === undefined ? { ...file, type: 'file' } : file;
}

/** Versions before 6 leave the cache out of Anthropic's input; the provider's own numbers are sent along. */
function rawUsage(fields: Fields): Finding {
  const metadata = fields.json('ai.response.providerMetadata');
  const usage = readUsage(member(member(metadata, 'anthropic'), 'usage'));
  const told = fields.number('ai.usage.inputTokens', 'ai.usage.promptTokens');
  const isExclusive = usage?.input !== undefined && told !== undefined && told < usage.input;
  const created = numberOf(member(member(metadata, 'anthropic'), 'cacheCreationInputTokens'));
  if (!isExclusive && created === undefined) return {};
  return { usage: present({ input: isExclusive ? usage.input : undefined, cacheWrite: usage?.cacheWrite ?? created }) };
}

function promptOf(fields: Fields): Finding['prompt'] {
  const sent = fields.json('ai.telemetry.metadata.langfusePrompt');
  const name = textMember(sent, 'name');
  const version = numberOf(member(sent, 'version'));
  return name === undefined
    ? undefined
    : present({ name, version: version === undefined ? undefined : String(version) });
}
