import path from 'node:path';
import { parseEnvFile } from './envFile.ts';
import type { Environment } from './facts.ts';
import { launchStarts, type Start, taskStarts, variablesOf } from './startEnvironments.ts';
import { isOfInterest } from './variables.ts';

export type PlatformName = 'windows' | 'osx' | 'linux';

/** Everything that may set variables, as it is written or was read. */
export interface EnvironmentSources {
  platform: PlatformName;
  /** Of the editor's own process. */
  editor: Readonly<Record<string, string | undefined>>;
  /** The setting `terminal.integrated.env.*`. */
  terminals: unknown;
  /** The setting `terminal.integrated.profiles.*`: profiles by name. */
  profiles: unknown;
  folders: {
    folder: string;
    /** The configurations of launch.json. */
    launch: unknown;
    /** The content of tasks.json. */
    tasks: unknown;
  }[];
  /** Env files, those that configurations name among them. */
  files: { file: string; name: string; text: string }[];
  /** Terminals that are open; without an environment where the system does not show it. */
  open: { name: string; env: ReadonlyMap<string, string> | undefined }[];
}

const EDITOR = 'editor';
const TERMINALS = 'terminals';

/** The places that set variables of interest, or start a program, each with what its programs inherit. */
export function assembleEnvironments(sources: EnvironmentSources): Environment[] {
  const { platform, folders } = sources;
  const editor: Environment = {
    id: EDITOR,
    kind: 'editor',
    name: 'the environment the editor was started with',
    own: interesting(
      Object.entries(sources.editor).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    inherits: [],
  };
  const terminals: Environment = {
    id: TERMINALS,
    kind: 'terminals',
    name: 'the settings of terminals',
    own: interesting(variablesOf(sources.terminals)),
    inherits: [EDITOR],
    setting: `terminal.integrated.env.${platform}`,
  };
  const files = sources.files.map(
    ({ file, name, text }): Environment => ({
      id: fileId(file),
      kind: 'file',
      name: `the file ${name}`,
      own: interesting([...parseEnvFile(text)]),
      inherits: [EDITOR],
      file,
    }),
  );
  const known = new Set(files.map(({ id }) => id));
  const started = folders.flatMap(({ folder, launch, tasks }, at) => [
    ...launchStarts(launch, platform).map((start, i) => launchEnvironment(start, folder, `launch ${at} ${i}`, known)),
    ...taskStarts(tasks, platform).map((start, i) => taskEnvironment(start, folder, `task ${at} ${i}`)),
  ]);
  return [editor, terminals, ...profiles(sources), ...files, ...started, ...openTerminals(sources, editor, terminals)];
}

/** Env files that configurations name, whether or not they lie in the workspace. */
export function envFilesNamed({ folders, platform }: Pick<EnvironmentSources, 'folders' | 'platform'>): string[] {
  return folders.flatMap(({ folder, launch }) =>
    launchStarts(launch, platform).flatMap(({ envFiles }) => envFiles.map(file => absolute(file, folder))),
  );
}

function launchEnvironment(start: Start, folder: string, id: string, known: ReadonlySet<string>): Environment {
  const { type } = start.start;
  // The Python extension reads this one for every program it starts.
  const usual = /^(?:python|debugpy)$/.test(type) ? [path.join(folder, '.env')] : [];
  const named = start.envFiles.map(file => absolute(file, folder));
  const files = (named.length > 0 ? named : usual).map(fileId).filter(file => known.has(file));
  return {
    id,
    kind: 'launch',
    name: `the launch configuration "${start.name}"`,
    own: interesting([...start.own]),
    inherits: [EDITOR, ...files],
    file: path.join(folder, '.vscode', 'launch.json'),
    start: start.start,
  };
}

function taskEnvironment(start: Start, folder: string, id: string): Environment {
  return {
    id,
    kind: 'task',
    name: `the task "${start.name}"`,
    own: interesting([...start.own]),
    inherits: [EDITOR, TERMINALS],
    file: path.join(folder, '.vscode', 'tasks.json'),
    start: start.start,
  };
}

function profiles({ profiles, platform }: EnvironmentSources): Environment[] {
  const list = typeof profiles === 'object' && profiles !== null ? Object.entries(profiles) : [];
  return list.flatMap(([name, profile]) => {
    const env = typeof profile === 'object' && profile !== null && 'env' in profile ? profile.env : undefined;
    const own = interesting(variablesOf(env));
    if (own.size === 0) return [];
    return [
      {
        id: `profile ${name}`,
        kind: 'profile' as const,
        name: `the terminal profile "${name}"`,
        own,
        inherits: [EDITOR, TERMINALS],
        setting: `terminal.integrated.profiles.${platform}`,
      },
    ];
  });
}

/** Only what differs from what every terminal gets: the rest is said where it is set. */
function openTerminals({ open }: EnvironmentSources, ...below: Environment[]): Environment[] {
  const given = new Map(below.flatMap(({ own }) => [...own]));
  return open.flatMap(({ name, env }, at) => {
    if (env === undefined) return [];
    const own = interesting([...env].filter(([key, value]) => given.get(key) !== value));
    return [
      {
        id: `terminal ${at} ${name}`,
        kind: 'terminal' as const,
        name: `the terminal "${name}"`,
        own,
        inherits: [EDITOR, TERMINALS],
      },
    ];
  });
}

function interesting(entries: readonly (readonly [string, string])[] | string[][]): Map<string, string> {
  return new Map((entries as [string, string][]).filter(([name]) => isOfInterest(name)));
}

function absolute(file: string, folder: string): string {
  return path.resolve(
    folder,
    file.replace(/\$\{workspace(?:Folder|Root)(?::[^}]*)?\}/g, () => folder),
  );
}

function fileId(file: string): string {
  return `file ${path.normalize(file)}`;
}
