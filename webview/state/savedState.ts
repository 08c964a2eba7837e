import type { InspectorState } from '../../src/protocol/inspector.ts';

/** More collapsed rows than this are not worth keeping over a reload. */
export const MOST_COLLAPSED = 10_000;

/** Reads what an earlier version of the page may have left; `undefined` where it is of no use. */
export function readState(value: unknown): InspectorState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const saved = value as Record<keyof InspectorState, unknown>;
  if (saved.version !== 1 || typeof saved.traceId !== 'string') return undefined;
  const state: InspectorState = {
    version: 1,
    traceId: saved.traceId,
    collapsed: Array.isArray(saved.collapsed)
      ? saved.collapsed.filter(id => typeof id === 'string').slice(0, MOST_COLLAPSED)
      : [],
  };
  if (typeof saved.selected === 'string') state.selected = saved.selected;
  if (typeof saved.tab === 'string') state.tab = saved.tab;
  if (isNumberIn(saved.nameWidth, 1, 10_000)) state.nameWidth = saved.nameWidth;
  if (isNumberIn(saved.detailsShare, 0, 1)) state.detailsShare = saved.detailsShare;
  if (typeof saved.adjustClocks === 'boolean') state.adjustClocks = saved.adjustClocks;
  return state;
}

function isNumberIn(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
