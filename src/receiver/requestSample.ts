import { countItems } from '../otlp/countItems.ts';
import { Cursor } from '../otlp/cursor.ts';
import { MalformedError } from '../otlp/malformed.ts';
import { scanResource } from '../otlp/scanResource.ts';
import { quoted } from './refused.ts';

const MOST_SERVICES = 3;
/** Resources that are looked at for services. */
const MOST_RESOURCES = 16;
/** Items of larger requests are not counted: that would take milliseconds for a number that is only shown. */
const COUNTED_BYTES = 1024 * 1024;

export interface RequestSample {
  services?: string[];
  items?: number;
}

/** Whose request it is and how much is in it, from a bounded look at its beginning. Does not throw: a request that is no OTLP has neither. */
export function sampleOf(body: Uint8Array): RequestSample {
  try {
    const services = servicesOf(body);
    return {
      ...(services.length > 0 && { services }),
      ...(body.length <= COUNTED_BYTES && { items: countItems(body) }),
    };
  } catch (error) {
    if (error instanceof MalformedError) return {};
    throw error;
  }
}

const LIST = 10;
const RESOURCE = 10;

/** All three signals have their resource in the same place. */
function servicesOf(body: Uint8Array): string[] {
  const cursor = new Cursor(body);
  const end = body.length;
  const found = new Set<string>();
  for (let looked = 0; cursor.position < end && looked < MOST_RESOURCES && found.size < MOST_SERVICES; looked++) {
    const tag = cursor.tag(end);
    if (tag !== LIST) {
      cursor.skip(tag, end);
      continue;
    }
    const to = cursor.enter(end);
    while (cursor.position < to) {
      const inner = cursor.tag(to);
      if (inner !== RESOURCE) {
        cursor.skip(inner, to);
        continue;
      }
      const service = scanResource(cursor, cursor.enter(to), 2);
      if (service) found.add(quoted(service));
      break;
    }
    cursor.position = to;
  }
  return [...found];
}
