import type { Variables } from './endpointVariable.ts';

/** The name of a platform in the files and settings of the editor. */
export type PlatformName = 'windows' | 'osx' | 'linux';

export function platformName(platform: NodeJS.Platform): PlatformName {
  return platform === 'win32' ? 'windows' : platform === 'darwin' ? 'osx' : 'linux';
}

/**
 * The environments that tasks set themselves. `tasks` is the content of a tasks.json, written by hand: the options of the
 * whole file and of each task, for every platform and for this one.
 */
export function taskEnvironments(tasks: unknown, platform: PlatformName): Variables[] {
  const list = recordOf(tasks)['tasks'];
  return [tasks, ...(Array.isArray(list) ? list : [])]
    .map(recordOf)
    .flatMap(task => [task, recordOf(task[platform])])
    .map(({ options }) => recordOf(recordOf(options)['env']));
}

/** The environments that terminal profiles set themselves. `profiles` is a setting: profiles by name. */
export function profileEnvironments(profiles: unknown): Variables[] {
  return Object.values(recordOf(profiles)).map(profile => recordOf(recordOf(profile)['env']));
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
