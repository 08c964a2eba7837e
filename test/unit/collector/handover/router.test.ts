import assert from 'node:assert/strict';
import fc from 'fast-check';
import { WorkspaceFolders } from '../../../../src/collector/handover/folders.ts';
import { joined, piecesOf } from '../../../../src/collector/handover/pieces.ts';
import { Router, type ServiceOwner } from '../../../../src/collector/handover/router.ts';
import { type AttributeValue, decodeMessage, logs, metrics, resource, traces } from './requests.ts';

const FOLDERS = new WorkspaceFolders(
  [
    { path: '/code/here', window: undefined },
    { path: '/code/b', window: 'b' },
    { path: '/code/c', window: 'c' },
  ],
  false,
);

function router(owner: ServiceOwner = () => undefined): Router {
  const made = new Router(owner);
  made.use(FOLDERS);
  return made;
}

const windowsOf = async (made: Router, signal: 'traces' | 'logs' | 'metrics', body: Uint8Array) =>
  (await made.split(signal, body)).map(({ window }) => window ?? 'here');

describe('the window of a resource', () => {
  const evidence: [what: string, attributes: Record<string, AttributeValue>, window: string][] = [
    ['its working directory', { 'process.working_directory': '/code/b/server' }, 'b'],
    ['its script', { 'process.command_args': ['/usr/bin/node', '--inspect', '/code/c/server.js'] }, 'c'],
    ['a script after an equals sign', { 'process.command_args': ['python', '--app=/code/b/app.py'] }, 'b'],
    ['its class path', { 'process.command_args': ['java', '-cp', '/opt/x.jar:/code/c/target', 'Main'] }, 'c'],
    ['its program', { 'process.executable.path': '/code/b/.venv/bin/python3' }, 'b'],
    ['its command', { 'process.command': '/code/c/main.js' }, 'c'],
    ['its command line', { 'process.command_line': 'java -jar "/code/b/my app/app.jar" --port 1' }, 'b'],
    [
      'the directory rather than the program',
      {
        'process.working_directory': '/code/b',
        'process.executable.path': '/code/c/node',
      },
      'b',
    ],
    ['this window', { 'process.working_directory': '/code/here/x' }, 'here'],
    ['no folder', { 'process.working_directory': '/elsewhere' }, 'here'],
    ['nothing', {}, 'here'],
    ['a value of another type', { 'process.working_directory': 7 }, 'here'],
    ['a relative script', { 'process.command_args': ['node', 'work/b/a.js'] }, 'here'],
    ['an unrelated attribute', { 'app.root': '/code/b' }, 'here'],
  ];
  for (const [what, attributes, window] of evidence) {
    it(`by ${what}: ${window}`, async () => {
      for (const [signal, body] of [
        ['traces', traces([resource(attributes)])],
        ['logs', logs([resource(attributes)])],
        ['metrics', metrics([resource(attributes)])],
      ] as const) {
        assert.deepEqual(await windowsOf(router(), signal, body), [window]);
      }
    });
  }

  const code: [what: string, span: object, window: string][] = [
    ['a path of today', { attributes: { 'code.file.path': '/code/b/src/a.ts' } }, 'b'],
    ['a path of the former name', { attributes: { 'code.filepath': '/code/c/a.py' } }, 'c'],
    ['a stack trace', { attributes: { 'code.stacktrace': 'at a (/code/b/a.ts:1:2)' } }, 'b'],
    ['an exception', { events: [{ attributes: { 'exception.stacktrace': 'E\n  File "/code/c/a.py", line 1' } }] }, 'c'],
    ['a path elsewhere', { attributes: { 'code.file.path': '/usr/lib/node/a.js' } }, 'here'],
  ];
  for (const [what, span, window] of code) {
    it(`by ${what} of its spans: ${window}`, async () => {
      assert.deepEqual(await windowsOf(router(), 'traces', traces([{ ...resource({}), spans: [span] }])), [window]);
    });
  }

  it('by the code of log records', async () => {
    const record = { attributes: { 'code.file.path': '/code/b/a.ts' } };
    assert.deepEqual(await windowsOf(router(), 'logs', logs([{ ...resource({}), spans: [record] }])), ['b']);
  });

  it('by the first of its arguments, however many paths these have', async () => {
    const many = Array.from({ length: 64 }, () => `${'/:'.repeat(2_000)} `.repeat(4));
    const body = traces([resource({ 'process.command_args': ['/code/b/app.js', ...many] })]);
    assert.deepEqual(await windowsOf(router(), 'traces', body), ['b']);
  });

  it('by the code of its first spans only, and only so many bytes of them', async () => {
    const found = { attributes: { 'code.file.path': '/code/b/a.ts' } };
    const plain = Array.from({ length: 16 }, () => ({}));
    assert.deepEqual(await windowsOf(router(), 'traces', traces([{ ...resource({}), spans: [...plain, found] }])), [
      'here',
    ]);
    const large = { attributes: { text: 'x'.repeat(70_000) } };
    assert.deepEqual(await windowsOf(router(), 'traces', traces([{ ...resource({}), spans: [large, found] }])), [
      'here',
    ]);
    assert.deepEqual(await windowsOf(router(), 'traces', traces([{ ...resource({}), spans: [{}, found] }])), ['b']);
  });

  it('stays what the code told last, where later spans tell nothing', async () => {
    const made = router();
    const program = resource({ 'service.name': 'x', 'process.pid': 7 });
    const found = { attributes: { 'code.file.path': '/code/b/a.ts' } };
    assert.deepEqual(await windowsOf(made, 'traces', traces([{ ...program, spans: [found] }])), ['b']);
    assert.deepEqual(await windowsOf(made, 'traces', traces([{ ...program, spans: [{}] }])), ['b']);
    const other = resource({ 'service.name': 'x', 'process.pid': 8 });
    assert.deepEqual(await windowsOf(made, 'traces', traces([{ ...other, spans: [{}] }])), ['here']);
    made.use(FOLDERS);
    assert.deepEqual(await windowsOf(made, 'traces', traces([{ ...program, spans: [{}] }])), ['here']);
  });

  it('by its name, where nothing else tells and only one window knows it', async () => {
    const asked: string[] = [];
    const made = router(async service => {
      asked.push(service);
      return service === 'mail' ? 'c' : undefined;
    });
    const named = (name: string, more = {}) => traces([resource({ 'service.name': name, ...more })]);
    assert.deepEqual(await windowsOf(made, 'traces', named('mail')), ['c']);
    assert.deepEqual(await windowsOf(made, 'traces', named('shop')), ['here']);
    assert.deepEqual(await windowsOf(made, 'traces', named('mail', { 'process.working_directory': '/code/here' })), [
      'here',
    ]);
    assert.deepEqual(await windowsOf(made, 'traces', named('unknown_service:node')), ['here']);
    assert.deepEqual(await windowsOf(made, 'traces', named('')), ['here']);
    assert.deepEqual(asked, ['mail', 'shop']);
  });
});

describe('a request of several windows', () => {
  it('stays here as a whole where it has resources without end', async () => {
    const far = resource({ 'process.working_directory': '/code/b' });
    for (const [count, expected] of [
      [10_000, ['b']],
      [10_001, ['here']],
    ] as const) {
      const body = traces(Array.from({ length: count }, () => far));
      assert.deepEqual(await windowsOf(router(), 'traces', body), expected);
    }
  });

  it('is split by resource; the parts hold every byte once and in order', async () => {
    const places = ['/code/b', '/code/here', '/code/c', '/nowhere', '/code/b/x'];
    const body = traces(places.map(place => resource({ 'process.working_directory': place })));
    const parts = await router().split('traces', body);
    assert.deepEqual(
      parts.map(({ window }) => window),
      ['b', undefined, 'c'],
    );
    const pieces = piecesOf(body).resources.map(({ whole }) => joined(body, [whole]));
    const [one, two, three, four, five] = pieces as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    assert.deepEqual(
      parts.map(part => Buffer.from(part.body)),
      [Buffer.concat([one, five]), Buffer.concat([two, four]), Buffer.from(three)],
    );
    const whole = decodeMessage('traces', body);
    const again = parts.flatMap(part => decodeMessage('traces', part.body));
    assert.equal(again.length, whole.length);
    for (const item of whole) assert.ok(again.some(other => JSON.stringify(other) === JSON.stringify(item)));
  });

  it('of one window is the request itself, whoever that is', async () => {
    for (const place of ['/code/b', '/code/here']) {
      const body = traces([1, 2].map(() => resource({ 'process.working_directory': place })));
      const [part, ...others] = await router().split('traces', body);
      assert.equal(part?.body, body);
      assert.deepEqual(others, []);
    }
  });

  it('keeps fields that nobody knows, once', async () => {
    const unknown = Buffer.from([0xfa, 0x3f, 3, 1, 2, 3]);
    const body = Buffer.concat([
      traces([resource({ 'process.working_directory': '/code/b' })]),
      unknown,
      traces([resource({})]),
    ]);
    const parts = await router().split('traces', body);
    const holding = parts.filter(part => Buffer.from(part.body).includes(unknown));
    assert.deepEqual(
      holding.map(({ window }) => window),
      [undefined],
    );
    assert.equal(
      parts.reduce((sum, part) => sum + part.body.length, 0),
      body.length,
    );
  });

  it('takes fields side by side that nobody knows as one', () => {
    const unknown = new Uint8Array(1_000).map((_, i) => (i % 2 === 0 ? 0x7a : 0));
    const known = Uint8Array.of(10, 0);
    const { others } = piecesOf(Buffer.concat([unknown, known, unknown]));
    assert.deepEqual(others, [
      { offset: 0, length: 1_000 },
      { offset: 1_002, length: 1_000 },
    ]);
  });

  it('whatever it holds, its parts together are its pieces', async () => {
    const place = fc.constantFrom('/code/b', '/code/c/x', '/code/here', '/nowhere', '');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(place, fc.nat(3))), async list => {
        const resources = list.map(([path, spans]) => ({
          ...resource({ 'process.working_directory': path }),
          spans: Array.from({ length: spans }, () => ({})),
        }));
        const body = traces(resources);
        const parts = await router().split('traces', body);
        const pieces = (bytes: Uint8Array) =>
          piecesOf(bytes).resources.map(({ whole }) => Buffer.from(joined(bytes, [whole])).toString('hex'));
        assert.deepEqual(parts.flatMap(part => pieces(part.body)).sort(), pieces(body).sort());
        assert.equal(new Set(parts.map(({ window }) => window)).size, parts.length);
      }),
      { numRuns: 100 },
    );
  });

  it('that is cut off anywhere is malformed or one part, and nothing else', async () => {
    const body = traces([
      { ...resource({ 'process.working_directory': '/code/b' }), spans: [{ attributes: { 'code.file.path': '/x' } }] },
      { ...resource({ 'service.name': 'a' }), spans: [{ events: [{ attributes: { a: 'b' } }] }] },
    ]);
    for (let length = 0; length < body.length; length++) {
      try {
        const parts = await router().split('traces', body.subarray(0, length));
        assert.equal(
          parts.reduce((sum, part) => sum + part.body.length, 0),
          length,
        );
      } catch (error) {
        assert.equal((error as Error).name, 'MalformedError', String(error));
      }
    }
  });
});
