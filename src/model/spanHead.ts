import type { Category } from './columns.ts';

/** The little of a span that its row in a trace needs; read from its bytes without decoding the rest. */
export interface SpanHead {
  /** 16 lower-case hexadecimal digits. */
  spanId: string;
  /** '' where the span is a root. */
  parentSpanId: string;
  name: string;
  service: string;
  /** What names the machine it ran on; absent or '' where nothing does. */
  host?: string;
  kind: number;
  category: Category;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  error: boolean;
  hasCode: boolean;
  hasException: boolean;
  hasEvents: boolean;
  hasLinks: boolean;
}
