import { jsonToProto, protoToJson } from '../../../../src/otlp/transcode.ts';

export type AttributeValue = string | number | string[];

/** An item of a request as a test writes it down. */
export interface TestItem {
  attributes?: Record<string, AttributeValue>;
  events?: { attributes: Record<string, AttributeValue> }[];
}

export interface TestResource {
  attributes: Record<string, AttributeValue>;
  spans?: TestItem[];
}

export function resource(attributes: Record<string, AttributeValue>): TestResource {
  return { attributes };
}

export function traces(resources: TestResource[]): Uint8Array {
  let n = 1;
  return encode('traces', {
    resourceSpans: resources.map(({ attributes, spans = [{}] }) => ({
      resource: { attributes: keyValues(attributes) },
      scopeSpans: [
        {
          scope: { name: 'test' },
          spans: spans.map(item => ({
            traceId: '0af7651916cd43dd8448eb211c80319c',
            spanId: (n++).toString(16).padStart(16, '0'),
            name: 'work',
            attributes: keyValues(item.attributes ?? {}),
            events: (item.events ?? []).map(event => ({ name: 'exception', attributes: keyValues(event.attributes) })),
          })),
        },
      ],
    })),
  });
}

export function logs(resources: TestResource[]): Uint8Array {
  return encode('logs', {
    resourceLogs: resources.map(({ attributes, spans = [{}] }) => ({
      resource: { attributes: keyValues(attributes) },
      scopeLogs: [
        {
          logRecords: spans.map(item => ({ body: { stringValue: 'x' }, attributes: keyValues(item.attributes ?? {}) })),
        },
      ],
    })),
  });
}

export function metrics(resources: TestResource[]): Uint8Array {
  return encode('metrics', {
    resourceMetrics: resources.map(({ attributes }) => ({
      resource: { attributes: keyValues(attributes) },
      scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: [{ asInt: '1' }] } }] }],
    })),
  });
}

/** The resources of a request, decoded. */
export function decodeMessage(signal: 'traces', body: Uint8Array): object[] {
  return (JSON.parse(protoToJson(signal, body)) as { resourceSpans?: object[] }).resourceSpans ?? [];
}

function encode(signal: 'traces' | 'logs' | 'metrics', request: object): Uint8Array {
  return jsonToProto(signal, Buffer.from(JSON.stringify(request)));
}

function keyValues(attributes: Record<string, AttributeValue>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return typeof value === 'number' ? { intValue: String(value) } : { stringValue: value };
}
