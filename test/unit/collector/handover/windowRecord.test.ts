import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  isAlive,
  makePrivate,
  newWindowId,
  readRecords,
  removeRecord,
  socketPaths,
  type WindowRecord,
  writeRecord,
} from '../../../../src/collector/handover/windowRecord.ts';
import { temporaryFolder } from '../../../harness/temporary.ts';

const posixOnly = process.platform === 'win32' ? it.skip : it;

/** Where it may listen, the best first. */
const paths = (folder: string, id: string) => socketPaths(folder, id).map(path => path());

describe('the record of a window', () => {
  const folder = temporaryFolder();
  const record = (id = newWindowId()): WindowRecord => ({
    id,
    pid: process.pid,
    socket: join(folder(), `${id}.sock`),
    secret: 's',
    storage: '/store',
    folders: ['/code'],
    ports: [4318],
    wanted: [4318, 4317],
  });

  it('is read as it was written, replaced, and removed', () => {
    const [one, two] = [record(), record()];
    writeRecord(folder(), one);
    writeRecord(folder(), two);
    writeRecord(folder(), { ...one, ports: [] });
    const plain = readRecords(folder()).map(({ id, ports, folders }) => ({ id, ports, folders }));
    const wanted = [
      { id: one.id, ports: [], folders: ['/code'] },
      { id: two.id, ports: [4318], folders: ['/code'] },
    ].sort((a, b) => (a.id < b.id ? -1 : 1));
    assert.deepEqual(plain, wanted);
    writeFileSync(one.socket, '');
    removeRecord(folder(), one);
    assert.deepEqual(readdirSync(folder()), [`${two.id}.json`]);
  });

  posixOnly('can be read by its user only, in a folder that only that one can enter', () => {
    const inside = join(folder(), 'records');
    mkdirSync(inside, { mode: 0o777 });
    chmodSync(inside, 0o777);
    makePrivate(inside);
    assert.equal(statSync(inside).mode & 0o777, 0o700);
    const one = record();
    writeRecord(inside, one);
    assert.equal(statSync(join(inside, `${one.id}.json`)).mode & 0o777, 0o600);
  });

  posixOnly('is not kept in a folder that is a link, or another user’s', () => {
    const link = join(folder(), 'link');
    symlinkSync(folder(), link);
    assert.throws(() => makePrivate(link), /is no folder/);
    if (process.getuid?.() === 0) {
      mkdirSync(join(folder(), 'other'));
      const { getuid } = process;
      process.getuid = () => 12_345;
      try {
        assert.throws(() => makePrivate(join(folder(), 'other')), /another user/);
      } finally {
        process.getuid = getuid;
      }
    }
  });

  posixOnly('what cannot be removed stays, and stops nobody', () => {
    const one = record();
    writeRecord(folder(), one);
    mkdirSync(one.socket);
    removeRecord(folder(), one);
    assert.deepEqual(readdirSync(folder()), [`${one.id}.sock`]);
  });

  it('what is none is left out', () => {
    const good = record('0123456789ab');
    writeRecord(folder(), good);
    const version = (value: object) => JSON.stringify({ version: 1, ...value });
    const files: [string, string][] = [
      ['aaaaaaaaaaaa.json', '{'],
      ['bbbbbbbbbbbb.json', 'null'],
      ['cccccccccccc.json', version({ ...record('cccccccccccc'), folders: [1] })],
      ['dddddddddddd.json', version(record('another'))],
      ['eeeeeeeeeeee.json', JSON.stringify({ ...record('eeeeeeeeeeee'), version: 2 })],
      ['ffffffffffff.json', version({ ...record('ffffffffffff'), secret: 'x'.repeat(70_000) })],
      ['notes.json', version(record('notes'))],
      ['0123456789ab.new', '{}'],
    ];
    for (const [name, text] of files) writeFileSync(join(folder(), name), text);
    mkdirSync(join(folder(), '111111111111.json'));
    symlinkSync(join(folder(), '0123456789ab.json'), join(folder(), '222222222222.json'));
    assert.deepEqual(
      readRecords(folder()).map(({ id }) => id),
      ['0123456789ab'],
    );
  });

  posixOnly('names a socket that the system can have, however long the path of the folder is', () => {
    const [near, other] = paths(folder(), 'a');
    assert.equal(dirname(near ?? ''), folder());
    assert.notEqual(dirname(other ?? ''), folder());
    const deep = join(folder(), 'x'.repeat(120));
    const [far = '', ...more] = paths(deep, 'abcdefabcdef');
    assert.deepEqual(more, []);
    assert.ok(Buffer.byteLength(far) <= 103, far);
    assert.deepEqual(paths(deep, 'abcdefabcdef'), [far]);
    assert.equal(lstatSync(dirname(far)).mode & 0o777, 0o700);
    const [elsewhere = ''] = paths(`${deep}y`, 'abcdefabcdef');
    assert.notEqual(dirname(elsewhere), dirname(far));
    for (const path of [far, elsewhere, other ?? '']) rmSync(dirname(path), { recursive: true });
  });

  it('knows a process that is gone', () => {
    assert.equal(isAlive(process.pid), true);
    assert.equal(isAlive(2 ** 30), false);
  });
});
