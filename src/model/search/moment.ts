import { durationNanos } from './number.ts';
import { SearchError } from './query.ts';

const NANOS_PER_MS = 1_000_000n;

const CURE =
  'Write how long ago (10m, 2h, 3d), a date (2026-01-31), a date and time ("2026-01-31 14:00"), today or yesterday.';

/** First and last nanosecond that a text about time means, since 1970: a day is all of it, a moment only itself. */
export interface Moments {
  from: bigint;
  to: bigint;
}

/**
 * Reads a time: `10m` ago, `today`, `yesterday`, a time of today, or an ISO date with or without a time; local where it
 * names no zone.
 *
 * @param now nanoseconds since 1970
 * @throws {SearchError} at `position`, where it is none
 */
export function readMoment(text: string, now: bigint, position: number): Moments {
  const found = relative(text, now) ?? day(text, now) ?? timeOfDay(text, now) ?? dateAndTime(text);
  if (found) return found;
  throw new SearchError(`This is no time. ${CURE}`, position, position + text.length);
}

function relative(text: string, now: bigint): Moments | undefined {
  if (!/^\d/.test(text)) return undefined;
  const nanos = durationNanos(text);
  if (nanos === undefined || !Number.isFinite(nanos)) return undefined;
  const at = now - BigInt(Math.round(nanos));
  return { from: at, to: at };
}

function day(text: string, now: bigint): Moments | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year !== undefined) return wholeDay(Number(year), Number(month) - 1, Number(date));
  const back = ['today', 'yesterday'].indexOf(text.toLowerCase());
  if (back < 0) return undefined;
  const today = new Date(Number(now / NANOS_PER_MS));
  // The constructor carries over: day 0 of a month is the last one of the month before.
  const first = new Date(today.getFullYear(), today.getMonth(), today.getDate() - back);
  return wholeDay(first.getFullYear(), first.getMonth(), first.getDate());
}

function wholeDay(year: number, month: number, date: number): Moments | undefined {
  const start = new Date(year, month, date);
  if (year < 1970 || start.getMonth() !== month || start.getDate() !== date) return undefined;
  const next = new Date(year, month, date + 1);
  return { from: nanosOf(start), to: nanosOf(next) - 1n };
}

function timeOfDay(text: string, now: bigint): Moments | undefined {
  if (!/^\d\d?:\d\d(:\d\d(\.\d{1,9})?)?$/.test(text)) return undefined;
  const today = new Date(Number(now / NANOS_PER_MS));
  const pad = (number: number) => String(number).padStart(2, '0');
  const date = `${today.getFullYear()}-${pad(today.getMonth() + 1)}-${pad(today.getDate())}`;
  return dateAndTime(`${date}T${text.padStart(text.indexOf(':') === 1 ? text.length + 1 : 0, '0')}`);
}

const DATE_AND_TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?$/i;

function dateAndTime(text: string): Moments | undefined {
  const match = DATE_AND_TIME.exec(text);
  if (!match) return undefined;
  const [year, month, date, hours, minutes, seconds] = match.slice(1, 7).map(part => Number(part ?? 0));
  // In UTC every day has 24 hours, so that a date or time which does not exist changes when it is written back.
  const utc = new Date(Date.UTC(year!, month! - 1, date!, hours, minutes, seconds));
  const written = [
    utc.getUTCMonth() + 1,
    utc.getUTCDate(),
    utc.getUTCHours(),
    utc.getUTCMinutes(),
    utc.getUTCSeconds(),
  ];
  if (year! < 1970 || [month, date, hours, minutes, seconds].some((part, index) => part !== written[index])) {
    return undefined;
  }
  const zone = match[8]?.toUpperCase();
  const whole =
    zone === undefined
      ? new Date(year!, month! - 1, date!, hours, minutes, seconds)
      : new Date(utc.getTime() - offsetMinutes(zone) * 60_000);
  const at = nanosOf(whole) + BigInt((match[7] ?? '').padEnd(9, '0'));
  return { from: at, to: at };
}

function offsetMinutes(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.replace(/\D/g, '');
  return (zone.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)));
}

function nanosOf(date: Date): bigint {
  return BigInt(date.getTime()) * NANOS_PER_MS;
}
