import { CATEGORIES, type Category, RowFlag, type TraceColumns } from '../../src/model/columns.ts';
import { bytesOfHex, hexOf } from '../../src/model/ids.ts';
import { selfStretches } from './selfStretches.ts';

/** There are so many service colours; the next service begins again at the first. */
const COLOURS = 20;

export interface Stretch {
  /** Milliseconds since the origin of the trace. */
  start: number;
  end: number;
}

/** What is worked out once when a trace arrives, so that painting a row costs nothing that grows with the trace. */
export class TraceView {
  readonly columns: TraceColumns;
  readonly name: string;
  readonly receivedAt: number;
  /** The trace as it was sent, and how far each row shown was moved from there, where clocks are adjusted. */
  readonly adjusted: { sent: TraceColumns; shiftMs: Float64Array } | undefined;
  /** Depth of the deepest row. */
  readonly deepest: number;
  readonly #idWords: Uint32Array;
  readonly #position: Uint32Array;
  readonly #childCounts: Uint32Array;
  readonly #errorBelow: Uint8Array;
  readonly #criticalOffset: Uint32Array;
  readonly #criticalOrder: Uint32Array;
  readonly #colours: Uint8Array;
  readonly #self = new Map<number, Stretch[]>();

  constructor(columns: TraceColumns, name: string, receivedAt: number, adjusted?: TraceView['adjusted']) {
    this.columns = columns;
    this.name = name;
    this.receivedAt = receivedAt;
    this.adjusted = adjusted;
    const { rows, parent, flags } = columns;
    this.deepest = columns.depth.reduce((most, depth) => Math.max(most, depth), 0);
    // A message may have put the bytes at an odd offset; a copy is always aligned.
    this.#idWords = new Uint32Array(columns.spanIds.slice().buffer);

    this.#position = new Uint32Array(rows);
    this.#childCounts = new Uint32Array(rows + 1);
    for (let row = 0; row < rows; row++) {
      const slot = parent[row]! + 1;
      this.#childCounts[slot]!++;
      this.#position[row] = this.#childCounts[slot]!;
    }

    this.#errorBelow = new Uint8Array(rows);
    for (let row = rows - 1; row >= 0; row--) {
      const above = parent[row]!;
      if (above >= 0 && (flags[row]! & RowFlag.error || this.#errorBelow[row])) this.#errorBelow[above] = 1;
    }

    [this.#criticalOffset, this.#criticalOrder] = groupByRow(columns.criticalRow, rows);
    this.#colours = coloursOf(columns);
  }

  has(row: number, flag: number): boolean {
    return (this.columns.flags[row]! & flag) !== 0;
  }

  nameOf(row: number): string {
    return this.columns.strings[this.columns.name[row]!] ?? '';
  }

  serviceOf(row: number): string {
    return this.columns.strings[this.columns.service[row]!] ?? '';
  }

  categoryOf(row: number): Category {
    return CATEGORIES[this.columns.category[row]!] ?? 'internal';
  }

  /** Milliseconds by which the row was moved from where it was sent; 0 where clocks are not adjusted. */
  shiftOf(row: number): number {
    return this.adjusted?.shiftMs[row] ?? 0;
  }

  /** From 1 to 20; 0 where the resource names no service. */
  colourOf(row: number): number {
    return this.#colours[this.columns.service[row]!] ?? 0;
  }

  spanIdOf(row: number): string {
    return hexOf(this.columns.spanIds, row * 8, 8);
  }

  /** The row of a span, -1 where the trace has none. A scan of words: 100,000 rows take a tenth of a millisecond. */
  rowOf(spanId: string): number {
    const bytes = bytesOfHex(spanId);
    if (bytes?.length !== 8) return -1;
    const [first, second] = new Uint32Array(bytes.buffer);
    const words = this.#idWords;
    for (let row = 0; row < this.columns.rows; row++) {
      if (words[2 * row] === first && words[2 * row + 1] === second) return row;
    }
    return -1;
  }

  /** Counted from 1 among the row's siblings. */
  positionOf(row: number): number {
    return this.#position[row]!;
  }

  siblingsOf(row: number): number {
    return this.#childCounts[this.columns.parent[row]! + 1]!;
  }

  hasChildren(row: number): boolean {
    return this.columns.subtree[row]! > 1;
  }

  hasErrorBelow(row: number): boolean {
    return this.#errorBelow[row] === 1;
  }

  /** Whether the row failed and nothing below it did: where an error seems to come from. */
  startsError(row: number): boolean {
    return this.has(row, RowFlag.error) && !this.hasErrorBelow(row);
  }

  criticalOf(row: number): Stretch[] {
    const stretches: Stretch[] = [];
    for (let i = this.#criticalOffset[row]!; i < this.#criticalOffset[row + 1]!; i++) {
      const at = this.#criticalOrder[i]!;
      stretches.push({ start: this.columns.criticalStart[at]!, end: this.columns.criticalEnd[at]! });
    }
    return stretches;
  }

  /** When none of the row's children ran; worked out when the row is first painted. */
  selfOf(row: number): Stretch[] {
    let stretches = this.#self.get(row);
    if (!stretches) {
      stretches = selfStretches(this.columns, row);
      this.#self.set(row, stretches);
    }
    return stretches;
  }
}

/** Groups the entries of `rowOfEntry` by row: entries of row r are order[offset[r]] up to order[offset[r + 1]]. */
function groupByRow(rowOfEntry: Uint32Array, rows: number): [offset: Uint32Array, order: Uint32Array] {
  const offset = new Uint32Array(rows + 1);
  for (const row of rowOfEntry) offset[row + 1]!++;
  for (let row = 0; row < rows; row++) offset[row + 1]! += offset[row]!;
  const next = offset.slice();
  const order = new Uint32Array(rowOfEntry.length);
  for (let i = 0; i < rowOfEntry.length; i++) {
    const row = rowOfEntry[i]!;
    order[next[row]!] = i;
    next[row]!++;
  }
  return [offset, order];
}

/** Colour by index into `strings`. */
function coloursOf(columns: TraceColumns): Uint8Array {
  const place = new Map(columns.services.filter(service => service !== '').map((service, i) => [service, i]));
  const colours = new Uint8Array(columns.strings.length);
  columns.strings.forEach((text, i) => {
    const at = place.get(text);
    if (at !== undefined) colours[i] = (at % COLOURS) + 1;
  });
  return colours;
}
