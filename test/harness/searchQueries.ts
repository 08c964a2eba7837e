import { pick, type Random } from '../bench/random.ts';
import type { MadeAttributes, MadeSpan, MadeValue } from './searchData.ts';
import { KEYS, RANDOM_START, type RandomTelemetry } from './searchRandom.ts';

// Queries of either language out of what was sent: most of them find something, some ask for what is nowhere.

export function randomQuery(next: Random, data: RandomTelemetry): string {
  return next() < 0.5 ? words(next, data) : spanSets(next, data);
}

function words(next: Random, data: RandomTelemetry): string {
  const count = pick(next, [0, 1, 1, 1, 1, 2, 2, 3]);
  const one = pick(next, data.spans);
  const terms = Array.from({ length: count }, () => term(next, next() < 0.8 ? one : pick(next, data.spans), data));
  return terms.map(written => (next() < 0.2 && !/^(since|until):/.test(written) ? '-' : '') + written).join(' ');
}

/** Of the same span for all terms of a query as a rule, so that they have a chance to hold together. */
function term(next: Random, span: MadeSpan, data: RandomTelemetry): string {
  const chance = next();
  if (chance < 0.25) return quoted(part(next, pick(next, textsOf(span, data))));
  if (chance < 0.65) {
    const [key, value] = attributeOf(next, span);
    const scoped = pick(next, ['', '', '', 'span.', 'resource.', 'event.', 'link.']);
    return `${/^[\w.]+$/.test(key) ? scoped + key : quoted(key)}:${wanted(next, value)}`;
  }
  return fact(next, span);
}

function fact(next: Random, span: MadeSpan): string {
  const second = Math.floor(next() * 30);
  const at = new Date(Number(RANDOM_START / 1_000_000n) + second * 1000).toISOString();
  return pick(next, [
    `name:${quoted(span.name || 'x')}`,
    `name:${pick(next, ['get*', '*users', '*i*', '*'])}`,
    `service:${quoted(serviceIn(span) || 'x')}`,
    `kind:${pick(next, KINDS)}`,
    `status:${pick(next, STATUSES)}`,
    `message:${pick(next, ['"no stock left"', 'time*', '*'])}`,
    `event:${pick(next, ['exception', '*miss', 'retry'])}`,
    `scope:${pick(next, ['http', 'SQL', '*'])}`,
    `duration:${pick(next, ['>', '>=', '<', '<=', ''])}${pick(next, DURATIONS)}`,
    `duration:${pick(next, ['1ms..100ms', '..10ms', '1.5s..'])}`,
    `trace.duration:>${pick(next, DURATIONS)}`,
    `spans:${pick(next, ['>=3', '1', '2..5', '<2'])}`,
    `root.name:${quoted(span.name || 'x')}`,
    `root.service:${quoted(serviceIn(span) || 'x')}`,
    `${pick(next, ['since', 'until'])}:${at}`,
    `trace:${span.traceId.slice(0, pick(next, [6, 8, 32]))}`,
    span.traceId.slice(0, pick(next, [6, 10, 32])),
    pick(next, [span.spanId, `span:${span.spanId}`]),
    'error',
  ]);
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['unset', 'ok', 'error'];
const DURATIONS = ['1ms', '10ms', '0.1s', '100000us', '1.5s', '2m', '1ns'];

/** A value as a term asks for it, or for one near it. */
function wanted(next: Random, value: MadeValue): string {
  if (typeof value === 'bigint') {
    return pick(next, [
      `${value}`,
      `"${value}"`,
      `>${value}`,
      `<=${value}`,
      `!=${value}`,
      `${value}..`,
      `..${value}`,
      '*',
    ]);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return pick(next, ['*', '>5', '<5', '!=5']);
    return pick(next, [`"${value}"`, `>=${plain(value)}`, `<${plain(value)}`, `..${plain(value)}`, plain(value)]);
  }
  if (typeof value === 'boolean') return pick(next, ['true', 'false', '!=true', '*']);
  if (typeof value === 'string') {
    if (next() < 0.5 && Number.isFinite(Number.parseFloat(value))) return wanted(next, Number(value));
    const start = value.slice(0, 2);
    const wild = /^[a-zA-Z0-9]+$/.test(start) ? `${start}*` : '*';
    return pick(next, [
      quoted(value || 'x'),
      quoted(value.toUpperCase() || 'x'),
      wild,
      `/.*${literally(start)}.*/`,
      `!=${quoted(value || 'x')}`,
    ]);
  }
  if (Array.isArray(value) && value.length > 0) return wanted(next, pick(next, value));
  return pick(next, ['*', 'nowhere', '5', '!=5', '"GET"']);
}

function spanSets(next: Random, data: RandomTelemetry): string {
  const count = pick(next, [1, 1, 1, 2, 2, 3]);
  const sets = Array.from({ length: count }, () => spanSet(next, data));
  return sets.slice(1).reduce((query, set) => {
    const both = `${query} ${pick(next, ['&&', '||', '>>', '>'])} ${set}`;
    return next() < 0.3 ? `(${both})` : both;
  }, sets[0]!);
}

function spanSet(next: Random, data: RandomTelemetry): string {
  const span = pick(next, data.spans);
  return next() < 0.1 ? '{ }' : `{ ${condition(next, span, 2)} }`;
}

function condition(next: Random, span: MadeSpan, depth: number): string {
  const chance = next();
  if (depth === 0 || chance < 0.5) return comparison(next, span);
  const inner = () => condition(next, span, depth - 1);
  if (chance < 0.7) return `${inner()} && ${inner()}`;
  if (chance < 0.8) return `(${inner()} || ${inner()})`;
  if (chance < 0.9) return `!(${inner()})`;
  return `${inner()} || ${inner()}`;
}

function comparison(next: Random, span: MadeSpan): string {
  if (next() < 0.5) {
    const [key, value] = attributeOf(next, span);
    const scope = pick(next, ['', '', 'span', 'resource', 'event', 'link', 'instrumentation']);
    const field = `${scope}.${/^[\w.]+$/.test(key) ? key : quoted(key)}`;
    return `${field} ${compared(next, value)}`;
  }
  const name = quoted(span.name);
  return pick(next, [
    `name ${pick(next, ['=', '!='])} ${name}`,
    `name =~ "${pick(next, ['.*users', 'GET|POST', '[A-Z]+ .*', '日.*'])}"`,
    `name !~ ".*s"`,
    `status ${pick(next, ['=', '!='])} ${pick(next, STATUSES)}`,
    `kind ${pick(next, ['=', '!='])} ${pick(next, KINDS)}`,
    `duration ${pick(next, ['>', '<=', '=', '!='])} ${pick(next, DURATIONS)}`,
    `statusMessage ${pick(next, ['=', '!='])} "timeout"`,
    `event:name ${pick(next, ['=', '!='])} "exception"`,
    `instrumentation:name = "http"`,
    `rootName = ${name}`,
    `rootServiceName ${pick(next, ['=', '!='])} ${quoted(serviceIn(span))}`,
    `traceDuration >= ${pick(next, DURATIONS)}`,
    `span:id = "${span.spanId}"`,
    `span:parentID ${pick(next, ['=', '!='])} "${span.parentSpanId ?? span.spanId}"`,
    `trace:id = "${span.traceId}"`,
  ]);
}

function compared(next: Random, value: MadeValue): string {
  const operator = pick(next, ['=', '=', '!=', '<', '<=', '>', '>=']);
  const nil = pick(next, ['!= nil', '= nil']);
  if (typeof value === 'bigint') return pick(next, [`${operator} ${value}`, `= "${value}"`, nil]);
  if (typeof value === 'number' && Number.isFinite(value)) return `${operator} ${plain(value)}`;
  if (typeof value === 'boolean') return `${pick(next, ['=', '!='])} ${value}`;
  if (typeof value === 'string') {
    if (next() < 0.5 && Number.isFinite(Number.parseFloat(value))) return compared(next, Number(value));
    const regex = JSON.stringify(`${literally(value.slice(0, 2))}.*`);
    return pick(next, [`${operator} ${quoted(value)}`, `=~ ${regex}`, `!~ ${regex}`, nil]);
  }
  if (Array.isArray(value) && value.length > 0) return compared(next, pick(next, value));
  return pick(next, [nil, '= "nowhere"', '> 5', '!= 5']);
}

/** Without an exponent. */
function plain(value: number): string {
  return Math.abs(value) < 1e15 ? value.toFixed(3).replace(/\.?0+$/, '') : BigInt(value).toString();
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** As a regular expression that is this text. */
function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/[\n"]/g, '.');
}

function part(next: Random, text: string): string {
  const letters = [...text];
  const from = Math.floor(next() * letters.length);
  const chosen = letters.slice(from, from + 1 + Math.floor(next() * 6)).join('');
  return (next() < 0.5 ? chosen.toUpperCase() : chosen).trim() || 'e';
}

function serviceIn(span: MadeSpan): string {
  const value = span.resource.findLast(([key]) => key === 'service.name')?.[1];
  return typeof value === 'string' ? value : '';
}

function attributeOf(next: Random, span: MadeSpan): MadeAttributes[number] {
  const all = [span, ...(span.events ?? []), ...(span.links ?? []), span.scope].flatMap(one => one.attributes ?? []);
  const some = next() < 0.8 ? all : span.resource;
  return some.length > 0 ? pick(next, some) : [pick(next, KEYS), 'nowhere'];
}

function textsOf(span: MadeSpan, data: RandomTelemetry): string[] {
  const logs = data.logs.filter(({ traceId }) => traceId === span.traceId);
  const values = [span, ...(span.events ?? []), ...logs].flatMap(one => one.attributes ?? []).map(([, value]) => value);
  const bodies = logs.flatMap(({ body }) => body ?? []);
  return [span.name, span.scope.name, 'nowhere', ...[...values, ...bodies].flatMap(stringsOf)];
}

function stringsOf(value: MadeValue): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  return value instanceof Map ? [...value.values()].flatMap(stringsOf) : [];
}
