import assert from 'node:assert/strict';
import { decides } from '../../../src/environment/endpointVariable.ts';
import { platformName, profileEnvironments, taskEnvironments } from '../../../src/environment/ownEnvironments.ts';

const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://10.0.0.1:4318' };
const traces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://10.0.0.1:4318/v1/traces' };

describe('tasks with an environment of their own', () => {
  const cases: [string, unknown, boolean][] = [
    ['the options of the file', { options: { env } }, true],
    ['the options of the file for this platform', { linux: { options: { env } } }, true],
    ['the options of the file for another platform', { osx: { options: { env } } }, false],
    ['a task', { tasks: [{ label: 'build' }, { label: 'run', options: { env } }] }, true],
    ['a task by the variable of traces', { tasks: [{ options: { env: traces } }] }, true],
    ['a task on this platform', { tasks: [{ linux: { options: { env } } }] }, true],
    ['a task on another platform', { tasks: [{ windows: { options: { env } } }] }, false],
    ['a task with other variables', { tasks: [{ options: { env: { OTEL_SERVICE_NAME: 'x' } } }] }, false],
    ['a file without tasks', {}, false],
    ['no file', undefined, false],
    ['mistakes', { tasks: [null, 'run', { options: 1 }, { options: { env: null } }, []], options: [] }, false],
    ['tasks that are no list', { tasks: { options: { env } } }, false],
  ];
  for (const [what, tasks, expected] of cases) {
    it(`${what} ${expected ? 'decides' : 'does not decide'}`, () =>
      assert.equal(taskEnvironments(tasks, 'linux').some(decides), expected));
  }
});

describe('terminal profiles with an environment of their own', () => {
  const cases: [string, unknown, boolean][] = [
    ['one of several', { bash: { path: 'bash' }, otel: { path: 'bash', env } }, true],
    ['one that was taken away', { bash: null }, false],
    ['one that unsets it', { bash: { env: { OTEL_EXPORTER_OTLP_ENDPOINT: null } } }, false],
    ['none', undefined, false],
  ];
  for (const [what, profiles, expected] of cases) {
    it(`${what} ${expected ? 'decides' : 'does not decide'}`, () =>
      assert.equal(profileEnvironments(profiles).some(decides), expected));
  }
});

it('platforms have the names that settings use', () => {
  assert.deepEqual((['win32', 'darwin', 'linux', 'freebsd'] as const).map(platformName), [
    'windows',
    'osx',
    'linux',
    'linux',
  ]);
});
