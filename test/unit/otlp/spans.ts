import type { Span } from '../../../src/model/span.ts';
import { decodeResource, decodeScope, decodeSpan } from '../../../src/otlp/decode.ts';
import { scanTraces } from '../../../src/otlp/scanTraces.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import { encode, type Plain } from './oracle.ts';
import { utf8 } from './samples.ts';

export const TRACE_ID = Buffer.from('5b8efff798038103d269b633813fc60c', 'hex');
export const SPAN_ID = Buffer.from('eee19b7ec3c1b174', 'hex');

/** A span with valid ids and these other fields, named as in the .proto file. */
export function span(fields: Plain = {}): Plain {
  return { trace_id: TRACE_ID, span_id: SPAN_ID, ...fields };
}

export function text(key: string, value: string): Plain {
  return { key, value: { string_value: value } };
}

/** A request that protobufjs encoded. */
export function request(...resourceSpans: Plain[]): Uint8Array {
  return encode('ExportTraceServiceRequest', { resource_spans: resourceSpans });
}

/** A request with these spans in one scope. */
export function spansRequest(...spans: Plain[]): Uint8Array {
  return request({ scope_spans: [{ spans }] });
}

/** Every span of a request, decoded as the scanner found it. */
export function decodeAll(body: Uint8Array): Span[] {
  const scan = scanTraces(body);
  return Array.from({ length: scan.count }, (_, i) => {
    const scope = scan.scopes[scan.scope[i]!]!;
    const resource = scan.resources[scope.resource]!;
    return decodeSpan(
      body,
      scan.offsets[i]!,
      scan.lengths[i]!,
      decodeResource(body, resource.offset, resource.length),
      decodeScope(body, scope.offset, scope.length),
    );
  });
}

/** The request that a JSON text says. */
export function traces(json: string): Uint8Array {
  return jsonToProto('traces', utf8(json));
}
