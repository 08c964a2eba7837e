import { copyBytes, copyId } from './columnBytes.ts';
import { countItems } from './countItems.ts';
import { Cursor } from './cursor.ts';
import { MalformedError } from './malformed.ts';
import { scanKeyValue } from './scanAttributes.ts';
import { Envelope, ITEM_DEPTH, type ScannedResource, type ScannedScope } from './scanEnvelope.ts';

/** Bits of {@link TraceScan.flags}. */
export const ScanFlag = {
  /** Its status is error. */
  error: 1,
  /** It has an attribute whose key begins with `code.`. */
  code: 2,
  /** It has an event named `exception`. */
  exception: 4,
  /** Its trace id is not 16 bytes, its span id not 8, or one is all zero. */
  invalid: 8,
  /** It names no parent. */
  root: 16,
  events: 32,
  links: 64,
} as const;

/**
 * The spans of a request as parallel columns, in the order they lie in the body; only the first `count` entries of each
 * are of this scan. Offsets are bytes into the body. Numbers are little-endian, as the wire and every machine that runs
 * an editor have them.
 */
export interface TraceScan {
  count: number;
  /** 24 bytes a span: trace id, span id. Zeros where one has the wrong length. */
  ids: Uint8Array<ArrayBuffer>;
  /** 8 bytes a span, zeros for a root; a parent id of another length is cut or filled with zeros. */
  parents: Uint8Array<ArrayBuffer>;
  /** Start and end alternating, nanoseconds since 1970 as sent. */
  times: BigUint64Array<ArrayBuffer>;
  /** The payload of the Span message, without its tag and length. */
  offsets: Uint32Array<ArrayBuffer>;
  lengths: Uint32Array<ArrayBuffer>;
  /** The name's UTF-8. */
  nameOffsets: Uint32Array<ArrayBuffer>;
  nameLengths: Uint32Array<ArrayBuffer>;
  /** Index into `scopes`. */
  scope: Uint32Array<ArrayBuffer>;
  /** Bits of {@link ScanFlag}. */
  flags: Uint8Array<ArrayBuffer>;
  /** How many spans have the flag `invalid`. */
  invalid: number;
  scopes: ScannedScope[];
  resources: ScannedResource[];
}

/** Each broken span costs an error, which takes a thousand times as long as a whole one. */
const MOST_BROKEN = 10_000;

const EXCEPTION = [...'exception'].map(letter => letter.charCodeAt(0));

/**
 * Finds the spans of an ExportTraceServiceRequest without decoding them, and checks the rest as deep as it
 * goes, so that what is accepted can be shown later. Throws `MalformedError`.
 */
export function scanTraces(body: Uint8Array, memory?: ScanMemory): TraceScan {
  const count = countItems(body);
  const scanner = new TraceScanner(body, { count, ...(memory?.columns(count) ?? makeColumns(count)) });
  scanner.run();
  return scanner.scan;
}

type Columns = Omit<TraceScan, 'count' | 'invalid' | 'scopes' | 'resources'>;

/** Columns for more spans than this are not kept. */
const KEPT_SPANS = 16_384;

/** The columns of scans, taken up again by the next one: for whoever is done with a scan before the next begins. */
export class ScanMemory {
  #columns = makeColumns(0);
  #spans = 0;

  columns(count: number): Columns {
    if (count > KEPT_SPANS) return makeColumns(count);
    if (count > this.#spans) {
      this.#spans = Math.min(KEPT_SPANS, Math.max(64, 2 * count));
      this.#columns = makeColumns(this.#spans);
    } else {
      // What a span does not name is zero.
      this.#columns.ids.fill(0, 0, 24 * count);
      this.#columns.parents.fill(0, 0, 8 * count);
      this.#columns.times.fill(0n, 0, 2 * count);
      this.#columns.nameLengths.fill(0, 0, count);
    }
    return this.#columns;
  }
}

function makeColumns(count: number): Columns {
  return {
    ids: new Uint8Array(24 * count),
    parents: new Uint8Array(8 * count),
    times: new BigUint64Array(2 * count),
    offsets: new Uint32Array(count),
    lengths: new Uint32Array(count),
    nameOffsets: new Uint32Array(count),
    nameLengths: new Uint32Array(count),
    scope: new Uint32Array(count),
    flags: new Uint8Array(count),
  };
}

class TraceScanner {
  readonly scan: TraceScan;
  private readonly cursor: Cursor;
  private readonly envelope: Envelope;
  /** The bytes of `scan.times`. */
  private readonly timeBytes: Uint8Array;
  private next = 0;
  private broken = 0;

  constructor(body: Uint8Array, columns: Columns & { count: number }) {
    this.cursor = new Cursor(body);
    this.envelope = new Envelope(this.cursor, (end, scope) => this.span(end, scope));
    this.scan = { ...columns, invalid: 0, scopes: this.envelope.scopes, resources: this.envelope.resources };
    this.timeBytes = new Uint8Array(this.scan.times.buffer);
  }

  run(): void {
    this.envelope.request();
  }

  private span(end: number, scope: number): void {
    const { cursor, scan } = this;
    const i = this.next++;
    scan.offsets[i] = cursor.position;
    scan.lengths[i] = end - cursor.position;
    scan.scope[i] = scope;
    let validTrace = false;
    let validSpan = false;
    let hasParent = false;
    let status = 0;
    let flags = 0;
    let broken: MalformedError | undefined;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      const nested = tag === 74 || tag === 90 || tag === 106 || tag === 122 ? cursor.enter(end) : -1;
      if (broken && nested >= 0) {
        cursor.position = nested;
        continue;
      }
      try {
        switch (tag) {
          case 10:
            validTrace = this.id(cursor.enter(end), scan.ids, 24 * i, 16);
            break;
          case 18:
            validSpan = this.id(cursor.enter(end), scan.ids, 24 * i + 16, 8);
            break;
          case 34:
            hasParent = this.parent(cursor.enter(end), 8 * i);
            break;
          case 42: {
            const nameEnd = cursor.enter(end);
            scan.nameOffsets[i] = cursor.position;
            scan.nameLengths[i] = nameEnd - cursor.position;
            cursor.position = nameEnd;
            break;
          }
          case 57:
            copyBytes(cursor.bytes, cursor.take(8, end), this.timeBytes, 16 * i, 8);
            break;
          case 65:
            copyBytes(cursor.bytes, cursor.take(8, end), this.timeBytes, 16 * i + 8, 8);
            break;
          case 74:
            if (scanKeyValue(cursor, nested, ITEM_DEPTH + 1)) flags |= ScanFlag.code;
            break;
          case 90:
            flags |= ScanFlag.events;
            if (this.event(nested)) flags |= ScanFlag.exception;
            break;
          case 106:
            flags |= ScanFlag.links;
            this.link(nested);
            break;
          case 122:
            status = this.status(nested, status);
            break;
          default:
            cursor.skip(tag, end);
        }
      } catch (error) {
        if (nested < 0 || !(error instanceof MalformedError)) throw error;
        broken = error;
        cursor.position = nested;
      }
    }
    if (broken) this.judge(broken, validTrace && validSpan);
    if (!validTrace || !validSpan) {
      flags |= ScanFlag.invalid;
      scan.invalid++;
    }
    if (!hasParent) flags |= ScanFlag.root;
    if (status === 2) flags |= ScanFlag.error;
    scan.flags[i] = flags;
  }

  /**
   * A broken span with ids breaks the request. One without is refused by itself, as it would be if it were whole: of logs
   * sent as traces nothing fits, and who sent them should hear about that and not about some byte.
   */
  private judge(broken: MalformedError, valid: boolean): void {
    if (valid) throw broken;
    if (++this.broken > MOST_BROKEN) {
      throw new MalformedError(
        `${broken.message}; so it is in ${MOST_BROKEN} spans before, all without ids: these may be logs`,
      );
    }
  }

  /** Copies an id; whether it is valid. */
  private id(end: number, target: Uint8Array, at: number, size: number): boolean {
    const { cursor } = this;
    const start = cursor.position;
    cursor.position = end;
    return copyId(cursor.bytes, start, end - start, target, at, size);
  }

  /** Copies a parent id; false where there is none. */
  private parent(end: number, at: number): boolean {
    const { cursor, scan } = this;
    const start = cursor.position;
    const length = end - start;
    cursor.position = end;
    if (length === 8) return copyBytes(cursor.bytes, start, scan.parents, at, 8);
    scan.parents.fill(0, at, at + 8);
    return copyBytes(cursor.bytes, start, scan.parents, at, Math.min(length, 8));
  }

  /** Walks an event; whether it is an exception. */
  private event(end: number): boolean {
    const { cursor } = this;
    let exception = false;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 26) scanKeyValue(cursor, cursor.enter(end), ITEM_DEPTH + 2);
      else if (tag === 18) {
        const nameEnd = cursor.enter(end);
        exception = isException(cursor.bytes, cursor.position, nameEnd);
        cursor.position = nameEnd;
      } else cursor.skip(tag, end);
    }
    return exception;
  }

  private link(end: number): void {
    const { cursor } = this;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 34) scanKeyValue(cursor, cursor.enter(end), ITEM_DEPTH + 2);
      else cursor.skip(tag, end);
    }
  }

  /** The status code; a second Status message is merged into the first, so a code it does not have stays. */
  private status(end: number, before: number): number {
    const { cursor } = this;
    let code = before;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 24) code = cursor.int32(end);
      else cursor.skip(tag, end);
    }
    return code;
  }
}

function isException(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== EXCEPTION.length) return false;
  for (let i = 0; i < EXCEPTION.length; i++) if (bytes[start + i] !== EXCEPTION[i]) return false;
  return true;
}
