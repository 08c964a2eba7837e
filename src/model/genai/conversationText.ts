import type { PlainValue } from '../plainValue.ts';
import type { Turn } from './conversation.ts';
import type { Message, Part, Usage } from './genai.ts';
import type { ToolUse } from './toolUses.ts';

/** A trace's talks as text for people: a heading for each call, then who says what. */
export function conversationText(turns: readonly Turn[]): string {
  const hasTalks = turns.some(turn => turn.talk > 0);
  return turns.map(turn => turnText(turn, hasTalks)).join('\n\n');
}

function turnText({ genai, talk, context, added, output, tools }: Turn, hasTalks: boolean): string {
  const lines = [headingOf(genai, hasTalks ? talk : undefined)];
  if (context) lines.push(`  context: ${context.count} message${context.count === 1 ? '' : 's'} as above`);
  if (genai.toolDefinitions) lines.push(`  tools: ${genai.toolDefinitions.map(tool => tool.name).join(', ')}`);
  for (const message of added) lines.push(...messageLines(message, []));
  const uses = [...tools];
  for (const message of output) lines.push(...messageLines(message, uses));
  if (genai.error) lines.push(`  error: ${[genai.error.type, genai.error.message].filter(Boolean).join(': ')}`);
  for (const note of genai.incomplete ?? []) lines.push(`  ! ${note}`);
  return lines.join('\n');
}

function headingOf(
  { kind, requestModel, responseModel, usage, cost }: Turn['genai'],
  talk: number | undefined,
): string {
  const model = requestModel ?? responseModel ?? '';
  const facts = [
    usage && usageText(usage),
    cost && `${cost.total} ${cost.currency}`,
    talk !== undefined && `talk ${talk + 1}`,
  ];
  return [`${kind} ${model}`.trim(), ...facts.filter(Boolean)].join(' · ');
}

function usageText({ input, output, cacheRead, reasoning }: Usage): string {
  const cached = cacheRead ? ` (${cacheRead} cached)` : '';
  const thought = reasoning ? ` (${reasoning} reasoning)` : '';
  return [input !== undefined && `${input}${cached} in`, output !== undefined && `${output}${thought} out`]
    .filter(Boolean)
    .join(' · ');
}

function messageLines({ role, name, finishReason, parts }: Message, uses: ToolUse[]): string[] {
  const who = name === undefined ? role : `${role} ${name}`;
  const lines = parts.flatMap(part => partLines(part, uses));
  const end = finishReason === undefined || finishReason === 'stop' ? '' : ` [${finishReason}]`;
  return [`  ${who}${end}:${lines.length === 0 ? ' (not sent)' : ''}`, ...lines.map(line => `    ${line}`)];
}

function partLines(part: Part, uses: ToolUse[]): string[] {
  switch (part.type) {
    case 'text':
      return part.text.split('\n');
    case 'reasoning':
      return part.text.split('\n').map(line => `(reasoning) ${line}`);
    case 'refusal':
      return part.text.split('\n').map(line => `(refusal) ${line}`);
    case 'tool_call': {
      const use = uses.shift();
      const call = `${part.name ?? 'a tool'}(${valueText(part.arguments)})`;
      const failed = use?.error ? `  failed: ${use.error.message ?? use.error.type ?? 'no reason given'}` : '';
      return [`→ ${call}${failed}`, ...(use?.result === undefined ? [] : [`  = ${valueText(use.result)}`])];
    }
    case 'tool_result':
      return [`= ${valueText(part.result)}`];
    case 'media': {
      const size = part.data === undefined ? (part.url ?? 'not sent') : `${part.data.length} characters of base64`;
      return [`[${part.mimeType ?? part.modality}, ${size}]`];
    }
    case 'data':
      return [valueText(part.value)];
  }
}

function valueText(value: PlainValue | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}
