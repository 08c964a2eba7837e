import { JsonEncoder } from './jsonEncoder.ts';
import { JsonPrinter } from './jsonPrinter.ts';
import { messageOf, requestOf, type Signal } from './schema.ts';

export type { Signal };

/*
 * OTLP's two wires, each into the other without loss.
 *
 * What counts is the OTLP message: what one wire can say of it, the other says too. A field that was sent stays sent, at
 * its default value as well; one that was not sent stays away. 64-bit integers are decimal text, ids are hexadecimal,
 * bytes are base64, enums are numbers, NaN and the infinities are text and -0 keeps its sign.
 *
 * What this version of OTLP does not know survives in both directions:
 *  - unknown protobuf fields are printed under the key "@unknownFields" of their message, as base64 of their bytes (tag
 *    and value, one after the other), and become those bytes again;
 *  - unknown JSON keys are kept in field 18999 of their message, as the UTF-8 of `"key":value` as it was sent, and are
 *    printed as that key and value again.
 *
 * How many values of a message were masked is ours, is kept in field 18998, and is never printed.
 *
 * Read generously: lowerCamelCase and snake_case keys, numbers with and without quotes, enums by name, hexadecimal in
 * either case, base64 in either alphabet; null is absent; of a key sent twice the last counts, as in every JSON reader.
 * An empty list is no list, except of packed numbers, because protobuf has no way to say it; an array or map value without
 * values is printed with an empty list. Half a surrogate pair, which
 * UTF-8 cannot hold, becomes U+FFFD.
 */

/**
 * An OTLP/JSON export request as protobuf, its fields in the order in which they were sent. Throws `MalformedError` that
 * names the place, for example `resourceSpans[0].scopeSpans[0].spans[3].startTimeUnixNano: not a number`.
 */
export function jsonToProto(signal: Signal, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return new JsonEncoder(body).document(requestOf(signal));
}

/** An export request as OTLP/JSON, on one line unless `indent` (in spaces) is given. Throws `MalformedError`. */
export function protoToJson(signal: Signal, bytes: Uint8Array, indent = 0): string {
  return new JsonPrinter(bytes, indent).document(requestOf(signal));
}

/** A request of spans and one of logs in one JSON object: a receiver of either takes its own list and ignores the other. */
export function tracesAndLogsToJson(traces: Uint8Array, logs: Uint8Array, indent = 0): string {
  const other = new JsonPrinter(logs, indent);
  return new JsonPrinter(traces, indent).joined(requestOf('traces'), other, requestOf('logs'));
}

/** One message, for example a `Span`, as OTLP/JSON. Throws `MalformedError`. */
export function messageToJson(messageName: string, bytes: Uint8Array, indent = 0): string {
  return new JsonPrinter(bytes, indent).document(messageOf(messageName));
}
