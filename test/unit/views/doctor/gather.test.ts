import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import {
  findHolder,
  listeningInodes,
  parseLsof,
  parseNetstat,
  programOf,
  systemProgram,
} from '../../../../src/receiver/portHolder.ts';
import { parseEnvFile } from '../../../../src/views/doctor/envFile.ts';
import { environmentOfProcess } from '../../../../src/views/doctor/processEnvironment.ts';
import { readStart } from '../../../../src/views/doctor/readStart.ts';
import { scanWorkspace } from '../../../../src/views/doctor/scanWorkspace.ts';
import { temporaryFolder } from '../../../harness/temporary.ts';

describe('doctor: env files', () => {
  const LINES: [string, string | undefined][] = [
    ['A=1', '1'],
    ['export A=1', '1'],
    ['  A = 1 ', '1'],
    ['A="x # y" # z', 'x # y'],
    ["A='x'", 'x'],
    ['A=x#y', 'x#y'],
    ['A=x # y', 'x'],
    ['A=# y', ''],
    ['A=', ''],
    ['# A=1', undefined],
    ['A', undefined],
    ['__proto__=1', undefined],
  ];
  for (const [line, value] of LINES) it(line, () => assert.equal(parseEnvFile(line).get('A'), value));
  // The first of these once took more than a minute.
  for (const text of [`A=${' '.repeat(250_000)}x\u2028`, `A=x${' #'.repeat(125_000)}\u2028`, ' '.repeat(250_000)]) {
    it(`reads ${JSON.stringify(text.slice(0, 6))}… in time`, () => {
      const begin = performance.now();
      parseEnvFile(text);
      assert.ok(performance.now() - begin < 1_000);
    });
  }
  it('takes the last of several, over all kinds of line ends', () =>
    assert.equal(parseEnvFile('A=1\r\nA=2\n').get('A'), '2'));
});

describe('doctor: programs of Windows', () => {
  it('are named by where they lie', () => {
    assert.equal(systemProgram('netstat', 'D:\\Windows'), 'D:\\Windows\\System32\\netstat.exe');
    assert.match(systemProgram('tasklist'), /^[A-Z]:\\\w+\\System32\\tasklist\.exe$/i);
  });
});

describe('doctor: a file that a configuration names', () => {
  const folder = temporaryFolder();
  it('is read as far as it need be', async () => {
    const file = path.join(folder(), 'large.env');
    writeFileSync(file, `A=1\n${'#'.repeat(1024 * 1024)}`);
    const text = await readStart(file);
    assert.equal(text?.slice(0, 4), 'A=1\n');
    assert.equal(text?.length, 256 * 1024);
  });
  it('is not read where it is none, or one that never ends', async () => {
    const pipe = path.join(folder(), 'pipe');
    if (process.platform !== 'win32') execFileSync('mkfifo', [pipe]);
    for (const file of [folder(), path.join(folder(), 'absent'), pipe, '/dev/zero']) {
      assert.equal(await readStart(file), undefined, file);
    }
  });
});

describe('doctor: a look through the workspace', () => {
  const folder = temporaryFolder();
  const write = (name: string, text = '') => {
    const file = path.join(folder(), name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };

  it('finds manifests, sources, env files and what is installed, not what is left out', async () => {
    write('package.json', '{}');
    write('api/requirements-dev.txt', 'flask');
    write('node_modules/x/package.json', '{}');
    write('src/telemetry.ts', "import '@opentelemetry/api';\nnew NodeSDK();");
    write('src/plain.ts', 'new NodeSDK();');
    write('api/main.py', 'from opentelemetry import trace\natexit.register(stop)');
    write('.env', 'A=1');
    write('api/local.env', 'B=2');
    write('.env.example', 'C=3');
    write('.env.production.local', 'C=3');
    write('api/.venv/pyvenv.cfg');
    write('api/.venv/lib/python3.13/site-packages/Foo_Bar.baz-1.2b0.dist-info/METADATA');
    write('api/.venv/lib/python3.13/site-packages/foo/__init__.py');
    symlinkSync(folder(), path.join(folder(), 'round'));
    const { manifests, sources, envFiles, virtualEnvironments, isPartial } = await scanWorkspace([folder()]);
    assert.deepEqual(
      manifests.map(({ language, name }) => [language, name]),
      [
        ['node', 'package.json'],
        ['python', 'api/requirements-dev.txt'],
      ],
    );
    assert.deepEqual(
      sources.map(({ name, setsUp, flushes }) => [name, setsUp, flushes]),
      [
        ['api/main.py', false, true],
        ['src/telemetry.ts', true, false],
      ],
    );
    assert.deepEqual(
      envFiles.map(({ name, text }) => [name, text]),
      [
        ['.env', 'A=1'],
        ['api/local.env', 'B=2'],
      ],
    );
    assert.deepEqual(
      virtualEnvironments.map(({ name, packages }) => [name, [...packages]]),
      [['api/.venv', [['foo-bar-baz', '1.2b0']]]],
    );
    assert.equal(isPartial, false);
  });

  it('ends in a workspace of any size, and says so', async () => {
    for (let i = 0; i < 450; i++) mkdirSync(path.join(folder(), `f${i}`));
    assert.equal((await scanWorkspace([folder()])).isPartial, true);
  });

  it('finds nothing in a folder that is not there', async () => {
    assert.deepEqual((await scanWorkspace([path.join(folder(), 'no')])).manifests, []);
  });
});

describe('doctor: who has a port', () => {
  it('finds this process', async function () {
    if (process.platform === 'win32') this.skip();
    const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const holder = await findHolder(port);
    server.close();
    assert.equal(holder.pid, process.pid);
    assert.equal(holder.isSpanside, false);
    assert.ok(holder.program);
  });

  it('knows nobody where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    assert.deepEqual(await findHolder(port), { port, isSpanside: false });
  });

  const PROGRAMS: [string[], string][] = [
    [['/usr/bin/otelcol', '--config', 'x'], 'otelcol'],
    [['node', '/srv/viewer.js', '--token=hunter2'], 'node viewer.js'],
    [['/usr/bin/python3.13', '-c', 'secret'], 'python3.13'],
    [['python3', '-mhttp.server'], 'python3'],
    [[''], ''],
  ];
  for (const [line, name] of PROGRAMS) it(`names ${line.join(' ')}`, () => assert.equal(programOf(line), name));

  it('reads the table of the kernel', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:10DE 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0',
      '   1: 0100007F:10DE 0100007F:9999 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0 20 4 30 10 -1',
      '   2: 0100007F:10DF 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4713 1 0 100 0 0 10 0',
    ].join('\n');
    assert.deepEqual(listeningInodes(table, 4318), ['4711']);
  });

  it('reads lsof', () => {
    assert.deepEqual(parseLsof('p812\ncotelcol\nf7\n'), { pid: 812, program: 'otelcol' });
    assert.equal(parseLsof(''), undefined);
  });

  it('reads netstat in any language', () => {
    const output = [
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    127.0.0.1:4318         127.0.0.1:50000        HERGESTELLT      999',
      '  TCP    127.0.0.1:43180        0.0.0.0:0              ABHÖREN          998',
      '  TCP    127.0.0.1:4318         0.0.0.0:0              ABHÖREN          4242',
    ].join('\r\n');
    assert.equal(parseNetstat(output, 4318), 4242);
    assert.equal(parseNetstat(output, 4317), undefined);
  });
});

describe('doctor: the environment of a process', () => {
  it('is the one it was started with', async function () {
    if (process.platform !== 'linux') this.skip();
    assert.ok((await environmentOfProcess(process.pid))?.has('PATH'));
    assert.equal(await environmentOfProcess(2 ** 30), undefined);
  });
});
