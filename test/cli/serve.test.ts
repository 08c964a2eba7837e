import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { spanId, traceId, traceRequest } from '../harness/requests.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { post, serve, spanside } from './program.ts';

describe('spanside serve', () => {
  const folder = temporaryFolder();

  it('says where it listens, answers on both address families, and ends with 0 when asked to', async () => {
    const server = await serve(folder());
    assert.equal(server.storage, folder());
    const { port } = new URL(server.url);
    await post(server.url, traceRequest([{ spanId: spanId(1) }]));
    await post(`http://[::1]:${port}`, traceRequest([{ spanId: spanId(2) }]));
    assert.equal(await server.stop(), 0);
    const { out } = await spanside(['traces', '--json', '--storage', folder()]);
    assert.equal(JSON.parse(out).spanCount, 2);
  });

  it('says what to do when the port or the store is taken', async () => {
    const server = await serve(folder());
    const { port } = new URL(server.url);
    const samePort = await spanside(['serve', '--port', port, '--storage', `${folder()}-other`]);
    assert.equal(samePort.code, 1);
    assert.match(samePort.err, new RegExp(`Port ${port} is`));
    const sameStore = await spanside(['serve', '--port', '0', '--storage', folder()]);
    assert.equal(sameStore.code, 1);
    assert.match(sameStore.err, /being written by another/);
    await server.kill();
  });

  it('refuses to listen beyond this machine, and wrong usage', async () => {
    const wide = await spanside(['serve', '--host', '0.0.0.0', '--storage', folder()]);
    assert.equal(wide.code, 1);
    assert.match(wide.err, /not a loopback address/);
    assert.equal((await spanside(['serve', '--port', 'http'])).code, 2);
    assert.equal((await spanside(['serve', '--port', '99999'])).code, 2);
  });

  it('is read while it writes', async () => {
    const server = await serve(folder());
    const sending = (async () => {
      for (let n = 1; n <= 300; n++)
        await post(server.url, traceRequest([{ spanId: spanId(n), traceId: traceId(1 + (n % 5)) }]));
    })();
    for (let i = 0; i < 3; i++) {
      const { code, err } = await spanside(['traces', '--storage', folder()]);
      assert.ok(code === 0 || /no traces/.test(err), err);
    }
    await sending;
    const { out } = await spanside(['traces', '--json', '--storage', folder()]);
    const counts = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).spanCount as number);
    assert.equal(
      counts.reduce((sum, n) => sum + n, 0),
      300,
    );
    await server.kill();
  });

  it('ends with the process that had to start it with another Node', async function () {
    const old = '/usr/bin/node';
    if (!existsSync(old)) this.skip();
    const script = new URL('../../dist/cli.js', import.meta.url).pathname;
    const version = spawn(old, ['-p', 'process.getBuiltinModule?.("node:sqlite") ? "new" : "old"'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [answer] = await once(version.stdout, 'data');
    if (!String(answer).startsWith('old')) this.skip();
    const child = spawn(old, [script, 'serve', '--port', '0', '--storage', folder()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    const { endpoints } = JSON.parse(String(line)) as { endpoints: string[] };
    await post(endpoints[0] ?? '', traceRequest([{ spanId: spanId(1) }]));
    child.kill('SIGKILL');
    for (let tries = 0; ; tries++) {
      const gone = await fetch(`${endpoints[0]}/v1/traces`, { method: 'POST' }).then(
        () => false,
        () => true,
      );
      if (gone) break;
      assert.ok(tries < 50, 'it still listens');
      await sleep(50);
    }
  });
});
