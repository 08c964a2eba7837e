import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs, {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openForReading, openForWriting } from '../../src/store/sqlite.ts';
import { type Ended, post, serve, spanside } from '../cli/program.ts';
import { collect } from '../harness/collecting.ts';
import { until } from '../harness/processes.ts';
import { spanId, TRACE, traceBody, traceId, traceRequest } from '../harness/requests.ts';
import { integrity, readSpanIds, spansIn } from '../harness/spanStore.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { http1, PROTOBUF } from './support/clients.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const COLLECTING = pathToFileURL(fileURLToPath(new URL('../harness/collecting.ts', import.meta.url))).href;

/** Runs this Node as one that was built without SQLite. */
function withoutSqlite(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise(resolve => {
    const all = ['--no-experimental-sqlite', ...args];
    execFile(process.execPath, all, { env: { ...process.env, ...env }, timeout: 15_000 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

describe('T-01: a Node without SQLite', () => {
  const folder = temporaryFolder();

  it('runs the command line where another Node lies near, and else says what to do', async () => {
    await spansFrom(folder());
    const handedOver = await withoutSqlite([CLI, 'traces', '--json', '--storage', folder()]);
    assert.equal(JSON.parse(handedOver.out).spanCount, 1, handedOver.err);
    const alone = await withoutSqlite([CLI, 'traces', '--storage', folder()], { SPANSIDE_RELAUNCHED: '1' });
    assert.equal(alone.code, 1);
    assert.match(alone.err, /SQLite of Node 22\.13 or newer.*Update the editor/s);
    assert.doesNotMatch(alone.err, /\n {4}at /, 'a sentence, no stack');
  });

  it('is said by a collector as its state, and stops nothing else', async () => {
    const script = `import { collect } from ${JSON.stringify(COLLECTING)};
      try { await collect(${JSON.stringify(folder())}); } catch (error) { console.log(error.message); }`;
    const { code, out, err } = await withoutSqlite(['--input-type=module', '-e', script]);
    assert.equal(code, 0, err);
    assert.match(out, /SQLite of Node 22\.13 or newer/);
  });

  async function spansFrom(storage: string): Promise<void> {
    const server = await serve(storage);
    await post(server.url, traceRequest([{ spanId: spanId(1) }]));
    await server.stop();
  }
});

describe('the SQLite of this Node', () => {
  const folder = temporaryFolder();

  it('T-02: has full text search (with trigrams), JSON, R*Tree and dbstat', () => {
    const database = openForWriting(folder(), join(folder(), 'features.db'));
    database.exec(`CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'trigram')`);
    database.exec(`INSERT INTO words VALUES ('checkout failed'), ('refund')`);
    const found = database.prepare(`SELECT text FROM words WHERE words MATCH 'eckou'`).all();
    assert.deepEqual(
      found.map(row => row['text']),
      ['checkout failed'],
    );
    assert.equal(database.prepare(`SELECT json_extract(jsonb('{"a":[1,2]}'), '$.a[1]') AS v`).get()?.['v'], 2);
    database.exec('CREATE VIRTUAL TABLE boxes USING rtree(id, low, high)');
    assert.ok(database.prepare('SELECT sum(pgsize) AS bytes FROM dbstat').get()?.['bytes']);
    database.close();
  });

  it('T-03: is never given a time that it cannot hold, and no time is changed by that', async () => {
    const times = ['18446744073709551615', '9223372036854775808', '9223372036854775807', '1725000000123456789', '0'];
    const spans = times.map((time, i) => ({ spanId: spanId(i + 1), traceId: traceId(i + 1), start: time, end: time }));
    const { collector, port } = await collect(folder());
    try {
      for (const span of spans) {
        const answer = await http1(port, { headers: PROTOBUF, body: traceBody([span]) });
        assert.equal(answer.status, 200, answer.body.toString());
        assert.equal(answer.body.length, 0, 'fully accepted');
      }
      await until('all are listed', async () => (await collector.listTraces({ limit: 10 })).total === times.length);
      for (const [i, time] of times.entries()) {
        const { traces } = await collector.listTraces({ limit: 10 });
        const id = traces.find(trace => trace.traceId === traceId(i + 1))!.traceId;
        const trace = (await collector.trace(id))!;
        assert.equal(trace.spans[0]?.startTimeUnixNano, BigInt(time));
        assert.equal(trace.spans[0]?.endTimeUnixNano, BigInt(time));
        assert.equal((await collector.columns(id))?.rows, 1);
        const otlp = (await collector.otlp(id)) ?? '';
        if (time !== '0') assert.ok(otlp.includes(`"${time}"`), otlp);
      }
    } finally {
      await collector.dispose();
    }
  });

  it('T-04: works in a worker: a busy main thread holds up no acknowledgement', async () => {
    const { collector, url } = await collect(folder());
    try {
      const body = JSON.stringify(traceRequest([{ spanId: spanId(1) }]));
      const script = `const times = [];
        for (let i = 0; i < 20; i++) {
          const response = await fetch(${JSON.stringify(`${url}/v1/traces`)},
            { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} });
          if (response.status === 200) times.push(Date.now());
        }
        console.log(JSON.stringify(times));`;
      const client = new Promise<string>((resolve, reject) => {
        const args = ['--input-type=module', '-e', script];
        execFile(process.execPath, args, (error, out) => (error ? reject(error) : resolve(out)));
      });
      // This thread does nothing else meanwhile: no timer, no socket, no message.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
      const blockedUntil = Date.now();
      const times = JSON.parse(await client) as number[];
      assert.equal(times.length, 20);
      assert.ok(Math.max(...times) < blockedUntil, 'an acknowledgement waited for the main thread');
    } finally {
      await collector.dispose();
    }
  });
});

describe('journal modes', () => {
  const folder = temporaryFolder();
  const statfsSync = fs.statfsSync;
  afterEach(() => pretend(statfsSync));

  /** What modules imported from node:fs by name follows. */
  function pretend(replacement: unknown): void {
    (fs as { statfsSync: unknown }).statfsSync = replacement;
    syncBuiltinESMExports();
  }

  function modeOn(type: number): string {
    pretend((path: string) => ({ ...statfsSync(path), type }));
    const database = openForWriting(folder(), join(folder(), 'mode.db'));
    try {
      return String(database.prepare('PRAGMA journal_mode').get()?.['journal_mode']);
    } finally {
      database.close();
      for (const name of readdirSync(folder())) fs.rmSync(join(folder(), name));
    }
  }

  const local = {
    ext4: 0xef53,
    btrfs: 0x9123683e,
    xfs: 0x58465342,
    tmpfs: 0x01021994,
    overlay: 0x794c7630,
    zfs: 0x2fc12fc1,
  };
  for (const [name, type] of Object.entries(local)) {
    it(`T-10: on ${name}, writes ahead`, () => assert.equal(modeOn(type), 'wal'));
  }
  const network = { NFS: 0x6969, CIFS: 0xff534d42, SMB2: 0xfe534d42, SMB: 0x517b, '9p': 0x01021997, FUSE: 0x65735546 };
  for (const [name, type] of Object.entries(network)) {
    it(`T-11: on ${name}, keeps a rollback journal`, () => assert.equal(modeOn(type), 'delete'));
  }

  it('T-11: a store that was made on a local disk no longer writes ahead once it lies on the network', () => {
    const file = join(folder(), 'moved.db');
    const database = openForWriting(folder(), file);
    database.exec('CREATE TABLE kept (n INTEGER); INSERT INTO kept VALUES (7)');
    database.close();
    pretend((path: string) => ({ ...statfsSync(path), type: network.NFS }));
    const moved = openForWriting(folder(), file);
    moved.exec('INSERT INTO kept VALUES (8)');
    assert.equal(moved.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'delete');
    const reader = openForReading(file);
    assert.equal(Number(reader.prepare('SELECT sum(n) AS n FROM kept').get()?.['n']), 15);
    reader.close();
    moved.close();
  });

  it('T-10: of a real store: write-ahead while it is written, none left behind when it is closed', async () => {
    const server = await serve(folder());
    await post(server.url, traceRequest([{ spanId: spanId(1) }]));
    const reader = openForReading(join(folder(), 'spanside.db'));
    assert.equal(reader.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
    assert.equal(Number(reader.prepare('PRAGMA auto_vacuum').get()?.['auto_vacuum']), 2, 'incremental');
    reader.close();
    await server.stop();
    assert.deepEqual(
      readdirSync(folder()).filter(name => /-(wal|shm|journal)$/.test(name)),
      [],
    );
  });
});

describe('T-12: a damaged store', () => {
  const folder = temporaryFolder();
  const database = () => join(folder(), 'spanside.db');

  const damages: [string, () => void][] = [
    ['with garbage for a header', () => overwrite(0, Buffer.from('this is no database at all, whatever it was'))],
    ['cut off in the middle', () => writeFileSync(database(), readFileSync(database()).subarray(0, 5_000))],
    ['with pages full of garbage', () => overwrite(4096, Buffer.alloc(statSync(database()).size - 4096, 0xa7))],
  ];
  for (const [how, damage] of damages) {
    it(`${how} is set aside, kept and said once; what was received is there, and receiving goes on`, async () => {
      const first = await serve(folder());
      for (let n = 1; n <= 40; n++) {
        await post(
          first.url,
          traceRequest([{ spanId: spanId(n), traceId: traceId(n), name: `a long name of span ${n}` }]),
        );
      }
      await first.stop();
      damage();
      const segments = contents(join(folder(), 'segments'));
      const { collector, url, warnings } = await collect(folder());
      try {
        assert.equal(warnings.length, 1, warnings.join('\n'));
        assert.match(warnings[0] ?? '', /damaged/);
        const aside = readdirSync(dirname(folder())).filter(name => name.startsWith(`${basename(folder())}-damaged`));
        assert.equal(aside.length, 1);
        const kept = join(dirname(folder()), aside[0]!);
        assert.ok(warnings[0]?.includes(kept), 'it says where');
        assert.ok(existsSync(join(kept, 'spanside.db')));
        assert.deepEqual(contents(join(folder(), 'segments')), segments, 'what was received is there, byte for byte');
        const traces = await readSpanIds(collector);
        for (let n = 1; n <= 40; n++) assert.deepEqual(traces.get(traceId(n)), [spanId(n)]);
        fs.rmSync(kept, { recursive: true });
        await post(url, traceRequest([{ spanId: spanId(99) }]));
        await until('it is listed', async () => {
          return (await readSpanIds(collector)).get(TRACE)?.includes(spanId(99));
        });
      } finally {
        await collector.dispose();
      }
      assert.equal(integrity(folder()), 'ok');
    });
  }

  function contents(of: string): string[] {
    const names = readdirSync(of).sort();
    return names.map(name => `${name} ${readFileSync(join(of, name)).toString('base64')}`);
  }

  function overwrite(at: number, bytes: Uint8Array): void {
    const file = openSync(database(), 'r+');
    writeSync(file, bytes, 0, bytes.length, at);
    closeSync(file);
  }
});

describe('two processes on one store', () => {
  const folder = temporaryFolder();

  it('T-15: one reads at any moment what the other writes, and neither is told that it is locked', async () => {
    const server = await serve(folder());
    try {
      let sent = 0;
      let sending = true;
      const clients = Array.from({ length: 2 }, async () => {
        while (sending) {
          const n = ++sent;
          await post(server.url, traceRequest([{ spanId: spanId(n), traceId: traceId(1 + (n % 9)) }]));
        }
      });
      let before = 0;
      for (let round = 0; round < 6; round++) {
        const { code, out, err } = await spanside(['traces', '--json', '--storage', folder()]);
        assert.ok(code === 0, err);
        const lines = out.split('\n').filter(line => line !== '');
        const now = lines.reduce((sum, line) => sum + (JSON.parse(line) as { spanCount: number }).spanCount, 0);
        assert.ok(now >= before, `${now} spans after ${before}`);
        before = now;
      }
      sending = false;
      await Promise.all(clients);
      assert.ok(sent > 20);
      await server.stop();
      const kept = [...(await spansIn(folder())).values()].flat();
      assert.equal(kept.length, sent);
    } finally {
      await server.kill();
    }
  });

  it('T-16: one of them owns it; the other says so, and has it when the first is gone, however that went', async () => {
    const owner = await serve(folder());
    await post(owner.url, traceRequest([{ spanId: spanId(1) }]));
    await assert.rejects(collect(folder(), { lockWaitMs: 300 }), /being written by another/);
    await post(owner.url, traceRequest([{ spanId: spanId(2) }]));
    const waiting = collect(folder(), { lockWaitMs: 10_000 });
    await owner.kill();
    const { collector } = await waiting;
    await until('both spans are there', async () => (await readSpanIds(collector)).get(TRACE)?.length === 2);
    await collector.dispose();
  });

  it('T-16: a port has one owner; who comes second is told, or takes another', async () => {
    const first = await collect(join(folder(), 'first'));
    const ports = [first.port];
    try {
      const refused = collect(join(folder(), 'second'), { ports, fallback: false });
      await assert.rejects(refused, new RegExp(`Port ${first.port} is`));
    } finally {
      await first.collector.dispose();
    }
  });
});
