import { type Asked, type Part, textOf } from './talk.ts';

const MARK = /\[\[ ## (\w+) ## \]\]/g;

/**
 * What is said to a prompt that wants its answer in marked fields, as DSPy's do; `undefined` where none is wanted.
 * A field is answered by its name, and a tool is called once before the end.
 */
export function fieldAnswer({ messages }: Asked): Part[] | undefined {
  const last = messages.at(-1);
  const prompt = last ? textOf(last) : '';
  const wanted = /Respond with the corresponding output fields.*/s.exec(prompt)?.[0];
  if (wanted === undefined) return undefined;
  const names = [...new Set([...wanted.matchAll(MARK)].map(([, name]) => name!))].filter(name => name !== 'completed');
  const city = /weather in ([A-Z]\w+)/.exec(prompt)?.[1];
  const observed = /\[\[ ## observation_0 ## \]\]\s*(.*)/.exec(prompt)?.[1];
  const values = new Map([
    ['reasoning', 'They ask for a fact that I know.'],
    ['next_thought', observed === undefined ? 'I have to look at the weather.' : 'I know the weather now.'],
    ['next_tool_name', observed === undefined ? 'get_weather' : 'finish'],
    ['next_tool_args', JSON.stringify(observed === undefined ? { city } : {})],
  ]);
  const answer = answerIn(prompt, city);
  const text = names.map(name => `[[ ## ${name} ## ]]\n${values.get(name) ?? answer}`).join('\n\n');
  return [{ type: 'text', text: `${text}\n\n[[ ## completed ## ]]` }];
}

function answerIn(prompt: string, city: string | undefined): string {
  if (city !== undefined) return `The weather in ${city} is mild.`;
  return /which river/i.test(prompt) ? 'The Seine flows through Paris.' : 'Paris is the capital of France.';
}
