import type { TraceColumns } from '../model/columns.ts';
import type { SpanDetails, ViewLocation } from './details.ts';

/** What the page keeps over hide, reload and theme change (`setState`); the panel is restored from it. */
export interface InspectorState {
  version: 1;
  traceId: string;
  selected?: string;
  /** Span ids of collapsed rows. */
  collapsed: string[];
  tab?: string;
  /** Width of the name column in pixels. */
  nameWidth?: number;
  /** Share of the details in the panel, from 0 to 1. */
  detailsShare?: number;
  /** Whether clocks are adjusted; absent while the reader has left that to the setting. */
  adjustClocks?: boolean;
}

/** Editor to page. */
export type ToInspector =
  /** The whole trace, sent when the page is ready, becomes visible again, or the trace has grown. A snapshot, never a delta. */
  | {
      type: 'trace';
      columns: TraceColumns;
      name: string;
      receivedAt: number;
      select?: string;
      /** What the setting says of clocks that differ; absent for no. */
      adjustClocks?: boolean;
    }
  /** The trace is not in the store (any more). */
  | { type: 'gone'; traceId: string }
  /** The answer to `details`; `details` is absent where the span is gone. */
  | { type: 'details'; request: number; details?: SpanDetails; location?: ViewLocation }
  /** Selects a span and scrolls to it. */
  | { type: 'select'; spanId: string }
  /** The answer to a request that failed, in words for people. */
  | { type: 'failed'; request: number; message: string }
  | { type: 'run'; command: InspectorCommand };

/** Commands of the editor (palette, keybindings) that the page carries out. */
export type InspectorCommand = 'goToSource' | 'collapseAll' | 'expandAll' | 'focusSearch';

/** Page to editor. Validated on arrival: a page is not trusted. */
export type FromInspector =
  | { type: 'ready'; state?: InspectorState }
  | { type: 'details'; request: number; spanId: string }
  | { type: 'selected'; spanId: string }
  /** Opens the source of a span beside the inspector; the focus stays in the page unless `focus`. */
  | { type: 'openSource'; spanId: string; candidate?: number; focus?: boolean }
  /** Opens the place of a frame of one of the span's exceptions; `frame` is {@link ViewFrame.target}. */
  | { type: 'openFrame'; spanId: string; frame: number; focus?: boolean }
  | { type: 'openTrace'; traceId: string; spanId?: string }
  /** Opens the span as a read-only JSON document. */
  | { type: 'openRaw'; spanId: string }
  /** Opens one whole value as a read-only document; `place` is a ValuePlace as text. */
  | { type: 'openValue'; spanId: string; place: string }
  | { type: 'copy'; text: string }
  | { type: 'openUrl'; url: string }
  | { type: 'state'; state: InspectorState };
