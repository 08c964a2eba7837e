import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { outFolder, root } from '../harness/cache.ts';

/*
 * A second opinion on every message: the static code that protobufjs makes of the .proto file. It knows nothing of the
 * tables and readers under test.
 */

/** A message as plain data: what is set of it, 64-bit numbers as bigint, bytes as hexadecimal digits. */
export type Plain = { [name: string]: unknown };

interface Decoder {
  decode(body: Uint8Array): object;
}

let loaded: Record<string, Decoder> | undefined;

function decoders(): Record<string, Decoder> {
  if (loaded) return loaded;
  const folder = path.join(outFolder, 'fuzz');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'otlp.cjs');
  const pbjs = path.join(root, 'node_modules/protobufjs-cli/bin/pbjs');
  const flags = ['-t', 'static-module', '-w', 'commonjs', '--no-create', '--no-verify', '--no-convert', '--no-service'];
  const proto = path.join(root, 'test/fixtures/otlp/otlp.proto');
  execFileSync(process.execPath, [pbjs, ...flags, '-o', file, proto]);
  const require = createRequire(import.meta.url);
  // Else fields that OTLP does not have are forgotten, and whether we keep them could not be seen.
  (require('protobufjs/minimal') as { Reader: { discardUnknown: boolean } }).Reader.discardUnknown = false;
  loaded = (require(file) as { otlp: Record<string, Decoder> }).otlp;
  return loaded;
}

/** The message as protobufjs reads it; `undefined` where it refuses. */
export function secondOpinion(name: string, body: Uint8Array): Plain | undefined {
  let message: object;
  try {
    // A Buffer, because only its reader reads strings as Node does.
    message = decoders()[name]!.decode(Buffer.from(body.buffer, body.byteOffset, body.length));
  } catch {
    return undefined;
  }
  return plainOf(message);
}

/** Fields that OTLP does not have, as hexadecimal digits of tag and value, under this name. */
export const UNKNOWN = '$unknowns';

function plainOf(message: object): Plain {
  const plain: Plain = {};
  for (const [name, value] of Object.entries(message)) {
    // Lists that were not sent are empty ones.
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    plain[name] = Array.isArray(value) ? value.map(dataOf) : dataOf(value);
  }
  const unknown = (message as { $unknowns?: Uint8Array[] }).$unknowns;
  if (unknown) plain[UNKNOWN] = unknown.map(bytes => Buffer.from(bytes).toString('hex')).sort();
  return plain;
}

function dataOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value !== 'object' || value === null) return value;
  // 64-bit numbers come as instances of a class of three fields.
  if ('low' in value && 'high' in value && 'unsigned' in value) return BigInt(String(value));
  return plainOf(value);
}
