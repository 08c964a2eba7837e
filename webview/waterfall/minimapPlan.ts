import { RowFlag } from '../../src/model/columns.ts';
import type { TraceView } from '../state/traceView.ts';

export interface MinimapLine {
  row: number;
  /** Line of pixels from the top. */
  y: number;
  error: boolean;
}

/** A line of pixels stands for many rows of a long trace; of these so many are drawn, besides the longest. */
const ROWS_PER_LINE = 12;

/**
 * Which rows a picture of the whole trace draws, and where: all while there is a line for each; of more rows a sample
 * of each line, its longest row and its first error. One pass over the rows.
 */
export function planMinimap(trace: TraceView, lines: number): MinimapLine[] {
  const { rows, duration } = trace.columns;
  const perLine = Math.max(1, rows / lines);
  const stride = Math.max(1, Math.floor(perLine / ROWS_PER_LINE));
  const plan: MinimapLine[] = [];
  for (let y = 0; y < lines; y++) {
    const from = Math.ceil(y * perLine);
    const to = Math.min(rows, Math.ceil((y + 1) * perLine));
    if (from >= to) continue;
    let longest = from;
    let error = -1;
    for (let row = from; row < to; row++) {
      if (duration[row]! > duration[longest]!) longest = row;
      if (error < 0 && trace.has(row, RowFlag.error) && trace.startsError(row)) error = row;
      if ((row - from) % stride === 0) plan.push({ row, y, error: false });
    }
    plan.push({ row: longest, y, error: false });
    if (error >= 0) plan.push({ row: error, y, error: true });
  }
  return plan;
}
