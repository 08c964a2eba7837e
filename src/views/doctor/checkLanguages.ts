import { checkNode } from './checkNode.ts';
import { checkPython } from './checkPython.ts';
import type { DoctorFacts, LanguageId, Manifest } from './facts.ts';
import type { Finding } from './finding.ts';
import { LANGUAGE_IDS, LANGUAGES } from './languages.ts';

const section = 'languages' as const;

/** What the programs of the workspace lack, as far as their files tell. Nothing of them is run. */
export function checkLanguages(facts: DoctorFacts): Finding[] {
  return [...LANGUAGE_IDS.flatMap(language => checkAny(language, facts)), ...checkPython(facts), ...checkNode(facts)];
}

/** What is the same in every language: packages that do not send, and an end that loses spans. */
function checkAny(id: LanguageId, { workspace }: DoctorFacts): Finding[] {
  const language = LANGUAGES[id];
  const manifests = workspace.manifests.filter(each => each.language === id);
  const sources = workspace.sources.filter(each => each.language === id);
  const traced = manifests.filter(({ text }) => language.traced.test(text));
  const found: Finding[] = [];
  // Packages of one folder may be written in another's manifest: only where none has what sends.
  if (
    traced.length > 0 &&
    !manifests.some(({ text }) => language.sends.test(text)) &&
    !sources.some(({ setsUp }) => setsUp)
  ) {
    found.push(apiOnly(id, traced));
  }
  const setUp = sources.filter(({ setsUp }) => setsUp);
  const [first] = setUp;
  if (language.losesAtEnd && first && !sources.some(({ flushes }) => flushes)) {
    found.push({
      id: 'languages.flush',
      section,
      severity: 'info',
      likelihood: 40,
      subject: id,
      title: `${language.name}: nothing sends the last spans before the program ends`,
      detail: `${first.name} makes a tracer provider, and no source was found that shuts it down. Spans are sent every five seconds: a program that ends sooner loses them.`,
      cure: 'Shut the tracer provider down, or flush it, before the program ends, also on errors and signals.',
      actions: [openFile(first)],
    });
  }
  return found;
}

function apiOnly(id: LanguageId, traced: readonly Manifest[]): Finding {
  const { name } = LANGUAGES[id];
  const [first] = traced;
  return {
    id: 'languages.apiOnly',
    section,
    severity: 'warning',
    likelihood: 65,
    subject: id,
    title: `${name}: there is OpenTelemetry, but nothing that sends`,
    detail: `${traced.map(each => each.name).join(', ')} names packages of OpenTelemetry without an SDK and exporter for OTLP. Without them spans go nowhere, and no error says so.`,
    cure: 'Install an SDK with an exporter for OTLP; the commands are below.',
    actions: first ? [openFile(first)] : [],
  };
}

function openFile({ file, name }: { file: string; name: string }) {
  return { type: 'file', label: `Open ${name.split('/').at(-1)}`, icon: 'go-to-file', file } as const;
}
