import { homedir, hostname, tmpdir } from 'node:os';

/**
 * Puts other names of the same length where a recording tells of the machine it was made on: stack traces and a few
 * attributes name the folders of a program and of its packages. The same length keeps protobuf what it is.
 *
 * @param folders each with what is to be seen instead; cut or filled up with dashes
 */
export function anonymous(body: Buffer, folders: readonly (readonly [folder: string, shown: string])[]): Buffer {
  const named = folders.toSorted(([one], [other]) => other.length - one.length);
  let text = body.toString('latin1');
  for (const [folder, shown] of named) {
    const length = Buffer.byteLength(folder);
    text = text.replaceAll(Buffer.from(folder).toString('latin1'), shown.padEnd(length, '-').slice(0, length));
  }
  return Buffer.from(text, 'latin1');
}

/** Throws where a text still tells of this machine. */
export function assertAnonymous(what: string, text: string): void {
  // A short host name is part of many a word.
  const host = RegExp(`(?<![\\w-])${hostname().replace(/\W/g, '\\$&')}(?![\\w-])`);
  const found = [`${homedir()}/`, `${tmpdir()}/`, process.execPath].find(telling => text.includes(telling));
  if (found !== undefined || host.test(text)) throw new Error(`${what} tells of this machine: ${found ?? hostname()}`);
}
