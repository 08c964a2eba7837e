/** A span as its sender knows it. */
export interface SentSpan {
  traceId: string;
  spanId: string;
  name: string;
}

/** What a program sent, told by the program itself and not by who received it. */
export interface Sent {
  /** Where the program tells ids. */
  spans?: SentSpan[];
  /** Number of spans by name. */
  names: Record<string, number>;
  logs?: number;
  points?: number;
}

/** Sends to an endpoint as `http://127.0.0.1:4318`; throws where the program's own log tells of trouble. */
export type Send = (endpoint: string) => Promise<Sent>;

/** Spans of known ids. */
export function sentSpans(spans: SentSpan[]): Sent {
  const names: Record<string, number> = {};
  for (const { name } of spans) names[name] = (names[name] ?? 0) + 1;
  return { spans, names };
}

/**
 * An exporter that could not send logs it and its program ends well; such a run has to fail where it happened.
 * @param trouble what a line of its log looks like that is more than information
 */
export function assertQuiet(program: string, log: string, trouble: RegExp): void {
  const line = log.split('\n').find(line => trouble.test(line));
  if (line) throw new Error(`${program} could not deliver: ${line}\n${log.slice(-4000)}`);
}

/** Levels as programs in Go log them. */
export const GO_TROUBLE = /\t(warn|error|dpanic|panic|fatal)\t/i;
