import type { TraceView } from '../state/traceView.ts';

/** The part of the visible rows that moving needs. */
export interface Rows {
  readonly count: number;
  rowAt(index: number): number;
  indexOf(row: number): number;
  isCollapsed(row: number): boolean;
}

/** What a key does in the tree. */
export type KeyAction =
  | { do: 'select'; row: number }
  | { do: 'toggle'; row: number }
  | { do: 'expandSiblings'; row: number }
  | { do: 'source'; row: number; focus: boolean }
  | { do: 'details' };

type Key = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey'>;

/** The keyboard of a tree grid. `page` is the number of rows a page has; `undefined` where the key means nothing here. */
export function keyAction(
  event: Key,
  trace: TraceView,
  rows: Rows,
  selected: number,
  page: number,
): KeyAction | undefined {
  if (rows.count === 0) return undefined;
  const index = selected < 0 ? 0 : rows.indexOf(selected);
  const row = rows.rowAt(index);
  const go = (to: number): KeyAction => ({
    do: 'select',
    row: rows.rowAt(Math.max(0, Math.min(rows.count - 1, to))),
  });
  if (event.key === 'Enter') return { do: 'source', row, focus: event.ctrlKey || event.metaKey };
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  switch (event.key) {
    case 'ArrowDown':
      return go(index + 1);
    case 'ArrowUp':
      return go(index - 1);
    case 'PageDown':
      return go(index + page);
    case 'PageUp':
      return go(index - page);
    case 'Home':
      return go(0);
    case 'End':
      return go(rows.count - 1);
    case 'ArrowRight':
      if (!trace.hasChildren(row)) return undefined;
      return rows.isCollapsed(row) ? { do: 'toggle', row } : go(index + 1);
    case 'ArrowLeft': {
      if (trace.hasChildren(row) && !rows.isCollapsed(row)) return { do: 'toggle', row };
      const parent = trace.columns.parent[row]!;
      return parent < 0 ? undefined : { do: 'select', row: parent };
    }
    case '*':
      return { do: 'expandSiblings', row };
    case ' ':
      return { do: 'details' };
    default:
      return undefined;
  }
}

/** After this long without a key, typing begins a new word. */
const PAUSE_MS = 700;

/** Finds rows by the beginning of their name, as it is typed. */
export class Typeahead {
  #typed = '';
  #at = Number.NEGATIVE_INFINITY;

  /** The row that what has been typed leads to. One letter moves on to the next; several look from the selection. */
  next(key: string, now: number, trace: TraceView, rows: Rows, selected: number): number | undefined {
    this.#typed = now - this.#at > PAUSE_MS ? key : this.#typed + key;
    this.#at = now;
    const same = [...this.#typed].every(letter => letter === this.#typed[0]);
    const wanted = (same ? (this.#typed[0] ?? '') : this.#typed).toLowerCase();
    const from = Math.max(0, selected < 0 ? 0 : rows.indexOf(selected)) + (same ? 1 : 0);
    // Names repeat: each is looked at once however many rows have it.
    const matches = new Map<number, boolean>();
    for (let step = 0; step < rows.count; step++) {
      const row = rows.rowAt((from + step) % rows.count);
      const name = trace.columns.name[row]!;
      let match = matches.get(name);
      if (match === undefined) {
        match = trace.nameOf(row).slice(0, 200).toLowerCase().startsWith(wanted);
        matches.set(name, match);
      }
      if (match) return row;
    }
    return undefined;
  }

  /** Whether a key belongs to a word that is being typed, so that a space can be part of it. */
  isTyping(now: number): boolean {
    return now - this.#at <= PAUSE_MS;
  }
}
