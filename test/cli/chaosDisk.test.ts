import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../harness/processes.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { assertKept, Chance, findAll, Load } from './chaos.ts';
import { type Server, serve } from './program.ts';

const ROUNDS = process.env['SPANSIDE_LONG'] === undefined ? 3 : 50;
const MiB = 1024 * 1024;

describe('a disk that is full', () => {
  let isMounted = false;
  let server: Server | undefined;
  // Before the folder is removed, in which the disk is.
  afterEach(async () => {
    await server?.kill();
    server = undefined;
    if (isMounted) execFileSync('umount', [disk()]);
    isMounted = false;
  });

  const folder = temporaryFolder();
  const disk = () => join(folder(), 'disk');
  const store = () => join(disk(), 'store');
  const ballast = () => join(disk(), 'ballast');

  function mount(): boolean {
    mkdirSync(disk());
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk()], { stdio: 'pipe' });
      isMounted = true;
    } catch {
      console.log('SKIPPED: no small disk can be mounted here, so none is filled.');
    }
    return isMounted;
  }

  /** What the server says on its standard error. */
  function listen(to: Server): string[] {
    const lines: string[] = [];
    to.process.stderr?.on('data', chunk => lines.push(...String(chunk).split('\n').filter(Boolean)));
    return lines;
  }

  async function isTaken(load: Load, url: string): Promise<boolean> {
    return load.send(url).then(
      () => true,
      () => false,
    );
  }

  for (let round = 1; round <= ROUNDS; round++) {
    it(`S-07: takes nothing of what was acknowledged, and all goes on when there is room (${round} of ${ROUNDS})`, async function () {
      this.timeout(60_000);
      if (!mount()) return this.skip();
      const chance = new Chance();
      const load = new Load(chance);
      // Kept free for what the editor and the system need besides is nothing at all.
      writeFileSync(ballast(), Buffer.alloc(8 * MiB + chance.below(2 * MiB)));
      server = await serve(store());
      let said = listen(server);
      const { url } = server;
      const running = load.run(url, 1 + chance.below(4));
      await until('the disk is full', () => load.refused >= 5, 30_000, 20);
      await sleep(chance.below(1_500));
      if (chance.next() < 0.5) {
        await server.kill();
        await running;
        // Whether it can be opened on the full disk or not: it is there, or says what is the matter.
        server = await serve(store()).catch((error: Error) => {
          assert.match(error.message, /disk|space|full/i);
          return undefined;
        });
        rmSync(ballast());
        server ??= await serve(store());
        said = [];
      } else {
        load.stop();
        await running;
        assert.equal(said.length, 1, said.join('\n'));
        assert.match(said[0] ?? '', /disk is full/);
        rmSync(ballast());
      }
      const now = server.url;
      await until('it is accepted again', () => isTaken(load, now), 10_000, 100);
      for (let n = 0; n < 3; n++) assert.ok(await isTaken(load, now));
      assert.equal(await server.stop(), 0);
      server = undefined;
      assert.ok(said.length <= 1, said.join('\n'));
      const found = findAll(store());
      assert.deepEqual(found.warnings, []);
      assertKept(load, found);
    });
  }

  it('S-07: also as a limit on the size of a file, refuses what is too much and keeps what was acknowledged', async function () {
    this.timeout(30_000);
    if (process.platform === 'win32') return this.skip();
    const chance = new Chance();
    const load = new Load(chance);
    const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
    // In blocks of 512 bytes: neither a segment nor the log of the index can grow beyond 1 MiB.
    const script = `ulimit -f 2048; exec "$0" "$1" serve --port 0 --storage "$2"`;
    const child = spawn('/bin/sh', ['-c', script, process.execPath, cli, folder()], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit');
    try {
      const [line] = await once(child.stdout, 'data');
      const { endpoints } = JSON.parse(String(line)) as { endpoints: string[] };
      const said: string[] = [];
      child.stderr.on('data', chunk => said.push(String(chunk)));
      const running = load.run(endpoints[0] ?? '', 2);
      await until('no more fits', () => load.refused >= 5, 20_000, 20);
      load.stop();
      await running;
      await until('it is said', () => /cannot be stored|disk is full/.test(said.join('')));
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
    assert.ok(existsSync(join(folder(), 'spanside.db')));
    const found = findAll(folder());
    assert.deepEqual(found.warnings, []);
    assertKept(load, found);
  });
});
