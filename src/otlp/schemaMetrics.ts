import { enumNames, type Field, field, id, many, one } from './field.ts';

const TEMPORALITIES = enumNames('AGGREGATION_TEMPORALITY_', ['UNSPECIFIED', 'DELTA', 'CUMULATIVE']);

const temporality = field(2, 'aggregation_temporality', 'enum', { names: TEMPORALITIES });
const startTime = field(2, 'start_time_unix_nano', 'fixed64');
const time = field(3, 'time_unix_nano', 'fixed64');

/** opentelemetry.proto.metrics.v1 and its collector request. */
export const METRIC_MESSAGES: Record<string, readonly Field[]> = {
  ExportMetricsServiceRequest: [many(1, 'resource_metrics', 'ResourceMetrics')],
  ResourceMetrics: [
    one(1, 'resource', 'Resource'),
    many(2, 'scope_metrics', 'ScopeMetrics'),
    field(3, 'schema_url', 'string'),
  ],
  ScopeMetrics: [
    one(1, 'scope', 'InstrumentationScope'),
    many(2, 'metrics', 'Metric'),
    field(3, 'schema_url', 'string'),
  ],
  Metric: [
    field(1, 'name', 'string'),
    field(2, 'description', 'string'),
    field(3, 'unit', 'string'),
    one(5, 'gauge', 'Gauge', 'data'),
    one(7, 'sum', 'Sum', 'data'),
    one(9, 'histogram', 'Histogram', 'data'),
    one(10, 'exponential_histogram', 'ExponentialHistogram', 'data'),
    one(11, 'summary', 'Summary', 'data'),
    many(12, 'metadata', 'KeyValue'),
  ],
  Gauge: [many(1, 'data_points', 'NumberDataPoint')],
  Sum: [many(1, 'data_points', 'NumberDataPoint'), temporality, field(3, 'is_monotonic', 'bool')],
  Histogram: [many(1, 'data_points', 'HistogramDataPoint'), temporality],
  ExponentialHistogram: [many(1, 'data_points', 'ExponentialHistogramDataPoint'), temporality],
  Summary: [many(1, 'data_points', 'SummaryDataPoint')],
  NumberDataPoint: [
    startTime,
    time,
    field(4, 'as_double', 'double', { oneof: 'value' }),
    many(5, 'exemplars', 'Exemplar'),
    field(6, 'as_int', 'sfixed64', { oneof: 'value' }),
    many(7, 'attributes', 'KeyValue'),
    field(8, 'flags', 'uint32'),
  ],
  HistogramDataPoint: [
    startTime,
    time,
    field(4, 'count', 'fixed64'),
    field(5, 'sum', 'double'),
    field(6, 'bucket_counts', 'fixed64', { repeated: true }),
    field(7, 'explicit_bounds', 'double', { repeated: true }),
    many(8, 'exemplars', 'Exemplar'),
    many(9, 'attributes', 'KeyValue'),
    field(10, 'flags', 'uint32'),
    field(11, 'min', 'double'),
    field(12, 'max', 'double'),
  ],
  ExponentialHistogramDataPoint: [
    many(1, 'attributes', 'KeyValue'),
    startTime,
    time,
    field(4, 'count', 'fixed64'),
    field(5, 'sum', 'double'),
    field(6, 'scale', 'sint32'),
    field(7, 'zero_count', 'fixed64'),
    one(8, 'positive', 'ExponentialHistogramDataPoint.Buckets'),
    one(9, 'negative', 'ExponentialHistogramDataPoint.Buckets'),
    field(10, 'flags', 'uint32'),
    many(11, 'exemplars', 'Exemplar'),
    field(12, 'min', 'double'),
    field(13, 'max', 'double'),
    field(14, 'zero_threshold', 'double'),
  ],
  'ExponentialHistogramDataPoint.Buckets': [
    field(1, 'offset', 'sint32'),
    field(2, 'bucket_counts', 'uint64', { repeated: true }),
  ],
  SummaryDataPoint: [
    startTime,
    time,
    field(4, 'count', 'fixed64'),
    field(5, 'sum', 'double'),
    many(6, 'quantile_values', 'SummaryDataPoint.ValueAtQuantile'),
    many(7, 'attributes', 'KeyValue'),
    field(8, 'flags', 'uint32'),
  ],
  'SummaryDataPoint.ValueAtQuantile': [field(1, 'quantile', 'double'), field(2, 'value', 'double')],
  Exemplar: [
    field(2, 'time_unix_nano', 'fixed64'),
    field(3, 'as_double', 'double', { oneof: 'value' }),
    id(4, 'span_id'),
    id(5, 'trace_id'),
    field(6, 'as_int', 'sfixed64', { oneof: 'value' }),
    many(7, 'filtered_attributes', 'KeyValue'),
  ],
};
