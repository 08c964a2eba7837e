import { tokensOf } from './embeddingsApi.ts';
import { fieldAnswer } from './fieldAnswers.ts';
import { type Asked, type Message, type Part, textOf, type Usage } from './talk.ts';

/** Why the model does not answer. */
export interface Failure {
  status: number;
  type: string;
  message: string;
}

const FAILURES = new Map<number, Omit<Failure, 'status'>>([
  [400, { type: 'invalid_request_error', message: 'The request was asked to be a bad one.' }],
  [429, { type: 'rate_limit_error', message: 'Too many requests for this script.' }],
  [500, { type: 'api_error', message: 'The model fell over, as asked.' }],
]);

/** What is said to a sentence of the user; the first that fits. */
const SCRIPT: [RegExp, string][] = [
  [/capital of France/i, 'Paris is the capital of France.'],
  [/how many people/i, 'About two million people live there.'],
  [/count to five/i, 'One, two, three, four, five.'],
  [/which river/i, 'The Seine flows through Paris.'],
  [/picture/i, 'A single red dot.'],
];

/** What the fake model has to say: always the same to the same talk. */
export function answerTo(asked: Asked): { parts: Part[]; usage: Usage } | Failure {
  const status = Number(/fail with status (\d{3})/i.exec(textOf(asked.messages.at(-1) ?? NOBODY))?.[1]);
  const failure = FAILURES.get(status);
  if (failure) return { status, ...failure };
  const parts = [...thoughts(asked), ...(fieldAnswer(asked) ?? nextParts(asked))];
  return { parts, usage: usageOf(asked, parts) };
}

const NOBODY: Message = { role: '', parts: [] };

function thoughts({ parameters }: Asked): Part[] {
  const wanted = parameters['thinking'] !== undefined || parameters['reasoning'] !== undefined;
  return wanted ? [{ type: 'reasoning', text: 'They ask for a fact that I know.' }] : [];
}

function nextParts({ messages, tools }: Asked): Part[] {
  const results = lastResults(messages);
  const offered = (name: string) => tools.some(tool => tool.name === name);
  if (results.length > 0) {
    const said = `The weather: ${results.join('; ')}.`;
    // Some agents want their end as a call, too.
    return offered('final_answer')
      ? calls(messages, [['final_answer', { answer: said }]])
      : [{ type: 'text', text: said }];
  }
  for (const message of messages.toReversed().filter(({ role }) => role === 'user')) {
    const wanted = textOf(message);
    const cities = /weather in ([A-Z]\w+)(?: and ([A-Z]\w+))?/.exec(wanted);
    // Some frameworks put the name of a plug-in before it.
    const weather = tools.find(({ name }) => /(?:^|\W)get_weather$/.test(name));
    if (cities && weather) {
      const named = cities.slice(1).filter(city => city !== undefined);
      return calls(
        messages,
        named.map(city => [weather.name, { city }]),
      );
    }
    const line = SCRIPT.find(([says]) => says.test(wanted))?.[1];
    if (line === undefined) continue;
    return offered('final_answer')
      ? calls(messages, [['final_answer', { answer: line }]])
      : [{ type: 'text', text: line }];
  }
  return [{ type: 'text', text: 'That is not in my script.' }];
}

/** The tool results that nothing was said to yet; some frameworks tell them as a user would. */
function lastResults(messages: Message[]): string[] {
  const results: string[] = [];
  for (const { role, parts } of messages.toReversed()) {
    const said = parts.flatMap(part => {
      if (part.type === 'tool_result') return [String(part.result)];
      const observed =
        part.type === 'text' && role !== 'assistant' ? /^Observation:\s*(.*)/s.exec(part.text)?.[1] : undefined;
      return observed === undefined ? [] : [observed.trim()];
    });
    if (said.length === 0) break;
    results.unshift(...said);
  }
  return results;
}

/** Ids tell how far the talk is, so that no two calls of one talk share one. */
function calls(messages: Message[], made: [string, unknown][]): Part[] {
  return made.map(([name, given], index) => {
    return { type: 'tool_call', id: `call_${messages.length}_${index}`, name, arguments: given };
  });
}

/** Numbers that grow with the talk, every kind of token among them, so that a mix-up shows. */
function usageOf({ messages, tools }: Asked, parts: Part[]): Usage {
  const input =
    12 +
    tokensOf(JSON.stringify(messages.map(({ parts }) => parts.filter(({ type }) => type !== 'media')))) +
    9 * tools.length;
  const reasoning = parts.some(({ type }) => type === 'reasoning') ? 11 : 3;
  const output = tokensOf(JSON.stringify(parts)) + reasoning;
  return { input, output, total: input + output, cacheRead: Math.floor(input / 4), cacheWrite: 5, reasoning };
}
