import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScanMemory, scanTraces } from '../../src/otlp/scanTraces.ts';
import { readSegmentContent } from '../../src/store/atRest.ts';
import { examine } from '../../src/store/damage.ts';
import { tryLock } from '../../src/store/lock.ts';
import { StoreWriter } from '../../src/store/writer.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { assertKept, Chance, type Found, findAll, Load } from './chaos.ts';
import { serve, spanside } from './program.ts';

const ROUNDS = process.env['SPANSIDE_LONG'] === undefined ? 4 : 20;

const damages: Record<string, (file: string, chance: Chance) => void> = {
  'flipped bits': (file, chance) => {
    for (let n = 1 + chance.below(8); n > 0; n--) {
      const at = chance.below(statSync(file).size);
      const byte = Buffer.alloc(1);
      const open = openSync(file, 'r+');
      readSync(open, byte, 0, 1, at);
      byte[0] = (byte[0] ?? 0) ^ (1 << chance.below(8));
      writeSync(open, byte, 0, 1, at);
      closeSync(open);
    }
  },
  garbage: (file, chance) => overwrite(file, chance, 0x5a),
  zeros: (file, chance) => overwrite(file, chance, 0),
  'a lost header': file => put(file, 0, Buffer.alloc(Math.min(200, statSync(file).size), 0xee)),
  'a lost end': (file, chance) => truncateSync(file, chance.below(statSync(file).size)),
  'no file': file => rmSync(file),
};

function overwrite(file: string, chance: Chance, value: number): void {
  const { size } = statSync(file);
  const at = chance.below(size);
  put(file, at, Buffer.alloc(Math.min(size - at, 1 + chance.below(20_000)), value));
}

function put(file: string, at: number, bytes: Uint8Array): void {
  const open = openSync(file, 'r+');
  writeSync(open, bytes, 0, bytes.length, at);
  closeSync(open);
}

/** Spans of whole requests, wherever in a segment they stand. */
function readableIn(store: string): Set<string> {
  const spans = new Set<string>();
  const names = readdirSync(join(store, 'segments'));
  for (const id of new Set(names.map(name => Number.parseInt(name, 10)))) {
    let content: Uint8Array;
    try {
      content = readSegmentContent(store, id);
    } catch {
      continue;
    }
    for (const { offset, length } of examine(content).frames) {
      const { ids, count } = scanTraces(content.subarray(offset, offset + length), new ScanMemory());
      const hex = Buffer.from(ids.buffer, ids.byteOffset, count * 24).toString('hex');
      for (let i = 0; i < count; i++)
        spans.add(`${hex.slice(48 * i, 48 * i + 32)} ${hex.slice(48 * i + 32, 48 * i + 48)}`);
    }
  }
  return spans;
}

describe('a damaged file of the store', () => {
  const folder = temporaryFolder();
  const aside = () => readdirSync(dirname(folder())).filter(name => name.startsWith(`${basename(folder())}-damaged`));
  afterEach(() => {
    for (const name of aside()) rmSync(join(dirname(folder()), name), { recursive: true, force: true });
  });

  /** A store with several segments, some of them compressed, as a process left it that was killed or asked to stop. */
  async function fill(load: Load, chance: Chance): Promise<void> {
    for (let part = 0; part < 3; part++) {
      const server = await serve(folder());
      const running = load.run(server.url);
      await sleep(150 + chance.below(250));
      if (part < 2 || chance.next() < 0.5) load.stop();
      else await server.kill();
      await running;
      if (server.process.exitCode === null && server.process.signalCode === null) await server.stop();
      if (part === 2) break;
      const writer = new StoreWriter(folder());
      while (await writer.compress(true));
      writer.close();
    }
  }

  const check = (load: Load, before: Found | undefined, file: string): void => {
    const found = findAll(folder());
    if (file.startsWith('spanside.db')) {
      assertKept(load, found);
      return;
    }
    const readable = readableIn(folder());
    const missing = [...load.acknowledged].filter(key => !found.spans.has(key));
    const hidden = missing.filter(key => readable.has(key));
    assert.deepEqual(hidden.slice(0, 3), [], `${hidden.length} spans can be read and are not shown`);
    if (missing.length === 0) return;
    assert.ok(aside().includes(`${basename(folder())}-damaged-segments`), 'nothing was set aside');
    if (before) return;
    assert.equal(found.warnings.length, 1, found.warnings.join('\n'));
    assert.match(found.warnings[0] ?? '', /damaged/);
  };

  for (let round = 1; round <= ROUNDS; round++) {
    it(`T-12: costs nothing but what it held, is kept and said (${round} of ${ROUNDS})`, async function () {
      this.timeout(60_000);
      const chance = new Chance();
      const load = new Load(chance);
      await fill(load, chance);
      const segments = readdirSync(join(folder(), 'segments')).map(name => join('segments', name));
      const databases = readdirSync(folder()).filter(name => name.startsWith('spanside.db'));
      const name = chance.next() < 0.5 ? chance.of(databases) : chance.of(segments);
      const kind = chance.of(Object.keys(damages));
      const file = join(folder(), name);
      const bytes = readFileSync(file);
      console.log(`      ${kind} in ${name} of ${bytes.length} bytes; ${load.acknowledged.size} spans`);
      damages[kind]?.(file, chance);
      // What reads without a writer says what to do, or shows what there is.
      const { code, err } = await spanside(['traces', '--storage', folder()]);
      assert.ok(code === 0 || /serve|window|no traces/i.test(err), err);
      check(load, undefined, name);
      // It is said once; afterwards all goes on as before.
      const again = findAll(folder());
      assert.deepEqual(again.warnings, []);
      const server = await serve(folder());
      for (let n = 0; n < 5; n++) await load.send(server.url);
      assert.equal(await server.stop(), 0);
      check(load, again, name);
      const lock = tryLock(folder());
      assert.ok(lock);
      lock.release();
      if (kind !== 'no file') assert.ok(existsSync(file) || aside().length > 0 || /wal|shm/.test(name));
    });
  }
});
