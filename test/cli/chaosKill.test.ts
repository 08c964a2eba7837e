import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../harness/temporary.ts';
import { assertKept, Chance, findAll, Load } from './chaos.ts';
import { serve, spanside } from './program.ts';

const LONG = process.env['SPANSIDE_LONG'] !== undefined;
const KILLS = LONG ? 200 : 5;
/** Kills of one store; then another is begun, so that reading all of it takes no hours. */
const KILLS_A_STORE = 10;

describe('kill -9', () => {
  const folder = temporaryFolder();

  it(`S-01: loses no acknowledged span and doubles none in ${KILLS} kills under load`, async function () {
    this.timeout(KILLS * 15_000);
    const chance = new Chance();
    let acknowledged = 0;
    for (let kills = 0; kills < KILLS; ) {
      const store = join(folder(), String(kills));
      const load = new Load(chance);
      for (let i = 0; i < KILLS_A_STORE && kills < KILLS; i++, kills++) {
        const server = await serve(store);
        const running = load.run(server.url, 1 + chance.below(6));
        await sleep(chance.next() < 0.3 ? chance.below(30) : 50 + chance.below(500));
        await server.kill();
        await running;
        // Every other time it is the next server that finds what the last one left.
        if (chance.next() < 0.5) assertKept(load, findAll(store));
      }
      const found = findAll(store);
      assertKept(load, found);
      assert.deepEqual(found.warnings, []);
      acknowledged += load.acknowledged.size;
      const [key = ''] = load.acknowledged;
      const { out } = await spanside(['trace', key.split(' ')[0] ?? '', '--json', '--storage', store]);
      const ids = new Set((JSON.parse(out) as { spans: { spanId: string }[] }).spans.map(({ spanId }) => spanId));
      for (const one of load.acknowledged) {
        const [trace, span = ''] = one.split(' ');
        if (trace === key.split(' ')[0]) assert.ok(ids.has(span), `the command line does not show ${one}`);
      }
    }
    console.log(`      ${acknowledged} acknowledged spans, ${KILLS} kills`);
    assert.ok(acknowledged > KILLS * 100, `only ${acknowledged} spans were acknowledged`);
  });

  it(`S-01, X-53: leaves what was deleted deleted, and the rest there, in ${KILLS} kills of deleting, compressing and cleaning`, async function () {
    this.timeout(KILLS * 15_000);
    const chance = new Chance();
    const told = { stored: new Set<string>(), deleting: new Set<string>(), deleted: new Set<string>() };
    const store = folder();
    for (let kills = 0; kills < KILLS; kills++) {
      const script = fileURLToPath(new URL('chaosStore.ts', import.meta.url));
      const child = spawn(process.execPath, [script, store, String(chance.below(1e9)), String(kills)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout.on('data', chunk => {
        text += chunk;
      });
      await once(child.stdout, 'data');
      await sleep(20 + chance.below(400));
      child.kill('SIGKILL');
      await once(child, 'close');
      assert.equal(child.signalCode, 'SIGKILL', 'it ended by itself');
      for (const line of text.split('\n').slice(0, -1)) {
        const [what, key = ''] = line.split(' ');
        if (what === 'stored') told.stored.add(key);
        else if (what === 'deleting') told.deleting.add(key);
        else if (what === 'deleted') told.deleted.add(key);
      }
      if (kills % 5 !== 4 && kills !== KILLS - 1) continue;
      const found = findAll(store);
      assert.deepEqual(found.warnings, []);
      const traces = new Set([...found.spans].map(key => Number.parseInt(key.slice(0, 32), 16).toString()));
      for (const trace of told.stored)
        assert.ok(told.deleting.has(trace) || traces.has(trace), `trace ${trace} is lost`);
      for (const trace of told.deleted) assert.ok(!traces.has(trace), `trace ${trace} came back`);
    }
    console.log(`      ${told.stored.size} traces stored, ${told.deleted.size} deleted, ${KILLS} kills`);
    assert.ok(told.deleted.size > 0);
    const plain = readdirSync(store, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    for (const { parentPath, name } of plain) {
      const content = readFileSync(join(parentPath, name)).toString('latin1');
      for (const trace of told.deleted) {
        assert.ok(!content.includes(`secret of ${trace}.`), `${name} still has what was deleted with trace ${trace}`);
      }
    }
  });
});
