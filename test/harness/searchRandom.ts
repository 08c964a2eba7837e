import type { WriteRequest } from '../../src/store/writeRequest.ts';
import { hex, pick, type Random } from '../bench/random.ts';
import {
  logsRequest,
  type MadeAttributes,
  type MadeLog,
  type MadeScope,
  type MadeSpan,
  type MadeValue,
  spansRequest,
} from './searchData.ts';

/** What programs could have sent; a span may be in it more than once, changed or not. */
export interface RandomTelemetry {
  spans: MadeSpan[];
  logs: MadeLog[];
}

const MS = 1_000_000n;
/** 20 November 2026, 10:00 UTC. */
export const RANDOM_START = 1_795_168_800_000n * MS;

const NAMES = [
  'GET /users',
  'POST /orders',
  'SELECT users',
  'chat gpt-4o',
  'naïve Straße',
  '日本語 処理',
  'İstanbul',
  '',
];
// The last is the Kelvin sign, of which the lower case is a k.
const WORDS = [
  'GET',
  'get',
  'beta',
  'Beta',
  'gpt-4o',
  'gpt-4o-mini',
  'u-17',
  'a*b',
  'he said "hi"',
  'C:\\x',
  'ÅNGSTRÖM',
  '\u212A9',
];
const NUMERIC = ['200', '500', '0.25', '1.10', '-3', '1e3', '0x10', ' 7', '٣', '9007199254740993'];
const INTEGERS = [0n, 1n, 42n, 200n, 404n, 500n, -3n, 1n << 53n, (1n << 53n) + 1n, -(1n << 63n), (1n << 63n) - 1n];
const DOUBLES = [0, 0.25, 0.5, 1, 200, 1e21, 5e-324, -2.5, Number.NaN, Number.POSITIVE_INFINITY];
/** Few keys for many values, so that one key has values of every type, and in every place. */
export const KEYS = [
  'http.response.status_code',
  'user.id',
  'tags',
  'ratio',
  'cached',
  'my key',
  '__proto__',
  'n',
  'größe',
];
const EVENTS = ['exception', 'cache.miss', 'Retry'];
const MESSAGES = ['no stock left', 'timeout', ''];

const RESOURCES: readonly MadeAttributes[] = [
  [
    ['service.name', 'shop'],
    ['host.name', 'web-1'],
  ],
  [
    ['service.name', 'Stock'],
    ['tags', ['beta', 7n]],
  ],
  [
    ['service.name', 'Bücher-Dienst'],
    ['n', 5n],
    ['service.name', 'books'],
  ],
  [['host.name', 'Web-1']],
  [],
];
const SCOPES: readonly MadeScope[] = [
  { name: '' },
  { name: 'http', attributes: [['library.tier', 'Core']] },
  { name: 'sql', attributes: [['n', '5']] },
];

export function randomTelemetry(next: Random, traces: number): RandomTelemetry {
  const all: RandomTelemetry = { spans: [], logs: [] };
  for (let n = 0; n < traces; n++) {
    const { spans, logs } = randomTrace(next);
    all.spans.push(...spans);
    all.logs.push(...logs);
  }
  // Of a trace that nothing else is known of, and of none at all.
  for (const traceId of [hex(next, 32), '']) {
    if (next() < 0.3) all.logs.push(randomLog(next, traceId, ''));
  }
  return all;
}

/** Everything in requests of different sizes, in any order, some of it twice. */
export function randomRequests(next: Random, { spans, logs }: RandomTelemetry): WriteRequest[] {
  const requests = [
    ...split(next, [...spans, ...spans.filter(() => next() < 0.1)]).map(spansRequest),
    ...split(next, logs).map(logsRequest),
  ];
  return shuffled(next, [...requests, ...requests.filter(() => next() < 0.1)]);
}

function split<T>(next: Random, items: T[]): T[][] {
  const parts: T[][] = [];
  const left = shuffled(next, items);
  while (left.length > 0) parts.push(left.splice(0, 1 + Math.floor(next() * 12)));
  return parts;
}

function shuffled<T>(next: Random, items: readonly T[]): T[] {
  return items
    .map(item => ({ item, rank: next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

function randomTrace(next: Random): RandomTelemetry {
  // Ids of all traces begin alike, so that a prefix may be that of several.
  const traceId = pick(next, ['abcdef', 'abc123']) + hex(next, 26);
  const count = next() < 0.1 ? 40 : 1 + Math.floor(next() * 8);
  const ids = Array.from({ length: count }, () => hex(next, 16));
  const deep = next() < 0.5;
  // Whole seconds, so that several begin at the same time.
  const start = next() < 0.03 ? 0n : RANDOM_START + BigInt(Math.floor(next() * 30)) * 1000n * MS;
  const spans = ids.flatMap((id, i) => {
    const span = randomSpan(next, traceId, id, start);
    const parentSpanId = parentOf(next, ids, i, deep);
    const made = parentSpanId === undefined ? span : { ...span, parentSpanId };
    return [made, ...(next() < 0.1 ? [otherVersion(next, made)] : [])];
  });
  if (next() < 0.15) spans.push(...halves(next, traceId, pick(next, ids), start));
  const logs = Array.from({ length: next() < 0.4 ? 1 + Math.floor(next() * 3) : 0 }, () =>
    randomLog(next, traceId, next() < 0.6 ? pick(next, ids) : pick(next, ['', hex(next, 16)])),
  );
  return { spans, logs };
}

function parentOf(next: Random, ids: readonly string[], i: number, deep: boolean): string | undefined {
  const chance = next();
  // One that never comes, and any: a later one, or the span itself, makes a circle.
  if (chance < 0.05) return 'ffffffffffffffff';
  if (chance < 0.1) return pick(next, ids);
  if (i === 0) return undefined;
  return deep ? ids[i - 1]! : ids[Math.floor(next() * i)]!;
}

function randomSpan(next: Random, traceId: string, spanId: string, traceStart: bigint): MadeSpan {
  // Some programs never set it.
  const start = traceStart === 0n || next() < 0.04 ? 0n : traceStart + BigInt(Math.floor(next() * 20)) * MS;
  // Ends before it begins, at once, or after so many milliseconds.
  const took = pick(next, [-5n, 0n, 1n, 10n, 100n, 1500n]) * MS;
  const count = Math.floor(next() * 5);
  return {
    traceId,
    spanId,
    name: pick(next, NAMES),
    kind: Math.floor(next() * 6),
    start,
    end: start + took < 0n ? 0n : start + took,
    resource: pick(next, RESOURCES),
    scope: pick(next, SCOPES),
    attributes: randomAttributes(next, count),
    events: Array.from({ length: next() < 0.3 ? 2 : 0 }, () => ({
      name: pick(next, EVENTS),
      attributes: randomAttributes(next, 2),
    })),
    links: next() < 0.15 ? [{ attributes: randomAttributes(next, 1) }, { attributes: randomAttributes(next, 2) }] : [],
    status: { code: pick(next, [0, 0, 0, 1, 2]), message: pick(next, MESSAGES) },
  };
}

/** As it was sent before it ended, or once more after that. */
function otherVersion(next: Random, span: MadeSpan): MadeSpan {
  const end = pick(next, [0n, span.end, span.end + 7n * MS]);
  return { ...span, name: pick(next, NAMES), end, attributes: randomAttributes(next, 3), status: { code: 2 } };
}

/** A call that both sides report under one id. */
function halves(next: Random, traceId: string, parentSpanId: string, start: bigint): MadeSpan[] {
  const spanId = hex(next, 16);
  const [calling, called] = [randomSpan(next, traceId, spanId, start), randomSpan(next, traceId, spanId, start)];
  return [
    { ...calling, kind: 3, parentSpanId },
    { ...called, kind: 2, parentSpanId },
  ];
}

function randomLog(next: Random, traceId: string, spanId: string): MadeLog {
  const body = randomValue(next, 0);
  return {
    traceId,
    spanId,
    resource: pick(next, RESOURCES),
    scope: pick(next, SCOPES),
    attributes: randomAttributes(next, 2),
    ...(next() < 0.9 && { body }),
    eventName: pick(next, ['', ...EVENTS]),
    time: RANDOM_START,
  };
}

function randomAttributes(next: Random, count: number): MadeAttributes {
  return Array.from({ length: count }, () => [pick(next, KEYS), randomValue(next, 0)] as const);
}

function randomValue(next: Random, depth: number): MadeValue {
  const chance = next();
  if (chance < 0.35) return pick(next, WORDS);
  if (chance < 0.45) return pick(next, NUMERIC);
  if (chance < 0.6) return pick(next, INTEGERS);
  if (chance < 0.7) return pick(next, DOUBLES);
  if (chance < 0.78) return pick<MadeValue>(next, [true, false, 'true', 'False']);
  if (chance < 0.82) return pick<MadeValue>(next, ['', null, Uint8Array.of(71, 69, 84), 'line one\nline two']);
  if (depth > 2) return pick(next, WORDS);
  const inner = () => randomValue(next, depth + 1);
  if (chance < 0.93) return Array.from({ length: Math.floor(next() * 4) }, inner);
  return new Map([
    [pick(next, KEYS), inner()],
    ['city', inner()],
  ]);
}
