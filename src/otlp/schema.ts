import type { Field } from './field.ts';
import { COMMON_MESSAGES } from './schemaCommon.ts';
import { LOG_MESSAGES } from './schemaLogs.ts';
import { METRIC_MESSAGES } from './schemaMetrics.ts';
import { TRACE_MESSAGES } from './schemaTraces.ts';

export type Signal = 'traces' | 'logs' | 'metrics';

/** A message of OTLP 1.11 with its fields by number and by either JSON spelling. */
export interface Message {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly byNumber: ReadonlyMap<number, Field>;
  readonly byName: ReadonlyMap<string, Field>;
}

function message(name: string, fields: readonly Field[]): Message {
  return {
    name,
    fields,
    byNumber: new Map(fields.map(field => [field.number, field])),
    byName: new Map(fields.flatMap(field => [[field.protoName, field] as const, [field.jsonName, field] as const])),
  };
}

/** Every message that an export request of any signal can hold, by its name without the package. */
export const MESSAGES: ReadonlyMap<string, Message> = new Map(
  [COMMON_MESSAGES, TRACE_MESSAGES, LOG_MESSAGES, METRIC_MESSAGES]
    .flatMap(table => Object.entries(table))
    .map(([name, fields]) => [name, message(name, fields)]),
);

/** The message of that name; it is a mistake in the tables, not in what was sent, when there is none. */
export function messageOf(name: string): Message {
  const found = MESSAGES.get(name);
  if (!found) throw new Error(`OTLP has no message ${name}`);
  return found;
}

const REQUESTS: Record<Signal, string> = {
  traces: 'ExportTraceServiceRequest',
  logs: 'ExportLogsServiceRequest',
  metrics: 'ExportMetricsServiceRequest',
};

/** The message that a body of this signal is. */
export function requestOf(signal: Signal): Message {
  return messageOf(REQUESTS[signal]);
}
