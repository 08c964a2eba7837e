import assert from 'node:assert/strict';
import { type DebugConfigurationLike, envFilesOf, withVariables } from '../../../src/environment/debugConfiguration.ts';
import { HEADERS_VARIABLE, ENDPOINT_VARIABLE as KEY } from '../../../src/environment/endpointVariable.ts';

const URL = 'http://127.0.0.1:5000';

describe('the endpoint in a debug configuration', () => {
  const cases: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['a program without an environment', {}, { env: { [KEY]: URL } }],
    ['the variables of the user stay', { env: { A: '1' } }, { env: { [KEY]: URL, A: '1' } }],
    ['the endpoint of the user stays', { env: { [KEY]: 'http://x' } }, { env: { [KEY]: 'http://x' } }],
    ['an empty endpoint of the user stays', { env: { [KEY]: '' } }, { env: { [KEY]: '' } }],
    [
      'an endpoint for traces alone stays alone',
      { env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://x' } },
      { env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://x' } },
    ],
    ['an endpoint taken away with null is absent', { env: { [KEY]: null } }, { env: { [KEY]: null } }],
    ['a program that is attached to', { request: 'attach' }, {}],
    ['a child session of the JavaScript debugger', { __pendingTargetId: 'abc' }, {}],
    ['a list of lines', { env: ['A=1'] }, { env: [`${KEY}=${URL}`, 'A=1'] }],
    ['a list of lines that names it', { env: [`${KEY}=x`] }, { env: [`${KEY}=x`] }],
    ['an environment that is no object', { env: 'A=1' }, { env: 'A=1' }],
    ['the C++ debugger', { type: 'cppdbg' }, { environment: [{ name: KEY, value: URL }] }],
    [
      'the C++ debugger with variables',
      { type: 'cppvsdbg', environment: [{ name: 'A', value: '1' }] },
      {
        environment: [
          { name: KEY, value: URL },
          { name: 'A', value: '1' },
        ],
      },
    ],
    [
      'the C++ debugger with an endpoint',
      { type: 'cppdbg', environment: [{ name: KEY, value: 'x' }] },
      { environment: [{ name: KEY, value: 'x' }] },
    ],
  ];
  for (const [what, config, expected] of cases) {
    it(what, () => {
      const whole = { type: 'pwa-node', request: 'launch', name: 'Run', ...config };
      const before = structuredClone(whole);
      const after = withVariables(whole, new Map([[KEY, URL]]));
      assert.deepEqual(after, { ...whole, ...expected });
      assert.deepEqual(whole, before, 'the configuration given must not be changed');
    });
  }

  it('lets the variables of the user win by their order too', () => {
    const { env } = withVariables({ type: 'debugpy', request: 'launch', env: { A: '1' } }, new Map([[KEY, URL]]));
    assert.deepEqual(Object.keys(env as object), [KEY, 'A']);
  });

  const both = new Map([
    [KEY, URL],
    [HEADERS_VARIABLE, 'x-spanside-token=t'],
  ]);
  it('adds the token too, except where the program sends headers of its own or to another place', () => {
    const launch: DebugConfigurationLike = { type: 'pwa-node', request: 'launch' };
    assert.deepEqual(withVariables(launch, both)['env'], Object.fromEntries(both));
    const own = { [HEADERS_VARIABLE]: 'a=b' };
    assert.deepEqual(withVariables({ ...launch, env: own }, both)['env'], { [KEY]: URL, ...own });
    const elsewhere = { ...launch, env: { [KEY]: 'https://vendor.example' } };
    assert.equal(withVariables(elsewhere, both), elsewhere);
  });

  it('finds the files of variables, one or several', () => {
    const config = { type: 'debugpy', request: 'launch' };
    assert.deepEqual(envFilesOf(config), []);
    assert.deepEqual(envFilesOf({ ...config, envFile: '/a/.env' }), ['/a/.env']);
    assert.deepEqual(envFilesOf({ ...config, envFile: ['/a/.env', '', 3] }), ['/a/.env']);
  });
});
