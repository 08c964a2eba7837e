import { quoted, Refused } from './refused.ts';

export type Encoding = 'protobuf' | 'json';

export const MEDIA_TYPES: Record<Encoding, string> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** A media type, its parameters dropped; what follows it without a semicolon makes it another one. */
function essence(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

export function isGrpc(contentType: string | undefined): boolean {
  return /^application\/grpc(?:\+[\w.-]+)?$/.test(essence(contentType ?? ''));
}

/**
 * How a request is encoded.
 * @throws {Refused} 415. The types a web page may send without a preflight are among them, so that no page can forge
 * telemetry with a plain form.
 */
export function encodingOfRequest(contentType: string | undefined): Encoding {
  if (contentType === MEDIA_TYPES.protobuf) return 'protobuf';
  const type = essence(contentType ?? '');
  if (type === MEDIA_TYPES.protobuf) return 'protobuf';
  if (type === MEDIA_TYPES.json) return 'json';
  if (isGrpc(contentType)) {
    throw new Refused(
      415,
      'gRPC needs HTTP/2, and this came over HTTP/1.1. Is a proxy in between? Use OTLP over HTTP through it.',
      'A program sent gRPC over HTTP/1.1, probably through a proxy; set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.',
      'grpcOverHttp1',
    );
  }
  const named = type === '' ? 'no content type' : `the content type ${quoted(type)}`;
  throw new Refused(
    415,
    `The request has ${named}; it must be ${MEDIA_TYPES.protobuf} or ${MEDIA_TYPES.json}.`,
    `A program sent ${named}; set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf, http/json or grpc.`,
  );
}

/** How to answer a request that may be none of ours: as it was sent, else as it asks for, else protobuf. */
export function encodingOfAnswer(contentType: string | undefined, accept: string | undefined): Encoding {
  const type = essence(contentType ?? '');
  if (type === MEDIA_TYPES.json) return 'json';
  // A person who opens the address in a browser should read the answer, not download it.
  return type === '' && /json|html/i.test(accept ?? '') ? 'json' : 'protobuf';
}
