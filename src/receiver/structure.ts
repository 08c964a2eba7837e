import { holdsMoreThan } from '../otlp/structure.ts';
import { Refused } from './refused.ts';
import type { Signal } from './sink.ts';

/**
 * Spans, events, links, attributes and all else of one request together. An SDK's largest batch with its largest spans
 * stays below: 2,048 spans with 128 attributes and as many events.
 */
const MOST_PARTS = 2_000_000;

/** @throws {Refused} 413: the request is small enough, but made of too many parts. */
export function checkStructure(signal: Signal, body: Uint8Array): void {
  if (!holdsMoreThan(MOST_PARTS, signal, body)) return;
  throw new Refused(
    413,
    `The request holds more than ${MOST_PARTS} spans, attributes, events and links together; send smaller batches.`,
    `A program sent more than ${MOST_PARTS} spans, attributes, events and links in one request; lower its batch size (OTEL_BSP_MAX_EXPORT_BATCH_SIZE).`,
  );
}
