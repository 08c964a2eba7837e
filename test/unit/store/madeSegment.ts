import { crc32 } from 'node:zlib';
import type { ScannedResource, ScannedScope } from '../../../src/otlp/scanEnvelope.ts';
import { scanLogs } from '../../../src/otlp/scanLogs.ts';
import { scanTraces } from '../../../src/otlp/scanTraces.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import type { Alive } from '../../../src/store/alive.ts';
import { aliveOffsets } from '../../../src/store/alive.ts';
import { LOG_ENTRY, SPAN_ENTRY } from '../../../src/store/entries.ts';
import { FRAME_HEADER, FRAME_SIGNALS, type FrameSignal } from '../../../src/store/segmentFile.ts';

/** A request to be made: for each resource, for each of its scopes, for each item, how long its text is. */
export interface Wish {
  signal: FrameSignal;
  resources: { size: number; scopes: { size: number; items: { size: number; loose: boolean; alive: boolean }[] }[] }[];
}

/** A message of a made segment: the string that is in it and nowhere else, and whether it should stay. */
interface Made {
  text: string;
  alive: boolean;
}

export interface MadeSegment {
  content: Buffer;
  texts: Made[];
  alive: Alive;
  /** Payloads of the items that stay. */
  items: { offset: number; bytes: Buffer }[];
}

/** A segment with such requests, every level with a text in a known field and one in a key OTLP does not know. */
export function makeSegment(wishes: readonly Wish[], options: Pick<Alive, 'looseLogs' | 'metrics'>): MadeSegment {
  const made = new Maker(options);
  for (const wish of wishes) made.add(wish);
  return {
    content: Buffer.concat(made.frames),
    texts: made.texts,
    alive: { offsets: aliveOffsets(made.spans, made.logs), ...options },
    items: made.items,
  };
}

class Maker {
  readonly frames: Buffer[] = [];
  readonly texts: Made[] = [];
  readonly spans: Buffer[] = [];
  readonly logs: Buffer[] = [];
  readonly items: MadeSegment['items'] = [];
  readonly #options: Pick<Alive, 'looseLogs' | 'metrics'>;
  #count = 0;

  constructor(options: Pick<Alive, 'looseLogs' | 'metrics'>) {
    this.#options = options;
  }

  /** A text that is nowhere else, about so long. */
  #text(size: number, alive: boolean): string {
    const text = `<text ${this.#count++} ${'x'.repeat(size)}>`;
    this.texts.push({ text, alive });
    return text;
  }

  /** Members of a message: a known one and one that OTLP does not have. */
  #schema(size: number, alive: boolean): object {
    return { schemaUrl: this.#text(size, alive), somethingPrivate: this.#text(size, alive) };
  }

  add({ signal, resources }: Wish): void {
    const stays = ({ loose, alive }: { loose: boolean; alive: boolean }): boolean => {
      if (signal === 'metrics') return this.#options.metrics;
      return signal === 'logs' && loose ? this.#options.looseLogs : alive;
    };
    const staysAny = (items: { loose: boolean; alive: boolean }[]): boolean =>
      signal === 'metrics' ? this.#options.metrics : items.some(stays);
    const flat: { alive: boolean; listed: boolean }[] = [];
    const words = {
      traces: ['resourceSpans', 'scopeSpans', 'spans'],
      logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
      metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
    }[signal] as [string, string, string];
    const list = resources.map(resource => {
      const alive = staysAny(resource.scopes.flatMap(({ items }) => items));
      return {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: this.#text(resource.size, alive) } }] },
        [words[1]]: resource.scopes.map(scope => {
          const scopeAlive = staysAny(scope.items);
          return {
            scope: { name: this.#text(scope.size, scopeAlive) },
            [words[2]]: scope.items.map(item => {
              const itemAlive = stays(item);
              flat.push({ alive: itemAlive, listed: itemAlive && !(signal === 'logs' && item.loose) });
              return this.#item(signal, item, itemAlive);
            }),
            ...this.#schema(scope.size, scopeAlive),
          };
        }),
        ...this.#schema(resource.size, alive),
      };
    });
    const any = staysAny(resources.flatMap(({ scopes }) => scopes.flatMap(({ items }) => items)));
    const request = { [words[0]]: list, somethingPrivate: this.#text(0, any) };
    const body = jsonToProto(signal, Buffer.from(JSON.stringify(request)));
    this.frames.push(header(signal, body), Buffer.from(body));
    const base = this.frames.reduce((sum, { length }) => sum + length, -body.length);
    if (signal === 'metrics') return;
    const scan = signal === 'traces' ? scanTraces(body) : scanLogs(body);
    for (let i = 0; i < scan.count; i++) {
      const { alive, listed } = flat[i]!;
      const [offset, length] = [scan.offsets[i]!, scan.lengths[i]!];
      if (alive) this.items.push({ offset: base + offset, bytes: Buffer.from(body.subarray(offset, offset + length)) });
      if (listed) (signal === 'traces' ? this.spans : this.logs).push(record(signal, scan, i, base));
    }
  }

  #item(signal: FrameSignal, { size, loose }: { size: number; loose: boolean }, alive: boolean): object {
    const text = this.#text(size, alive);
    const more = { somethingPrivate: this.#text(0, alive) };
    if (signal === 'metrics') return { name: text, gauge: { dataPoints: [{ asInt: '1' }] }, ...more };
    const traceId = 'ab'.repeat(16);
    if (signal === 'traces') return { traceId, spanId: 'cd'.repeat(8), name: text, ...more };
    // No id, or one of zeros: both say that it belongs to no trace.
    const ids = !loose ? { traceId } : size % 2 === 0 ? { traceId: '00'.repeat(16) } : {};
    return { body: { stringValue: text }, ...ids, ...more };
  }
}

function header(signal: FrameSignal, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(FRAME_HEADER);
  bytes.write('SP', 'latin1');
  bytes[2] = 1;
  bytes[3] = FRAME_SIGNALS.indexOf(signal);
  bytes.writeUInt32LE(body.length, 4);
  bytes.writeUInt32LE(crc32(body), 16);
  return bytes;
}

interface Scan {
  offsets: Uint32Array;
  lengths: Uint32Array;
  scope: Uint32Array;
  scopes: ScannedScope[];
  resources: ScannedResource[];
}

function record(signal: FrameSignal, scan: Scan, i: number, base: number): Buffer {
  const scope = scan.scopes[scan.scope[i]!]!;
  const resource = scan.resources[scope.resource]!;
  const bytes = Buffer.alloc(signal === 'traces' ? SPAN_ENTRY : LOG_ENTRY);
  const place = [scan.offsets[i]!, scan.lengths[i]!, resource.offset, resource.length, scope.offset, scope.length, 0];
  place.forEach((word, w) => {
    bytes.writeUInt32LE(w % 2 === 0 ? base + word : word, (signal === 'traces' ? 32 : 16) + 4 * w);
  });
  return bytes;
}
