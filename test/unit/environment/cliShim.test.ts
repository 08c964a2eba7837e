import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cmdShim, writeShims } from '../../../src/environment/cliShim.ts';

const run = promisify(execFile);

describe('the command of the terminal', () => {
  let base: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'spanside shim-'));
  });
  afterEach(() => rm(base, { recursive: true, force: true }));

  it('runs the script with its arguments as they are', async function () {
    if (process.platform === 'win32') this.skip();
    const script = join(base, "it's $HOME `here`.mjs");
    await writeFile(script, 'console.log(JSON.stringify([process.argv.slice(2), process.env.ELECTRON_RUN_AS_NODE]))');
    const bin = await writeShims(join(base, 'bin'), { runtime: process.execPath, script });
    const { stdout } = await run(join(bin, 'spanside'), ['a b', '"', '$HOME', '']);
    assert.deepEqual(JSON.parse(stdout), [['a b', '"', '$HOME', ''], '1']);
  });

  it('is not written again while nothing has moved', async () => {
    const target = { runtime: process.execPath, script: '/a/cli.js' };
    const bin = await writeShims(join(base, 'bin'), target);
    const before = await stat(join(bin, 'spanside'));
    await writeShims(join(base, 'bin'), target);
    assert.equal((await stat(join(bin, 'spanside'))).mtimeMs, before.mtimeMs);
  });

  it('keeps percent signs of paths from being variables in cmd', () => {
    const text = cmdShim({ runtime: 'C:\\a%b\\node.exe', script: 'C:\\cli.js' });
    assert.match(text, /"C:\\a%%b\\node\.exe" "C:\\cli\.js" %\*\r\n$/);
  });
});
