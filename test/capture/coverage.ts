import path from 'node:path';
import { type Captured, readCaptured } from './captured.ts';
import { FAMILIES, type Family, familyNames, familyOf } from './family.ts';
import { signalOf } from './recording.ts';

/** What a capture can hold, and how the truth says that it does. */
const COLUMNS: [title: string, holds: (captured: Captured) => boolean][] = [
  ['two turns', ({ truth }) => truth.calls.some(({ input }) => input.filter(({ role }) => role === 'user').length > 1)],
  ['tool and result', ({ truth }) => truth.calls.some(({ input }) => input.some(holdsResult))],
  ['streaming', ({ truth }) => truth.calls.some(({ streaming }) => streaming)],
  ['error', ({ truth }) => truth.calls.some(({ error }) => error !== undefined)],
  ['picture', ({ truth }) => truth.calls.some(({ input }) => input.some(holdsMedia))],
  ['embeddings', ({ truth }) => truth.embeddings.length > 0],
  ['retrieval', ({ truth }) => truth.retrievals.length > 0],
  ['session', ({ truth }) => truth.set['session'] !== undefined || truth.set['conversation'] !== undefined],
  ['user', ({ truth }) => truth.set['user'] !== undefined],
  ['tags', ({ truth }) => truth.set['tags'] !== undefined],
  ['logs', ({ otlp }) => otlp.some(({ path }) => signalOf(path) === 'logs')],
];

type Message = Captured['truth']['calls'][number]['input'][number];

const holdsMedia = ({ parts }: Message) => parts.some(({ type }) => type === 'media');
/** Some frameworks tell a model what a tool said as a user would. */
const holdsResult = ({ parts }: Message) =>
  parts.some(part => part.type === 'tool_result' || (part.type === 'text' && /observation(_0 ##|:)/i.test(part.text)));

const HEAD = `# Captures of programs that talk with models

Every folder is one way of tracing them, by one real program with real packages against a fake model server:

- \`main.py\` or \`main.mjs\` with \`requirements.txt\` or \`package.json\`: the program and its packages, pinned; what it shares with others is in \`shared\`. \`run.json\` says what it wants of its surroundings, where that is more than usual.
- \`otlp.jsonl\`: the traces and logs it sent, a line for each request in the order in which they came: path, content type, and the body without its compression. Folders of the machine it ran on have other names of the same length.
- \`model.jsonl\`: the log of the model server: each request as it was received, and what was answered.
- \`truth.json\`: what has to be understood: the model calls as the model server saw them, and what the program told of itself. Nothing of it is taken from the telemetry.
- \`versions.txt\`: every package that was installed.

\`npm run capture -- NAME\` runs one again and writes its folder; \`--all\` runs all; \`--index\` writes this page.
`;

/** The page that says what the captures hold. */
export function index(): string {
  const titles = COLUMNS.map(([title]) => title);
  const rows = familyNames().map(name => row(familyOf(name)));
  const notes = familyNames().flatMap(name => {
    const { note } = familyOf(name);
    return note === undefined ? [] : [`- \`${name}\`: ${note}`];
  });
  const table = [['family', 'calls', ...titles], ['---', ...titles.map(() => '---'), '---'], ...rows];
  const lines = table.map(cells => `| ${cells.join(' | ')} |`);
  return `${HEAD}\n## What is in them\n${lines.join('\n')}\n\n## What is not, and why\n${notes.join('\n')}\n`;
}

function row(family: Family): string[] {
  const captured = readCaptured(family.folder);
  const held = COLUMNS.map(([, holds]) => (holds(captured) ? 'yes' : ''));
  return [family.name, String(captured.truth.calls.length), ...held];
}

/** Where the page is. */
export const INDEX: string = path.join(FAMILIES, 'README.md');
