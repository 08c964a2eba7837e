import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a window tells the others of itself, in a file that only its user can read. */
export interface WindowRecord {
  /** Other for every start. */
  id: string;
  pid: number;
  /** Path of its socket, or the name of its pipe. */
  socket: string;
  /** Whoever connects has to know it. */
  secret: string;
  /** The folder of its store. */
  storage: string;
  /** Its workspace folders, as they are spelled and with symbolic links followed. */
  folders: string[];
  /** Ports it listens on. */
  ports: number[];
  /** Ports it would listen on, were they free. */
  wanted: number[];
}

const VERSION = 1;
const LARGEST_RECORD = 64 * 1024;
/** The shortest limit of the systems for the path of a socket, 104 bytes on macOS, less the zero at its end. */
const LONGEST_SOCKET = 103;

export function newWindowId(): string {
  return randomBytes(6).toString('hex');
}

/**
 * Where the window may listen, the best first: in the folder of the records unless that path is too long, and in a
 * folder of the same user in the temporary folder, which is made. On Windows the name of a pipe.
 */
export function socketPaths(folder: string, id: string): (() => string)[] {
  if (process.platform === 'win32') return [() => `\\\\.\\pipe\\spanside-${id}-${randomBytes(8).toString('hex')}`];
  const near = join(folder, `${id}.sock`);
  const far = () => temporarySocket(folder, id);
  return Buffer.byteLength(near) <= LONGEST_SOCKET ? [() => near, far] : [far];
}

/** @throws the folder is somebody else's */
function temporarySocket(folder: string, id: string): string {
  const name = createHash('sha256')
    .update(`${folder}\0${process.getuid?.() ?? ''}`)
    .digest('hex')
    .slice(0, 12);
  const far = join(tmpdir(), `spanside-${name}`);
  makePrivate(far);
  return join(far, `${id}.sock`);
}

/**
 * Makes a folder that nobody but its user can enter.
 * @throws it is there already and somebody else's, or a link
 */
export function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32') return;
  const { mode, uid } = lstatSync(folder);
  if ((mode & 0o170000) !== 0o040000) throw new Error(`${folder} is no folder`);
  if (uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
  if ((mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

/** Writes the record of a window; the file is replaced as a whole. */
export function writeRecord(folder: string, record: WindowRecord): void {
  const temporary = join(folder, `${record.id}.new`);
  writeFileSync(temporary, JSON.stringify({ version: VERSION, ...record }), { mode: 0o600 });
  renameSync(temporary, fileOf(folder, record.id));
}

/** Removes what a window left: its record and its socket. What cannot be removed, as on Windows while another reads it, stays. */
export function removeRecord(folder: string, { id, socket }: Pick<WindowRecord, 'id' | 'socket'>): void {
  for (const file of [fileOf(folder, id), ...(process.platform === 'win32' ? [] : [socket])]) {
    try {
      rmSync(file, { force: true });
    } catch {
      // Whoever finds nobody there tries again.
    }
  }
}

/** The records of all windows. What is no such record, or was not written by this user, is left out. */
export function readRecords(folder: string): WindowRecord[] {
  return readdirSync(folder)
    .filter(name => /^[0-9a-f]{12}\.json$/.test(name))
    .sort()
    .flatMap(name => {
      const record = readRecord(join(folder, name));
      return record && `${record.id}.json` === name ? [record] : [];
    });
}

function readRecord(file: string): WindowRecord | undefined {
  try {
    const stat = lstatSync(file);
    if (!stat.isFile() || stat.size > LARGEST_RECORD) return undefined;
    if (process.platform !== 'win32' && stat.uid !== process.getuid?.()) return undefined;
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    // Removed in between, or half of it is there: its window will say that it has changed.
    return undefined;
  }
}

function isRecord(value: unknown): value is WindowRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<string, unknown>;
  const isList = (list: unknown, type: string) => Array.isArray(list) && list.every(item => typeof item === type);
  return (
    record['version'] === VERSION &&
    typeof record['pid'] === 'number' &&
    ['id', 'socket', 'secret', 'storage'].every(key => typeof record[key] === 'string') &&
    isList(record['folders'], 'string') &&
    isList(record['ports'], 'number') &&
    isList(record['wanted'], 'number')
  );
}

/** Whether a process of this number is there; it may be another one by now. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function fileOf(folder: string, id: string): string {
  return join(folder, `${id}.json`);
}
