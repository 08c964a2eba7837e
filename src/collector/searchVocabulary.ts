import { performance } from 'node:perf_hooks';
import type { AnyValue, KeyValue } from '../model/value.ts';
import { decodeResource, decodeScope, decodeSpan } from '../otlp/decode.ts';
import { MalformedError } from '../otlp/malformed.ts';
import { scanTraces } from '../otlp/scanTraces.ts';
import type { StoreReader } from '../store/reader.ts';
import type { SearchStore } from '../store/search/searchStore.ts';
import { framesOf } from '../store/segmentFile.ts';
import type { SearchVocabulary } from './api.ts';

/** It is taken from so many of the newest spans. */
const SPANS = 20_000;
const MOST_MS = 500;
const MOST_KEYS = 1000;
const MOST_VALUES = 20;
/** Of each key so many values are counted; those that come later are likely as rare. */
const COUNTED_VALUES = 500;
/** Nobody completes a longer text. */
const LONGEST = 100;

interface Seen {
  times: number;
  values: Map<string, number>;
}

/** The keys and values of the newest spans, the most frequent first. */
export function searchVocabulary(stores: readonly SearchStore[]): SearchVocabulary {
  const seen = new Map<string, Seen>();
  const until = performance.now() + MOST_MS;
  let left = SPANS;
  for (const { reader } of stores) {
    for (const { id, bytes } of reader.segments().reverse()) {
      if (left <= 0 || performance.now() > until) break;
      left -= readSegment(reader, id, bytes, left, until, seen);
    }
  }
  const keys = [...seen].sort(([, a], [, b]) => b.times - a.times).slice(0, MOST_KEYS);
  return { keys: keys.map(([key, { values }]) => ({ key, values: mostSeen(values) })) };
}

function mostSeen(values: Map<string, number>): string[] {
  const sorted = [...values].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, MOST_VALUES).map(([value]) => value);
}

function readSegment(
  reader: StoreReader,
  id: number,
  bytes: number,
  most: number,
  until: number,
  seen: Map<string, Seen>,
): number {
  const content = reader.segment(id, bytes);
  let spans = 0;
  for (const frame of [...framesOf(content)].reverse()) {
    if (spans >= most || performance.now() > until) break;
    if (frame.signal !== 'traces' || !reader.isSound(id, frame.offset, frame.length)) continue;
    try {
      spans += readRequest(content.subarray(frame.offset, frame.offset + frame.length), most - spans, seen);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
    }
  }
  return spans;
}

function readRequest(body: Uint8Array, most: number, seen: Map<string, Seen>): number {
  const scan = scanTraces(body);
  const resources = scan.resources.map(({ offset, length }) => decodeResource(body, offset, length));
  const scopes = scan.scopes.map(({ offset, length }) => decodeScope(body, offset, length));
  const count = Math.min(scan.count, most);
  for (let i = 0; i < count; i++) {
    const at = scan.scope[i]!;
    const resource = resources[scan.scopes[at]!.resource]!;
    const { name, attributes, events, links } = decodeSpan(
      body,
      scan.offsets[i]!,
      scan.lengths[i]!,
      resource,
      scopes[at]!,
    );
    noteName('span:name', name, seen);
    noteName('instrumentation:name', scopes[at]!.name, seen);
    for (const event of events) noteName('event:name', event.name, seen);
    for (const list of [attributes, resource.attributes, ...[...events, ...links].map(one => one.attributes)]) {
      for (const one of list) note(one, seen);
    }
  }
  return count;
}

/** As TraceQL calls it, which no attribute is called. */
function noteName(key: string, value: string, seen: Map<string, Seen>): void {
  note({ key, value: { type: 'string', value } }, seen);
}

function note({ key, value }: KeyValue, seen: Map<string, Seen>): void {
  if (key === '' || key.length > LONGEST) return;
  let known = seen.get(key);
  if (!known) {
    // Whoever makes up keys by the thousand is not to fill the memory.
    if (seen.size >= 4 * MOST_KEYS) return;
    known = { times: 0, values: new Map() };
    seen.set(key, known);
  }
  known.times++;
  for (const text of writtenAs(value)) {
    const times = known.values.get(text);
    if (times !== undefined) known.values.set(text, times + 1);
    else if (known.values.size < COUNTED_VALUES) known.values.set(text, 1);
  }
}

function writtenAs(value: AnyValue): string[] {
  if (value.type === 'string') return value.value !== '' && value.value.length <= LONGEST ? [value.value] : [];
  if (value.type === 'array')
    return value.values.slice(0, MOST_VALUES).flatMap(one => (one.type === 'array' ? [] : writtenAs(one)));
  return value.type === 'int' || value.type === 'double' || value.type === 'bool' ? [String(value.value)] : [];
}
