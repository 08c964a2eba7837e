import { enumNames, type Field, field, id, many, one } from './field.ts';

const SPAN_KINDS = enumNames('SPAN_KIND_', ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']);
const STATUS_CODES = enumNames('STATUS_CODE_', ['UNSET', 'OK', 'ERROR']);

/** opentelemetry.proto.trace.v1 and its collector request. */
export const TRACE_MESSAGES: Record<string, readonly Field[]> = {
  ExportTraceServiceRequest: [many(1, 'resource_spans', 'ResourceSpans')],
  ResourceSpans: [
    one(1, 'resource', 'Resource'),
    many(2, 'scope_spans', 'ScopeSpans'),
    field(3, 'schema_url', 'string'),
  ],
  ScopeSpans: [one(1, 'scope', 'InstrumentationScope'), many(2, 'spans', 'Span'), field(3, 'schema_url', 'string')],
  Span: [
    id(1, 'trace_id'),
    id(2, 'span_id'),
    field(3, 'trace_state', 'string'),
    id(4, 'parent_span_id'),
    field(5, 'name', 'string'),
    field(6, 'kind', 'enum', { names: SPAN_KINDS }),
    field(7, 'start_time_unix_nano', 'fixed64'),
    field(8, 'end_time_unix_nano', 'fixed64'),
    many(9, 'attributes', 'KeyValue'),
    field(10, 'dropped_attributes_count', 'uint32'),
    many(11, 'events', 'Span.Event'),
    field(12, 'dropped_events_count', 'uint32'),
    many(13, 'links', 'Span.Link'),
    field(14, 'dropped_links_count', 'uint32'),
    one(15, 'status', 'Status'),
    field(16, 'flags', 'fixed32'),
  ],
  'Span.Event': [
    field(1, 'time_unix_nano', 'fixed64'),
    field(2, 'name', 'string'),
    many(3, 'attributes', 'KeyValue'),
    field(4, 'dropped_attributes_count', 'uint32'),
  ],
  'Span.Link': [
    id(1, 'trace_id'),
    id(2, 'span_id'),
    field(3, 'trace_state', 'string'),
    many(4, 'attributes', 'KeyValue'),
    field(5, 'dropped_attributes_count', 'uint32'),
    field(6, 'flags', 'fixed32'),
  ],
  Status: [field(2, 'message', 'string'), field(3, 'code', 'enum', { names: STATUS_CODES })],
};
