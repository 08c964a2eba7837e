import { copyBytes, copyId } from './columnBytes.ts';
import { countItems } from './countItems.ts';
import { Cursor } from './cursor.ts';
import { MalformedError } from './malformed.ts';
import { mixUpHint } from './mixUp.ts';
import { scanAnyValue, scanKeyValue } from './scanAttributes.ts';
import { Envelope, ITEM_DEPTH, type ScannedResource, type ScannedScope } from './scanEnvelope.ts';

/** The log records of a request as parallel columns, in the order they lie in the body. Offsets are bytes into the body. */
export interface LogScan {
  count: number;
  /** 16 bytes a record, zeros where it belongs to no trace. */
  traceIds: Uint8Array<ArrayBuffer>;
  /** 8 bytes a record, zeros where it belongs to no span. */
  spanIds: Uint8Array<ArrayBuffer>;
  /** Nanoseconds since 1970: when it happened, else when it was observed, else 0. */
  times: BigUint64Array<ArrayBuffer>;
  /** The payload of the LogRecord message, without its tag and length. */
  offsets: Uint32Array<ArrayBuffer>;
  lengths: Uint32Array<ArrayBuffer>;
  /** Index into `scopes`. */
  scope: Uint32Array<ArrayBuffer>;
  scopes: ScannedScope[];
  resources: ScannedResource[];
}

/**
 * Finds the records of an ExportLogsServiceRequest as `scanTraces` finds spans. Throws `MalformedError`, also where the
 * request is one of another signal.
 */
export function scanLogs(body: Uint8Array): LogScan {
  const scanner = new LogScanner(body, countItems(body));
  try {
    scanner.run();
  } catch (error) {
    const hint = error instanceof MalformedError ? mixUpHint('logs', body) : '';
    throw hint === '' ? error : new MalformedError(hint);
  }
  const hint = scanner.odd ? mixUpHint('logs', body) : '';
  if (hint !== '') throw new MalformedError(hint);
  return scanner.scan;
}

class LogScanner {
  readonly scan: LogScan;
  /** A record has bytes where it should have its time: spans have their trace id there, metrics their name. */
  odd = false;
  private readonly cursor: Cursor;
  private readonly envelope: Envelope;
  /** The bytes of `scan.times`. */
  private readonly timeBytes: Uint8Array;
  private next = 0;

  constructor(body: Uint8Array, count: number) {
    this.cursor = new Cursor(body);
    this.envelope = new Envelope(this.cursor, (end, scope) => this.record(end, scope));
    this.scan = {
      count,
      traceIds: new Uint8Array(16 * count),
      spanIds: new Uint8Array(8 * count),
      times: new BigUint64Array(count),
      offsets: new Uint32Array(count),
      lengths: new Uint32Array(count),
      scope: new Uint32Array(count),
      scopes: this.envelope.scopes,
      resources: this.envelope.resources,
    };
    this.timeBytes = new Uint8Array(this.scan.times.buffer);
  }

  run(): void {
    this.envelope.request();
  }

  private record(end: number, scope: number): void {
    const { cursor, scan } = this;
    const i = this.next++;
    scan.offsets[i] = cursor.position;
    scan.lengths[i] = end - cursor.position;
    scan.scope[i] = scope;
    let happened = false;
    let observedAt = -1;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      switch (tag) {
        case 9:
          happened = copyBytes(cursor.bytes, cursor.take(8, end), this.timeBytes, 8 * i, 8);
          break;
        case 10:
          this.odd = true;
          cursor.skip(tag, end);
          break;
        case 89:
          observedAt = cursor.take(8, end);
          break;
        case 42:
          scanAnyValue(cursor, cursor.enter(end), ITEM_DEPTH + 1);
          break;
        case 50:
          scanKeyValue(cursor, cursor.enter(end), ITEM_DEPTH + 1);
          break;
        case 74:
          this.id(cursor.enter(end), scan.traceIds, 16 * i, 16);
          break;
        case 82:
          this.id(cursor.enter(end), scan.spanIds, 8 * i, 8);
          break;
        default:
          cursor.skip(tag, end);
      }
    }
    if (!happened && observedAt >= 0) copyBytes(cursor.bytes, observedAt, this.timeBytes, 8 * i, 8);
  }

  private id(end: number, target: Uint8Array, at: number, size: number): void {
    const { cursor } = this;
    copyId(cursor.bytes, cursor.position, end - cursor.position, target, at, size);
    cursor.position = end;
  }
}
