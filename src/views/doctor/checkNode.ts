import type { DoctorFacts, Environment } from './facts.ts';
import { type Finding, fileAction } from './finding.ts';
import { effective } from './variables.ts';

const section = 'languages' as const;
const REGISTERED_LATER = /"@opentelemetry\/auto-instrumentations-node"/;
const DEBUGGERS = /^(?:node|pwa-node|node-terminal|bun)$/;
const PRELOADS = /(?:^|\s)(?:--require|--import|--loader|--experimental-loader|-r)(?:[=\s]|$)/;
const HOOK = '@opentelemetry/auto-instrumentations-node/register';

/** Packages that have to be loaded before the program are there, nothing in it loads them, and it is started plainly. */
export function checkNode(facts: DoctorFacts): Finding[] {
  const { manifests, sources } = facts.workspace;
  const wants = manifests.filter(({ language, text }) => language === 'node' && REGISTERED_LATER.test(text));
  const [first] = wants;
  if (!first || sources.some(({ language, setsUp }) => language === 'node' && setsUp)) return [];
  const why = `${first.name} has @opentelemetry/auto-instrumentations-node, and no source sets tracing up: it has to be loaded before the program.`;
  const starts = facts.environments.filter(each => startsNode(each));
  if (starts.length === 0) {
    if (manifests.some(({ text }) => text.includes('auto-instrumentations-node/register'))) return [];
    return [
      {
        id: 'node.preload',
        section,
        severity: 'info',
        likelihood: 55,
        title: 'Node: the instrumentation has to be loaded before the program',
        detail: why,
        cure: 'Start it with --require.',
        snippets: [{ title: 'Run', text: `node --require ${HOOK} app.js` }],
      },
    ];
  }
  return starts
    .filter(each => !isPreloaded(each, facts))
    .map(each => ({
      id: 'node.preload',
      section,
      severity: 'problem',
      likelihood: 88,
      subject: each.id,
      title: `Node: ${each.name} starts a program without its instrumentation`,
      detail: why,
      cure: 'Load it first, by an argument of Node.',
      actions:
        each.file === undefined ? [] : [fileAction(each.kind === 'task' ? 'tasks.json' : 'launch.json', each.file)],
      snippets: [
        each.kind === 'task'
          ? { title: 'Set', text: `NODE_OPTIONS=--require ${HOOK}` }
          : { title: 'In launch.json', text: `"runtimeArgs": ["--require", "${HOOK}"]` },
      ],
    }));
}

/** Only what is plainly Node: a script of a package manager may do all that is needed. */
function startsNode({ kind, start }: Environment): boolean {
  if (!start) return false;
  if (kind === 'launch') return DEBUGGERS.test(start.type) && start.program !== '';
  return kind === 'task' && /^(?:node|tsx|ts-node)(?:\.exe)?(?:\s|$)/.test(start.program);
}

function isPreloaded(environment: Environment, facts: DoctorFacts): boolean {
  const words = [environment.start?.program ?? '', ...(environment.start?.words ?? [])].join(' ');
  const options = effective(environment, facts.environments).get('NODE_OPTIONS')?.value ?? '';
  return PRELOADS.test(words) || PRELOADS.test(options);
}
