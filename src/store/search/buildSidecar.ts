import { crc32 } from 'node:zlib';
import type { ScannedResource, ScannedScope } from '../../otlp/scanEnvelope.ts';
import { scanLogs } from '../../otlp/scanLogs.ts';
import { scanTraces, type TraceScan } from '../../otlp/scanTraces.ts';
import { type Frame, framesOf } from '../segmentFile.ts';
import { HashSet } from './bloom.ts';
import { HashCollector } from './collectHashes.ts';
import { PLACES } from './hashes.ts';
import { type BlockFigures, type Group, Holds, type SegmentFigures, SidecarFlag } from './sidecar.ts';
import { sharedPart, WireShared } from './wireShared.ts';

/** A block goes on until it has so many bytes; an item is never cut. */
const BLOCK_BYTES = 64 * 1024;
/** The words of the largest time that a summary has. */
const MAX_HIGH = 0x7fff_ffff;
const MAX_LOW = 0xffff_ffff;

interface Scan {
  count: number;
  offsets: Uint32Array;
  lengths: Uint32Array;
  scope: Uint32Array;
  scopes: ScannedScope[];
  resources: ScannedResource[];
}

/**
 * Gathers what a search wants to know of a segment; gives the turn back after each block.
 * @param content every request of it is whole
 * @throws {MalformedError}
 */
export function* gather(content: Uint8Array): Generator<undefined, SegmentFigures> {
  const gatherer = new Gatherer(content);
  for (const frame of framesOf(content)) {
    if (frame.signal !== 'metrics') yield* gatherer.request(frame);
  }
  return { length: content.length, ...gatherer.finish() };
}

class Gatherer {
  readonly #content: Uint8Array;
  readonly #set = new HashSet();
  readonly #collector: HashCollector;
  readonly #blocks: BlockFigures[] = [];
  /** Hashes of trace and span ids; where two fall together, that counts as a span that came twice. */
  readonly #ids = new HashSet();
  #spans = 0;
  #logs = 0;
  /** The block that is being filled. */
  #start = 0;
  #end = 0;
  #groups: Group[] = [];
  #holds = 0;
  #shortest = Number.POSITIVE_INFINITY;
  #longest = 0;
  #latestLow = 0;
  #latestHigh = 0;

  constructor(content: Uint8Array) {
    this.#content = content;
    this.#collector = new HashCollector(content, this.#set);
  }

  *request({ signal, offset, length }: Frame): Generator<undefined> {
    const isLogs = signal === 'logs';
    const body = this.#content.subarray(offset, offset + length);
    const scan: Scan = isLogs ? scanLogs(body) : this.#withIds(scanTraces(body));
    /** The end of the item before, in a scope. */
    let [scopeIndex, before] = [-1, 0];
    for (let i = 0; i < scan.count; i++) {
      const at = offset + scan.offsets[i]!;
      const end = at + scan.lengths[i]!;
      if (this.#end - this.#start >= BLOCK_BYTES) {
        this.#close();
        scopeIndex = -1;
        yield;
      }
      if (scan.scope[i] !== scopeIndex) {
        const isSame = i > 0 && scan.scope[i] === scan.scope[i - 1];
        scopeIndex = scan.scope[i]!;
        this.#begin(isLogs, scan, scopeIndex, offset, isSame ? before : undefined);
      }
      this.#item(isLogs, at, end - at);
      this.#groups.at(-1)!.to = end;
      this.#end = before = end;
    }
    this.#end = offset + length;
  }

  #withIds(scan: TraceScan): TraceScan {
    const words = new Uint32Array(scan.ids.buffer, 0, 6 * scan.count);
    for (let i = 0; i < words.length; i += 6) {
      let h = 0;
      for (let word = i; word < i + 6; word++) h = Math.imul(h ^ (h >>> 15) ^ words[word]!, 0x9e3779b1);
      this.#ids.add((h ^ (h >>> 16)) >>> 0);
    }
    return scan;
  }

  #begin(isLogs: boolean, scan: Scan, scopeIndex: number, base: number, from: number | undefined): void {
    const scope = scan.scopes[scopeIndex]!;
    const resource = scan.resources[scope.resource]!;
    const start = from ?? base + scope.offset;
    const [resourceOffset, resourceLength] = sharedPart(this.#content, base + resource.offset, resource.length);
    const [scopeOffset, scopeLength] = sharedPart(this.#content, base + scope.offset, scope.length);
    this.#groups.push({ isLogs, resourceOffset, resourceLength, scopeOffset, scopeLength, from: start, to: start });
    const shared = new WireShared(this.#content, resourceOffset, resourceLength, 'resource');
    this.#collector.shared(shared.places);
    this.#collector.text(PLACES.service, shared.service);
    if (isLogs) return;
    const named = new WireShared(this.#content, scopeOffset, scopeLength, 'scope');
    this.#collector.shared(named.places);
    this.#collector.text(PLACES.scopeName, named.name);
  }

  #item(isLogs: boolean, offset: number, length: number): void {
    if (isLogs) {
      this.#logs++;
      this.#holds |= Holds.logs;
      this.#noteEver();
      this.#collector.log(offset, length);
      return;
    }
    this.#spans++;
    this.#holds |= Holds.spans;
    this.#collector.span(offset, length);
    const { startLow, startHigh, duration } = this.#collector;
    if (duration < this.#shortest) this.#shortest = duration;
    if (duration > this.#longest) this.#longest = duration;
    this.#note(startLow, startHigh);
  }

  #note(low: number, high: number): void {
    // One that was never set: its trace may have begun at any time.
    if ((low === 0 && high === 0) || high > MAX_HIGH) this.#noteEver();
    else if (high > this.#latestHigh || (high === this.#latestHigh && low > this.#latestLow)) {
      this.#latestHigh = high;
      this.#latestLow = low;
    }
  }

  #noteEver(): void {
    this.#latestHigh = MAX_HIGH;
    this.#latestLow = MAX_LOW;
  }

  #close(end = this.#end): void {
    const bytes = this.#content.subarray(this.#start, end);
    this.#blocks.push({
      start: this.#start,
      end,
      crc: crc32(bytes),
      holds: this.#holds,
      shortest: this.#shortest,
      longest: this.#longest,
      latest: (BigInt(this.#latestHigh) << 32n) | BigInt(this.#latestLow),
      groups: this.#groups,
      filter: this.#set.take(),
    });
    this.#start = this.#end = end;
    this.#groups = [];
    this.#holds = this.#longest = 0;
    this.#shortest = Number.POSITIVE_INFINITY;
    this.#latestLow = this.#latestHigh = 0;
  }

  finish(): Omit<SegmentFigures, 'length'> {
    if (this.#start < this.#content.length) this.#close(this.#content.length);
    const flags = this.#ids.size < this.#spans ? SidecarFlag.repeats : 0;
    return { flags, blocks: this.#blocks, spans: this.#spans, logs: this.#logs };
  }
}
