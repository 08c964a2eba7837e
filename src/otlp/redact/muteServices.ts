import { Cursor } from '../cursor.ts';
import { WireType } from '../field.ts';
import { RESOURCE_DEPTH } from '../scanEnvelope.ts';
import { scanResource } from '../scanResource.ts';
import type { Signal } from '../schema.ts';
import { applyEdits, type Edit } from './edits.ts';

/** Field numbers of the lists of data points in a Metric, and of the points in each of them. */
const POINT_LISTS: ReadonlySet<number> = new Set([5, 7, 9, 10, 11]);
const NOTHING = new Uint8Array(0);

/**
 * Takes the resources of some services out of an export request; what is left keeps its bytes. `body` is `undefined`
 * where no resource is left; `muted` counts spans, log records or data points. Throws `MalformedError`.
 */
export function muteServices(
  signal: Signal,
  body: Uint8Array,
  services: ReadonlySet<string>,
): { body: Uint8Array | undefined; muted: number } {
  const edits: Edit[] = [];
  let muted = 0;
  let left = 0;
  const cursor = new Cursor(body);
  const end = body.length;
  while (cursor.position < end) {
    const start = cursor.position;
    const tag = cursor.tag(end);
    if (tag !== 10) {
      cursor.skip(tag, end);
      continue;
    }
    const { service, items } = readResource(signal, cursor, cursor.enter(end));
    if (service !== undefined && services.has(service)) {
      edits.push({ start, end: cursor.position, bytes: NOTHING });
      muted += items;
    } else left++;
  }
  if (edits.length === 0) return { body, muted: 0 };
  return { body: left > 0 ? applyEdits(body, edits) : undefined, muted };
}

/** The service of a ResourceSpans, ResourceLogs or ResourceMetrics that ends at `end`, and how much it holds. */
function readResource(signal: Signal, cursor: Cursor, end: number): { service: string | undefined; items: number } {
  let service: string | undefined;
  let items = 0;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) service = scanResource(cursor, cursor.enter(end), RESOURCE_DEPTH) ?? service;
    else if (tag === 18) items += countScope(signal, cursor, cursor.enter(end));
    else cursor.skip(tag, end);
  }
  return { service, items };
}

function countScope(signal: Signal, cursor: Cursor, end: number): number {
  return countFields(cursor, end, 2, item => (signal === 'metrics' ? countPoints(cursor, item) : 1));
}

function countPoints(cursor: Cursor, end: number): number {
  let points = 0;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if ((tag & 7) === WireType.length && POINT_LISTS.has(tag >>> 3))
      points += countFields(cursor, cursor.enter(end), 1, () => 1);
    else cursor.skip(tag, end);
  }
  return points;
}

/** Adds up what `weigh` says of each field of one number that holds a message. */
function countFields(cursor: Cursor, end: number, number: number, weigh: (end: number) => number): number {
  let sum = 0;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag !== ((number << 3) | WireType.length)) {
      cursor.skip(tag, end);
      continue;
    }
    const itemEnd = cursor.enter(end);
    sum += weigh(itemEnd);
    cursor.position = itemEnd;
  }
  return sum;
}
