import { readFile } from 'node:fs/promises';

/**
 * The environment a running process was started with, where the system shows it (Linux); `undefined` elsewhere. What a
 * shell was told later by `export` is not in it.
 */
export async function environmentOfProcess(pid: number): Promise<Map<string, string> | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/environ`, 'utf8');
    const pairs = text.split('\0').flatMap(line => {
      const at = line.indexOf('=');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
    });
    return new Map(pairs);
  } catch {
    return undefined;
  }
}
