import { enumNames, type Field, field, id, many, one } from './field.ts';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const SEVERITIES = enumNames('SEVERITY_NUMBER_', [
  'UNSPECIFIED',
  ...LEVELS.flatMap(level => [level, `${level}2`, `${level}3`, `${level}4`]),
]);

/** opentelemetry.proto.logs.v1 and its collector request. */
export const LOG_MESSAGES: Record<string, readonly Field[]> = {
  ExportLogsServiceRequest: [many(1, 'resource_logs', 'ResourceLogs')],
  ResourceLogs: [one(1, 'resource', 'Resource'), many(2, 'scope_logs', 'ScopeLogs'), field(3, 'schema_url', 'string')],
  ScopeLogs: [
    one(1, 'scope', 'InstrumentationScope'),
    many(2, 'log_records', 'LogRecord'),
    field(3, 'schema_url', 'string'),
  ],
  LogRecord: [
    field(1, 'time_unix_nano', 'fixed64'),
    field(2, 'severity_number', 'enum', { names: SEVERITIES }),
    field(3, 'severity_text', 'string'),
    one(5, 'body', 'AnyValue'),
    many(6, 'attributes', 'KeyValue'),
    field(7, 'dropped_attributes_count', 'uint32'),
    field(8, 'flags', 'fixed32'),
    id(9, 'trace_id'),
    id(10, 'span_id'),
    field(11, 'observed_time_unix_nano', 'fixed64'),
    field(12, 'event_name', 'string'),
  ],
};
