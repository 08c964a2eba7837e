import type { Location } from '../model/location.ts';
import type { ViewAttribute, ViewValue } from '../model/viewValue.ts';

export type { ViewAttribute, ViewValue };

/** One frame of a stack trace. */
export interface ViewFrame {
  function: string;
  /** The path as sent, shortened to the workspace where it is in it. */
  path: string;
  line?: number;
  column?: number;
  /** Whether the frame is of the user's own code. */
  own: boolean;
  /** Number of the frame in the span's exceptions, for `openFrame`; absent where it leads nowhere. */
  target?: number;
}

/** A part of a stack trace: the exception itself or a cause of it. */
export interface ViewStackSection {
  /** First line: type and message, or how this part relates to the one before. */
  title: string;
  frames: ViewFrame[];
}

export interface ViewEvent {
  name: string;
  timeUnixNano: string;
  /** Milliseconds since the start of the span; may be negative. */
  offsetMs: number;
  attributes: ViewAttribute[];
  droppedAttributesCount: number;
  exception?: {
    type: string;
    message: string;
    escaped: boolean;
    stack: ViewStackSection[] /** The stack as sent. */;
    text: string;
  };
}

export interface ViewLink {
  traceId: string;
  spanId: string;
  traceState: string;
  attributes: ViewAttribute[];
  droppedAttributesCount: number;
  /** Whether its trace is in the store. */
  known: boolean;
}

export interface ViewLog {
  timeUnixNano: string;
  /** Milliseconds since the start of the span; may be negative. */
  offsetMs: number;
  severity: string;
  severityNumber: number;
  eventName: string;
  body: ViewValue;
  attributes: ViewAttribute[];
  scope: string;
}

/** Everything the inspector shows of one span. */
export interface SpanDetails {
  traceId: string;
  spanId: string;
  /** '' where the span is a root. */
  parentSpanId: string;
  name: string;
  service: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  durationNano: string;
  status: { code: number; message: string };
  traceState: string;
  flags: number;
  attributes: ViewAttribute[];
  droppedAttributesCount: number;
  events: ViewEvent[];
  droppedEventsCount: number;
  links: ViewLink[];
  droppedLinksCount: number;
  resource: { attributes: ViewAttribute[]; droppedAttributesCount: number; schemaUrl: string };
  scope: {
    name: string;
    version: string;
    attributes: ViewAttribute[];
    droppedAttributesCount: number;
    schemaUrl: string;
  };
  logs: ViewLog[];
  /** The span as OTLP JSON, indented by two; cut where it is longer than 256 KiB. */
  raw: string;
  rawCut: boolean;
  warnings: string[];
  /** Values that were masked before the span was kept: its own and those of its resource and scope. */
  maskedValues: number;
}

/** Where the span leads, for the page: the file as people say it, relative to its workspace folder. */
export interface ViewLocation extends Pick<Location, 'tier' | 'how'> {
  /** For example `src/agent.ts:45`; absent where there is nothing to open. */
  label?: string;
  candidates: { label: string; why: string[] }[];
}
