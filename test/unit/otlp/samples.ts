import type { Signal } from '../../../src/otlp/schema.ts';

/** Attribute values that are easily lost or bent, as canonical OTLP/JSON. */
export const VALUES: Record<string, string> = {
  'an empty string': '{"stringValue":""}',
  'text in many scripts': '{"stringValue":"día 火 🦉 \\u0000 \\" \\\\ \u2028"}',
  'a false': '{"boolValue":false}',
  'a true': '{"boolValue":true}',
  'a zero integer': '{"intValue":"0"}',
  'the smallest integer': '{"intValue":"-9223372036854775808"}',
  'the largest integer': '{"intValue":"9223372036854775807"}',
  'an integer beyond doubles': '{"intValue":"9007199254740993"}',
  'a zero': '{"doubleValue":0}',
  'a negative zero': '{"doubleValue":-0}',
  'not a number': '{"doubleValue":"NaN"}',
  infinity: '{"doubleValue":"Infinity"}',
  'negative infinity': '{"doubleValue":"-Infinity"}',
  'the smallest double': '{"doubleValue":5e-324}',
  'the largest double': '{"doubleValue":1.7976931348623157e+308}',
  bytes: '{"bytesValue":"AAH/"}',
  'no bytes': '{"bytesValue":""}',
  'an index of strings': '{"stringValueStrindex":-1}',
  nothing: '{}',
  'an empty list': '{"arrayValue":{"values":[]}}',
  'an empty map': '{"kvlistValue":{"values":[]}}',
  'a mixed list':
    '{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":"1"},{},{"arrayValue":{"values":[{"doubleValue":-0}]}}]}}',
  'a map with a key twice':
    '{"kvlistValue":{"values":[{"key":"k","value":{"intValue":"1"}},{"key":"k","value":{}},{"key":"k"},{"key":""}]}}',
  'a key that is no property': '{"kvlistValue":{"values":[{"key":"__proto__","value":{"stringValue":"constructor"}}]}}',
};

const ATTRIBUTES = Object.values(VALUES)
  .map((value, i) => `{"key":"k${i % 5}","value":${value}}`)
  .join(',');

const RESOURCE = `{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},${ATTRIBUTES}],"droppedAttributesCount":1,"entityRefs":[{"schemaUrl":"https://e","type":"service","idKeys":["service.name",""],"descriptionKeys":["a"]}]}`;
const SCOPE = `{"name":"lib","version":"1.0","attributes":[${ATTRIBUTES}],"droppedAttributesCount":4294967295}`;

/** Requests in which every field of OTLP is used, as canonical OTLP/JSON. */
export const REQUESTS: Record<Signal, string> = {
  traces: `{"resourceSpans":[{"resource":${RESOURCE},"scopeSpans":[{"scope":${SCOPE},"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","traceState":"a=b,c=d","parentSpanId":"eee19b7ec3c1b173","flags":4294967041,"name":"GET /","kind":2,"startTimeUnixNano":"1725000000123456789","endTimeUnixNano":"18446744073709551615","attributes":[${ATTRIBUTES},{"key":"s","keyStrindex":7}],"droppedAttributesCount":2,"events":[{"timeUnixNano":"1725000000123456790","name":"exception","attributes":[${ATTRIBUTES}],"droppedAttributesCount":3},{}],"droppedEventsCount":4,"links":[{"traceId":"00","spanId":"","traceState":"x","attributes":[${ATTRIBUTES}],"droppedAttributesCount":5,"flags":768},{}],"droppedLinksCount":6,"status":{"message":"no","code":2}},{"traceId":"","spanId":"","name":"","kind":-1,"startTimeUnixNano":"0","endTimeUnixNano":"0","status":{}},{}],"schemaUrl":"https://s"},{}],"schemaUrl":"https://r"},{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175","name":"second"}]}]},{}]}`,
  logs: `{"resourceLogs":[{"resource":${RESOURCE},"scopeLogs":[{"scope":${SCOPE},"logRecords":[{"timeUnixNano":"1","observedTimeUnixNano":"2","severityNumber":24,"severityText":"FATAL4","body":{"stringValue":""},"attributes":[${ATTRIBUTES}],"droppedAttributesCount":3,"flags":1,"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","eventName":"e"},{"body":{}},{}],"schemaUrl":"https://s"}],"schemaUrl":"https://r"}]}`,
  metrics: `{"resourceMetrics":[{"resource":${RESOURCE},"scopeMetrics":[{"scope":${SCOPE},"metrics":[{"name":"g","description":"d","unit":"1","metadata":[${ATTRIBUTES}],"gauge":{"dataPoints":[{"attributes":[${ATTRIBUTES}],"startTimeUnixNano":"1","timeUnixNano":"2","asInt":"-9223372036854775808","exemplars":[{"filteredAttributes":[${ATTRIBUTES}],"timeUnixNano":"3","asDouble":-0,"spanId":"eee19b7ec3c1b174","traceId":"5b8efff798038103d269b633813fc60c"},{"asInt":"0"}],"flags":1},{"asDouble":0}]}},{"name":"s","sum":{"dataPoints":[{"asDouble":"NaN"}],"aggregationTemporality":2,"isMonotonic":false}},{"name":"h","histogram":{"dataPoints":[{"attributes":[${ATTRIBUTES}],"startTimeUnixNano":"1","timeUnixNano":"2","count":"18446744073709551615","sum":0,"bucketCounts":["0","18446744073709551615"],"explicitBounds":[-0,0.1,"Infinity"],"exemplars":[{}],"flags":0,"min":-0,"max":0}],"aggregationTemporality":1}},{"name":"e","exponentialHistogram":{"dataPoints":[{"attributes":[${ATTRIBUTES}],"startTimeUnixNano":"1","timeUnixNano":"2","count":"3","sum":0.5,"scale":-2147483648,"zeroCount":"4","positive":{"offset":2147483647,"bucketCounts":["1","18446744073709551615"]},"negative":{"offset":-1,"bucketCounts":[]},"flags":1,"exemplars":[{}],"min":0,"max":0,"zeroThreshold":1e-7}],"aggregationTemporality":0}},{"name":"q","summary":{"dataPoints":[{"attributes":[${ATTRIBUTES}],"startTimeUnixNano":"1","timeUnixNano":"2","count":"5","sum":-1.5,"quantileValues":[{"quantile":0.5,"value":-0},{}],"flags":2}]}},{}],"schemaUrl":"https://s"}],"schemaUrl":"https://r"}]}`,
};

export const SIGNALS: readonly Signal[] = ['traces', 'logs', 'metrics'];

export const REQUEST_NAMES: Record<Signal, string> = {
  traces: 'ExportTraceServiceRequest',
  logs: 'ExportLogsServiceRequest',
  metrics: 'ExportMetricsServiceRequest',
};

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A request with one span that has these members, as JSON. */
export function withSpan(members: string): string {
  return `{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`;
}

/** A request with one span that has one attribute with this value, as JSON. */
export function withValue(value: string): string {
  return withSpan(`"attributes":[{"key":"k","value":${value}}]`);
}
