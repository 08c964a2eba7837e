import assert from 'node:assert/strict';
import { Redactor } from '../../../src/otlp/redact/redactor.ts';
import { scanLogs } from '../../../src/otlp/scanLogs.ts';
import { countMetricPoints } from '../../../src/otlp/scanMetrics.ts';
import { scanTraces } from '../../../src/otlp/scanTraces.ts';
import { requestOf, type Signal } from '../../../src/otlp/schema.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import { REQUEST_NAMES, SIGNALS, utf8, withValue } from '../../unit/otlp/samples.ts';
import { inflate, mutateBytes } from '../mutateBytes.ts';
import { type Plain, secondOpinion, UNKNOWN } from '../oracle.ts';
import type { Random } from '../random.ts';
import { Finding, type Target } from '../target.ts';
import { mutateFields, randomFields, readFields, type WireField, writeFields } from '../wireTree.ts';
import { unlessMalformed } from './openers.ts';

const MASKED = '[masked]';
/** Our own count of masked values: the tag of field 18998, in hexadecimal digits. */
const COUNT_TAG = 'b2a309';
/** That field with its length and mark; what follows is the count. */
const COUNT = new RegExp(`^${COUNT_TAG}0[9a-d]${Buffer.from('spanside').toString('hex')}((?:[89a-f].)*[0-7].)$`);
/** The tag of field 18999, which holds JSON that OTLP does not know. */
const FOREIGN_TAG = 'baa309';

/** Keys whose values are credentials, beyond any doubt. */
const SECRET_KEYS = ['authorization', 'api_key', 'http.request.header.authorization', 'password', 'x-card-number'];

/** What looks like a credential, or nearly. Put together here, so that no scanner of repositories takes it for one. */
const TEXTS = [
  ...SECRET_KEYS,
  ...['sk-', 'AKIA', 'ghp_', 'xoxb-', 'AIza', 'eyJ'].map(head => `${head}${'aB3dE5gH'.repeat(5)}`),
  ...[
    'Bearer ',
    'Basic ',
    '://user:',
    '@host/',
    '?token=',
    '&api_key=',
    '-----BEGIN PRIVATE ',
    'KEY-----',
    '\n',
    '"',
    "'",
    '\\"',
  ],
  ...[
    '"authorization": "',
    'authorization: ',
    'cookie: a=b; c=',
    'set-cookie',
    'eyJhbGciOi.eyJzdWIi.c2ln',
    'input_tokens',
    MASKED,
  ],
  ...['{"api_key":"', '":', ', ', '[', ']', 'hunter2hunter2', 'card 4111', '\u00e9', '\ud83e\udd89', 'a'.repeat(300)],
];
const WORDS = TEXTS.map(text => Buffer.from(text));

const redactors = [
  new Redactor({ keys: ['card number'], patterns: [] }, () => {}),
  new Redactor({ keys: ['card number'], patterns: ['card \\d+', 'h[a-z]+2'] }, () => {}),
];

/** The first byte of an input says the signal, and whether the user has patterns; the rest is the body. */
export const redactTarget: Target = {
  name: 'redact',
  covers: /\/src\/otlp\/redact\//,
  seeds: () =>
    [
      withValue(
        '{"stringValue":"Bearer abcdef0123456789ABCDEF, and https://me:hunter2@host/?api_key=0123456789abcdef"}',
      ),
      withValue(
        '{"kvlistValue":{"values":[{"key":"password","value":{"arrayValue":{"values":[{"stringValue":"hunter2hunter2"}]}}}]}}',
      ),
      withValue('{"stringValue":"x","authorization":"Bearer abcdef0123456789ABCDEF"}'),
    ].map(json => Buffer.concat([Buffer.of(0), jsonToProto('traces', utf8(json))])),
  generate(random) {
    const signal = random.below(SIGNALS.length);
    const fields = randomFields(requestOf(SIGNALS[signal]!), random);
    plant(fields, random);
    return Buffer.concat([
      Buffer.of(signal + 4 * random.below(2)),
      writeFields(fields, random.once(4) ? random : undefined),
    ]);
  },
  mutate(input, random, other) {
    const head = input.subarray(0, 1);
    if (random.once(60)) return inflate(input, random, 60_000);
    if (random.once(3)) return mutateBytes(input, random, other, WORDS);
    const message = requestOf(signalOf(input));
    const fields = readFields(input.subarray(1), message);
    if (random.once(3)) mutateFields(fields, message, random);
    plant(fields, random);
    return Buffer.concat([head, writeFields(fields)]);
  },
  allowedMs: length => 500 + length / 20,
  run(input) {
    check(signalOf(input), input.subarray(1), redactors[((input[0] ?? 0) >> 2) % 2]!);
  },
};

function signalOf(input: Uint8Array): Signal {
  return SIGNALS[(input[0] ?? 0) % 4] ?? 'traces';
}

/** Puts texts of the kind looked for into places where bytes are, some of them keys and values of attributes. */
function plant(fields: WireField[], random: Random): void {
  const key = fields.find(({ number, wireType }) => number === 1 && wireType === 2);
  const value = fields.find(field => field.number === 2 && Array.isArray(field.value));
  if (key && !Array.isArray(key.value) && value && random.once(8)) {
    key.value = Buffer.from(random.pick(SECRET_KEYS));
    value.value = [{ number: 1, wireType: 2, value: Buffer.from('aB3dE5gHhunter2') }];
    return;
  }
  for (const field of fields) {
    if (Array.isArray(field.value)) {
      if (!random.once(4)) plant(field.value, random);
    } else if (field.wireType === 2 && random.once(2) && field.value.length % 8 !== 0) {
      const length = 1 + random.below(4);
      field.value = Buffer.from(Array.from({ length }, () => random.pick(TEXTS)).join(''));
    }
  }
}

function check(signal: Signal, body: Uint8Array, redactor: Redactor): void {
  const before = Buffer.from(body);
  const first = redactor.redact(signal, body);
  assert.ok(before.equals(body), 'the body was changed in place');
  if (first.masked === 0 && first.body === body) return;
  const count = countOf(signal, body);
  if (count !== undefined && countOf(signal, first.body) !== count) throw new Finding('it is not the request it was');
  const was = secondOpinion(REQUEST_NAMES[signal], body);
  if (was === undefined) return;
  const is = secondOpinion(REQUEST_NAMES[signal], first.body);
  if (is === undefined) throw new Finding('protobufjs reads it no more');
  compare(was, is, '');
  checkCounts(was, is, first.masked);
  const second = redactor.redact(signal, first.body);
  if (second.masked !== 0) throw new Finding(`a second pass masks ${second.masked} more`);
  assert.deepEqual(
    withoutCounts(secondOpinion(REQUEST_NAMES[signal], second.body)),
    withoutCounts(is),
    'a second pass',
  );
}

function countOf(signal: Signal, body: Uint8Array): number | undefined {
  if (signal === 'metrics') return unlessMalformed(() => countMetricPoints(body));
  return unlessMalformed(() => (signal === 'traces' ? scanTraces(body) : scanLogs(body)).count);
}

/** Whether `is` is `was` with nothing but texts masked. */
function compare(was: unknown, is: unknown, place: string): void {
  if (typeof was === 'string' && typeof is === 'string') {
    if (was === is || isMasked(was, is)) return;
    throw new Finding(`${place} was ${JSON.stringify(was.slice(0, 80))} and is ${JSON.stringify(is.slice(0, 80))}`);
  }
  if (Array.isArray(was) && Array.isArray(is)) {
    if (was.length !== is.length) throw new Finding(`${place} had ${was.length} elements and has ${is.length}`);
    for (const [i, each] of was.entries()) compare(each, is[i], `${place}[]`);
    return;
  }
  if (typeof was !== 'object' || was === null || typeof is !== 'object' || is === null) {
    assert.deepEqual(is, was, place);
    return;
  }
  const [old, now] = [was as Plain, is as Plain];
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  names.delete(UNKNOWN);
  for (const name of names) compare(old[name], now[name], `${place}.${name}`);
  compareUnknown(old, now, place);
  const text = (now['value'] as Plain | undefined)?.['stringValue'];
  if (SECRET_KEYS.includes(String(now['key'])) && typeof text === 'string' && /^[A-Za-z0-9]{12,}$/.test(text)) {
    if (!/^x+$/i.test(text)) throw new Finding(`${place}: the value of ${now['key']} is not masked`);
  }
}

/** The counts in the messages say no more than was masked in all, and no less than can be seen. */
function checkCounts(was: Plain, is: Plain, masked: number): void {
  const counted = countsIn(is) - countsIn(was);
  const seen = masksIn(is) - masksIn(was);
  if (counted > masked) throw new Finding(`${masked} values were masked and the messages say ${counted}`);
  if (seen > masked) throw new Finding(`${seen} values are masked and it says ${masked}`);
}

/** The counts of ours in all messages together: the field's length and mark, then a varint. */
function countsIn(value: unknown): number {
  if (typeof value === 'string') {
    const digits = COUNT.exec(value)?.[1];
    const bytes = Buffer.from(digits ?? '', 'hex');
    return bytes.reduce((sum, byte, i) => sum + (byte & 0x7f) * 128 ** i, 0);
  }
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + countsIn(inner), 0);
}

function masksIn(value: unknown): number {
  if (typeof value === 'string') return value.split(MASKED).length - 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + masksIn(inner), 0);
}

/** Between the masks stands what stood there before, in order; a mask stands for something. */
function isMasked(was: string, is: string): boolean {
  const kept = is.split(MASKED);
  if (kept.length === 1) return false;
  let at = 0;
  for (const [i, piece] of kept.entries()) {
    const found = i === 0 ? (was.startsWith(piece) ? 0 : -1) : was.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return was.endsWith(kept.at(-1)!);
}

function compareUnknown(was: Plain, is: Plain, place: string): void {
  const own = (hex: string) => hex.startsWith(COUNT_TAG);
  const foreign = (hex: string) => hex.startsWith(FOREIGN_TAG);
  const of = (message: Plain, wanted: (hex: string) => boolean) =>
    ((message[UNKNOWN] as string[]) ?? []).filter(wanted);
  const other = (hex: string) => !own(hex) && !foreign(hex);
  assert.deepEqual(of(is, other), of(was, other), `${place}: fields that OTLP does not have`);
  // What a sender put under the number of our count stays; ours come on top, one for each part a message was sent in.
  const added = of(is, own).length - of(was, own).length;
  if (added < 0) throw new Finding(`${place}: a count was lost`);
  if (of(is, foreign).length !== of(was, foreign).length)
    throw new Finding(`${place}: JSON members were added or lost`);
}

/** Counts apart: they say that somebody has masked, not what was sent. */
function withoutCounts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCounts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (name !== UNKNOWN) return [[name, withoutCounts(inner)]];
      const rest = (inner as string[]).filter(hex => !hex.startsWith(COUNT_TAG));
      return rest.length > 0 ? [[name, rest]] : [];
    }),
  );
}
