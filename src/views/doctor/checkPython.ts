import { checkPythonPackages } from './checkPythonPackages.ts';
import type { DoctorFacts, Environment } from './facts.ts';
import { type Finding, fileAction } from './finding.ts';
import { effective } from './variables.ts';

const section = 'languages' as const;
const WRAPPED_LATER = /opentelemetry-(?:distro|instrumentation)/;
const DEBUGGERS = /^(?:python|debugpy)$/;
const PYTHON =
  /(?:^|[\\/\s"'])(?:python|py|uvicorn|gunicorn|flask|streamlit|fastapi|pytest)(?:\d[\d.]*)?(?:\.exe)?(?:$|[\s"'])/;

/** Whether Python programs are started with what instruments them, and can be. */
export function checkPython(facts: DoctorFacts): Finding[] {
  return [...missingWrapper(facts), ...checkPythonPackages(facts)];
}

/** Packages for `opentelemetry-instrument` are there, no source sets tracing up, and a program is started without it. */
function missingWrapper(facts: DoctorFacts): Finding[] {
  const { manifests, sources, virtualEnvironments } = facts.workspace;
  const wants = manifests.find(({ language, text }) => language === 'python' && WRAPPED_LATER.test(text));
  const installed = virtualEnvironments.find(({ packages }) => packages.has('opentelemetry-distro'));
  if (!wants && !installed) return [];
  if (sources.some(({ language, setsUp }) => language === 'python' && setsUp)) return [];
  const where = wants?.name ?? installed?.name ?? '';
  const why = `${where} has the packages of opentelemetry-instrument, and no source sets tracing up: only that command does.`;
  const path = hookPath(facts);
  const starts = facts.environments.filter(each => startsPython(each));
  const bare = starts.filter(each => !isWrapped(each, facts));
  if (starts.length === 0) {
    return [
      {
        id: 'python.wrapper',
        section,
        severity: 'info',
        likelihood: 55,
        title: 'Python: programs have to be started with opentelemetry-instrument',
        detail: why,
        cure: 'Put opentelemetry-instrument before the command.',
        snippets: [{ title: 'Run', text: 'opentelemetry-instrument python app.py' }],
      },
    ];
  }
  return bare.map(each => ({
    id: 'python.wrapper',
    section,
    severity: 'problem',
    likelihood: 88,
    subject: each.id,
    title: `Python: ${each.name} starts a program without opentelemetry-instrument`,
    detail: why,
    cure:
      each.kind === 'task'
        ? 'Put opentelemetry-instrument before its command.'
        : 'Give it the variable below, which loads what the command would load.',
    actions:
      each.file === undefined ? [] : [fileAction(each.kind === 'task' ? 'tasks.json' : 'launch.json', each.file)],
    snippets: [
      each.kind === 'task'
        ? { title: 'Run', text: `opentelemetry-instrument ${plainCommand(each)}` }
        : { title: 'In launch.json', text: `"env": { "PYTHONPATH": ${JSON.stringify(path)} }` },
    ],
  }));
}

/** Arguments are not shown: they may hold secrets. */
const PLAIN_COMMAND = /^[\w./\\:-]+(?:\s+(?:-m\s+[\w.]+|[\w./\\:-]+\.py))?$/;

function plainCommand({ start }: Environment): string {
  const command = start?.program.trim() ?? '';
  return PLAIN_COMMAND.test(command) ? command : 'python app.py';
}

function startsPython({ kind, start }: Environment): boolean {
  if (!start) return false;
  if (kind === 'launch') return DEBUGGERS.test(start.type);
  return kind === 'task' && PYTHON.test([start.program, ...start.words].join(' '));
}

function isWrapped(environment: Environment, facts: DoctorFacts): boolean {
  const words = [environment.start?.program ?? '', ...(environment.start?.words ?? [])];
  if (words.some(word => /opentelemetry|ddtrace|logfire/.test(word))) return true;
  return /auto_instrumentation/.test(effective(environment, facts.environments).get('PYTHONPATH')?.value ?? '');
}

/** The folder that `opentelemetry-instrument` puts on PYTHONPATH. */
function hookPath({ workspace }: DoctorFacts): string {
  const { virtualEnvironments: all } = workspace;
  const environment = all.find(({ packages }) => packages.has('opentelemetry-instrumentation')) ?? all[0];
  const base =
    environment?.sitePackages.replaceAll('\\', '/') ?? `\${workspaceFolder}/.venv/lib/python3.13/site-packages`;
  return `${base}/opentelemetry/instrumentation/auto_instrumentation`;
}
