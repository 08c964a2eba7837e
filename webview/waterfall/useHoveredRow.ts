import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { RowFlag } from '../../src/model/columns.ts';
import type { Inspector } from '../state/inspector.ts';
import type { TraceView } from '../state/traceView.ts';

/** A pointer that only passes over rows asks for nothing. */
const REST_MS = 90;

/** The row the pointer rests on; where such a row says that it has a location, the editor is asked which. */
export function useHoveredRow(page: Inspector, trace: TraceView): { row: Signal<number>; over(row: number): void } {
  const row = useSignal(-1);
  const timer = useRef<number | undefined>(undefined);
  return {
    row,
    over: next => {
      if (next === row.peek()) return;
      row.value = next;
      window.clearTimeout(timer.current);
      if (next < 0 || !trace.has(next, RowFlag.hasCode | RowFlag.hasException)) return;
      timer.current = window.setTimeout(() => page.details.locate(trace.spanIdOf(next)), REST_MS);
    },
  };
}
