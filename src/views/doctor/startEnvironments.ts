import { parseEnvFile } from './envFile.ts';
import type { StartCommand } from './facts.ts';

type Entries = Readonly<Record<string, unknown>>;

/** What a launch configuration or a task, written by hand, says of the program it starts. */
export interface Start {
  name: string;
  own: Map<string, string>;
  /** As they are written; `${workspaceFolder}` is not replaced. */
  envFiles: string[];
  start: StartCommand;
}

/** The launch configurations of a launch.json; those that only attach start no program. */
export function launchStarts(configurations: unknown, platform: 'windows' | 'osx' | 'linux'): Start[] {
  return listOf(configurations)
    .map(recordOf)
    .filter(({ request }) => request !== 'attach')
    .map(whole => {
      const configuration = { ...whole, ...recordOf(whole[platform]) };
      const env = recordOf(whole['env']);
      return {
        name: textOf(configuration['name']) || textOf(configuration['type']) || 'without a name',
        own: new Map([
          ...variablesOf(configuration['environment']),
          ...variablesOf(env),
          ...variablesOf(configuration['env']),
        ]),
        envFiles: [configuration['envFile']]
          .flat()
          .filter((file): file is string => typeof file === 'string' && file !== ''),
        start: {
          type: textOf(configuration['type']),
          program: textOf(configuration['program']) || textOf(configuration['module']),
          words: [
            'module',
            'runtimeExecutable',
            'runtimeArgs',
            'args',
            'vmArgs',
            'pythonArgs',
            'command',
            'python',
          ].flatMap(key => wordsOf(configuration[key])),
        },
      };
    });
}

/** The tasks of a tasks.json, with the options that hold for all of them. */
export function taskStarts(tasks: unknown, platform: 'windows' | 'osx' | 'linux'): Start[] {
  const file = recordOf(tasks);
  const shared = [file, recordOf(file[platform])].flatMap(each => environmentOf(each));
  return listOf(file['tasks'])
    .map(recordOf)
    .map(whole => {
      const task = { ...whole, ...recordOf(whole[platform]) };
      return {
        name: textOf(task['label']) || textOf(task['script']) || programIn(textOf(task['command'])) || 'without a name',
        own: new Map([...shared, ...environmentOf(whole), ...environmentOf(recordOf(whole[platform]))]),
        envFiles: [],
        start: { type: textOf(task['type']), program: textOf(task['command']), words: wordsOf(task['args']) },
      };
    });
}

/** The program that a command line begins with, unless a variable is set before it: its arguments may hold secrets. */
function programIn(command: string): string {
  const [first = ''] = command.trim().split(/\s/, 1);
  return first.includes('=') ? '' : first;
}

function environmentOf(task: Entries): [string, string][] {
  return variablesOf(recordOf(task['options'])['env']);
}

/** Variables as debuggers take them: an object, a list of `{ name, value }`, or a list of `NAME=value`. */
export function variablesOf(env: unknown): [string, string][] {
  if (Array.isArray(env)) {
    return env.flatMap(item => {
      if (typeof item === 'string') return [...parseEnvFile(item)];
      const { name, value } = recordOf(item);
      return typeof name === 'string' ? [[name, textOf(value)] as [string, string]] : [];
    });
  }
  // `null` takes a variable away, which is as good as an empty one here.
  return Object.entries(recordOf(env)).map(([name, value]) => [name, textOf(value)]);
}

function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return listOf(value).map(each => (typeof each === 'string' ? each : textOf(recordOf(each)['value'])));
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordOf(value: unknown): Entries {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Entries) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}
