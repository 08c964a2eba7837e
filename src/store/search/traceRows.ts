import type { TraceId } from '../../model/ids.ts';
import type { ListPosition, StoreReader } from '../reader.ts';
import type { Statement } from '../sqlite.ts';
import { hexAt } from './byteText.ts';

/** What a search looks at of a row before it looks at its spans. */
export interface TraceRow {
  id: bigint;
  traceId: TraceId;
  name: string;
  service: string;
  start: bigint;
  end: bigint;
  spans: number;
  hasLogs: boolean;
  /** Segments that hold something of it. */
  firstSegment: number;
  lastSegment: number;
}

interface Row {
  id: bigint;
  trace_id: Uint8Array;
  name: string;
  service: string;
  start_ns: bigint;
  end_ns: bigint;
  spans: bigint;
  logs: bigint;
  first_segment: bigint;
  last_segment: bigint;
}

const COLUMNS = 'id, trace_id, name, service, start_ns, end_ns, spans, logs, first_segment, last_segment';

/** The rows of a store's traces as a search reads them: some at a time, so that it never holds on to an old state. */
export class TraceRows {
  readonly #page: Statement;
  readonly #one: Statement;
  readonly #others: Statement;
  readonly #spread: Statement;

  constructor(reader: StoreReader) {
    this.#page = reader.prepare(
      `SELECT ${COLUMNS} FROM trace WHERE spans > 0 AND (start_ns, id) < (?, ?) AND start_ns >= ?
       ORDER BY start_ns DESC, id DESC LIMIT ?`,
    );
    this.#one = reader.prepare(`SELECT ${COLUMNS} FROM trace WHERE id = ?`);
    this.#others = reader.prepare('SELECT segment FROM part WHERE trace = ? ORDER BY segment');
    this.#spread = reader.prepare('SELECT id FROM trace WHERE first_segment <> last_segment OR logs > 0');
    this.#page.setReadBigInts(true);
    this.#one.setReadBigInts(true);
  }

  /** The next rows after a position, newest first, none that began before `since`. */
  page(after: ListPosition, since: bigint, limit: number): TraceRow[] {
    return (this.#page.all(after.start, after.id, since, limit) as unknown as Row[]).map(rowOf);
  }

  one(id: number): TraceRow | undefined {
    const row = this.#one.get(id) as unknown as Row | undefined;
    return row && rowOf(row);
  }

  /** The rows of traces that lie in several segments, or have logs. */
  spread(): Set<number> {
    return new Set((this.#spread.all() as { id: number }[]).map(({ id }) => id));
  }

  /** All segments that hold something of a trace. */
  segments({ id, firstSegment, lastSegment }: TraceRow): number[] {
    if (firstSegment === lastSegment) return [firstSegment];
    return [firstSegment, ...(this.#others.all(id) as { segment: number }[]).map(({ segment }) => segment)];
  }
}

function rowOf(row: Row): TraceRow {
  return {
    id: row.id,
    traceId: hexAt(row.trace_id, 0, row.trace_id.length) as TraceId,
    name: row.name,
    service: row.service,
    start: row.start_ns,
    end: row.end_ns,
    spans: Number(row.spans),
    hasLogs: row.logs > 0n,
    firstSegment: Number(row.first_segment),
    lastSegment: Number(row.last_segment),
  };
}
