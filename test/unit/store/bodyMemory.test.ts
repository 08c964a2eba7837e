import assert from 'node:assert/strict';
import { join } from 'node:path';
import { BodyMemory } from '../../../src/store/bodyMemory.ts';
import { migrate } from '../../../src/store/schema.ts';
import { type Database, openForWriting } from '../../../src/store/sqlite.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

const MINUTE = 60_000;
const NOW = 1_760_000_000_000;

describe('BodyMemory', () => {
  const folder = temporaryFolder();
  let database: Database;
  beforeEach(() => {
    database = openForWriting(folder(), join(folder(), 'spanside.db'));
    migrate(database);
  });
  afterEach(() => database.close());

  const body = (n: number) => Buffer.from(`body ${n}`);
  const stored = () => (database.prepare('SELECT count(*) AS n FROM body').get() as { n: number }).n;
  /** Notes bodies `from` to `to`, in the table too. */
  const note = (memory: BodyMemory, from: number, to: number, at: number) => {
    const insert = database.prepare('INSERT OR REPLACE INTO body (hash, at) VALUES (?, ?)');
    database.exec('BEGIN');
    for (let n = from; n <= to; n++) {
      const noted = memory.note('logs', body(n), at);
      if (noted) insert.run(noted.hash, at);
    }
    database.exec('COMMIT');
  };

  it('knows a body for a quarter of an hour, also after it was read anew', () => {
    const memory = new BodyMemory(database);
    note(memory, 1, 1, NOW);
    for (const one of [memory, new BodyMemory(database)]) {
      assert.equal(one.note('logs', body(1), NOW + 14 * MINUTE), undefined);
      assert.ok(one.note('metrics', body(1), NOW));
      assert.ok(one.note('logs', body(1), NOW + 16 * MINUTE));
    }
  });

  it('forgets old ones in steps, and in the end all of them', () => {
    const memory = new BodyMemory(database);
    note(memory, 1, 5_000, NOW);
    note(memory, 5_001, 5_010, NOW + 10 * MINUTE);
    const left: number[] = [];
    for (let i = 0; i < 4; i++) {
      memory.purge(NOW + 16 * MINUTE, 0);
      left.push(stored());
      assert.equal(memory.size, stored());
    }
    assert.deepEqual(left, [3_010, 1_010, 10, 10]);
  });

  it('keeps the newest where there are too many', () => {
    const memory = new BodyMemory(database, 100);
    for (let n = 1; n <= 300; n++) note(memory, n, n, NOW + n);
    assert.equal(memory.size, 100);
    assert.equal(memory.note('logs', body(300), NOW + 400), undefined);
    memory.purge(NOW + 400, 0);
    assert.equal(stored(), 100);
    assert.equal(new BodyMemory(database, 100).note('logs', body(201), NOW + 400), undefined);
    assert.ok(memory.note('logs', body(200), NOW + 400), 'the oldest are forgotten');
  });
});
