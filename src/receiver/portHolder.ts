import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { win32 } from 'node:path';
import { promisify } from 'node:util';
import { isSpanside } from './holder.ts';
import { quoted } from './refused.ts';

/** Who listens on a port of this machine, as far as this user may know. */
export interface PortHolder {
  port: number;
  isSpanside: boolean;
  pid?: number;
  /** The name of the program. */
  program?: string;
}

interface Process {
  pid: number;
  program?: string;
}

const run = promisify(execFile);
const LIMITS = { timeout: 3_000, maxBuffer: 8 * 1024 * 1024, windowsHide: true };

/** Looks for who has a port of the loopback. Never rejects; a process of another user stays unknown. */
export async function findHolder(port: number, platform: NodeJS.Platform = process.platform): Promise<PortHolder> {
  const [ours, found] = await Promise.all([
    isSpanside('127.0.0.1', port),
    processOf(port, platform).catch(() => undefined),
  ]);
  return { port, isSpanside: ours, ...found };
}

function processOf(port: number, platform: NodeJS.Platform): Promise<Process | undefined> {
  if (platform === 'linux') return onLinux(port);
  return platform === 'win32' ? onWindows(port) : onUnix(port);
}

async function onLinux(port: number): Promise<Process | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map(name => readFile(`/proc/net/${name}`, 'latin1').catch(() => '')),
  );
  const links = new Set(tables.flatMap(table => listeningInodes(table, port)).map(inode => `socket:[${inode}]`));
  if (links.size === 0) return undefined;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || !(await holdsOne(pid, links))) continue;
    return { pid: Number(pid), ...named(await programOnLinux(pid)) };
  }
  return undefined;
}

/** Interpreters are named with their script, but never with their arguments: these may hold secrets. */
async function programOnLinux(pid: string): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return programOf(line.split('\0')) || readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
}

const INTERPRETERS = /^(?:node|nodejs|bun|deno|python[\d.]*|ruby|php|perl)$/;
const SCRIPT = /^[\w@.-]+\.(?:[cm]?[jt]s|pyz?|rb|php|pl)$/;

/** The name of a program by its command line. */
export function programOf([command = '', script = '']: readonly string[]): string {
  const name = command.split('/').at(-1) ?? '';
  const file = script.split('/').at(-1) ?? '';
  return INTERPRETERS.test(name) && SCRIPT.test(file) ? `${name} ${file}` : name;
}

async function holdsOne(pid: string, links: ReadonlySet<string>): Promise<boolean> {
  // Other users' processes do not show what they have open.
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const file of files) {
    if (links.has(await readlink(`/proc/${pid}/fd/${file}`).catch(() => ''))) return true;
  }
  return false;
}

const LISTEN = '0A';

/** Inodes of the sockets that listen on a port, from a table of the kernel (`/proc/net/tcp`). */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap(line => {
    const [, local = '', , state, , , , , , inode = '0'] = line.trim().split(/\s+/);
    return local.endsWith(suffix) && state === LISTEN && inode !== '0' ? [inode] : [];
  });
}

async function onUnix(port: number): Promise<Process | undefined> {
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], LIMITS);
  return parseLsof(stdout);
}

/** The first process of `lsof -Fpc`: a line `p` with its number, then one `c` with its name. */
export function parseLsof(output: string): Process | undefined {
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  return pid === undefined ? undefined : { pid: Number(pid), ...named(/^c(.+)$/m.exec(output)?.[1]) };
}

/** By its place: of a bare name Windows takes the program in the current folder, whoever put it there. */
export function systemProgram(name: string, root = process.env['SystemRoot'] || 'C:\\Windows'): string {
  return win32.join(root, 'System32', `${name}.exe`);
}

async function onWindows(port: number): Promise<Process | undefined> {
  const { stdout } = await run(systemProgram('netstat'), ['-ano', '-p', 'TCP'], LIMITS);
  const pid = parseNetstat(stdout, port);
  if (pid === undefined) return undefined;
  const list = await run(systemProgram('tasklist'), ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'], LIMITS).catch(
    () => ({
      stdout: '',
    }),
  );
  return { pid, ...named(/^"([^"]+)"/m.exec(list.stdout)?.[1]) };
}

/** The process that listens on a port, from `netstat -ano`. The word for "listening" is translated: its peer is port 0. */
export function parseNetstat(output: string, port: number): number | undefined {
  for (const line of output.split('\n')) {
    const [protocol, local = '', remote = '', ...rest] = line.trim().split(/\s+/);
    if (protocol === 'TCP' && local.endsWith(`:${port}`) && remote.endsWith(':0')) return Number(rest.at(-1));
  }
  return undefined;
}

function named(program: string | undefined): { program?: string } {
  const name = program?.trim();
  return name ? { program: quoted(name) } : {};
}
