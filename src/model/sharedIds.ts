import { SpanKind } from './span.ts';
import type { SpanHead } from './spanHead.ts';

/** What tells whether two contents that came under one id are one span. */
export type SpanVersion = Pick<SpanHead, 'kind' | 'service'>;

/** Spans of which no two have an id in common unless one is the other sent again. */
export interface SeparatedSpans {
  /** In the order given; those that were given another id or parent are copies. */
  heads: SpanHead[];
  /** The id that was sent, by the id that is shown, of spans that were given one of their own. */
  shared: Map<string, string>;
}

/**
 * Which contents under one id are the same span, as positions in `versions`. A span in progress is sent again with the
 * same kind, or by the same service; the server's half of a call, which Zipkin's instrumentations send under the id of
 * the client's half, has the opposite kind. The first group keeps the id: the calling side, where there is one.
 *
 * Does not depend on the order of `versions`, except for the order within a group.
 */
export function groupVersions(versions: readonly SpanVersion[]): number[][] {
  const callers: number[] = [];
  const callees: number[] = [];
  const others: number[] = [];
  const side = ({ kind }: SpanVersion) => {
    if (kind === SpanKind.client || kind === SpanKind.producer) return callers;
    return kind === SpanKind.server || kind === SpanKind.consumer ? callees : others;
  };
  for (const [at, version] of versions.entries()) side(version).push(at);
  const services = (group: readonly number[]) => new Set(group.map(at => versions[at]!.service));
  const [calling, called] = [services(callers), services(callees)];
  // A kind that says nothing may be that of a span in progress: its service tells which one it is.
  const apart: number[] = [];
  for (const at of others) {
    const { service } = versions[at]!;
    (calling.has(service) ? callers : called.has(service) ? callees : apart).push(at);
  }
  return [callers, apart, callees].filter(group => group.length > 0);
}

/**
 * Gives spans that share an id one each: the called side gets a new one, with the calling side as its parent, and what
 * it called hangs below it. Children are those of the called side unless only the calling side is of their service. The
 * new id follows from the old one, so that it is the same whenever the trace is read. Nothing that is stored changes.
 */
export function separateSharedIds(heads: readonly SpanHead[]): SeparatedSpans {
  const { first, versions } = byId(heads);
  const shared = new Map<string, string>();
  const separated = [...heads];
  const owners = new Map<string, { spanId: string; services: Set<string> }[]>();
  for (const [spanId, all] of versions) {
    const groups = groupVersions(all.map(at => heads[at]!)).map(group => group.map(at => all[at]!));
    if (groups.length < 2) continue;
    const sides = groups.map((group, number) => {
      const own = number === 0 ? spanId : freshId(spanId, number, id => first.has(id) || shared.has(id));
      if (number > 0) shared.set(own, spanId);
      for (const at of number > 0 ? group : []) {
        separated[at] = { ...heads[at]!, spanId: own, parentSpanId: spanId };
      }
      return { spanId: own, services: new Set(group.map(at => heads[at]!.service)) };
    });
    owners.set(spanId, sides.reverse());
  }
  if (owners.size === 0) return { heads: separated, shared };
  for (const [at, head] of heads.entries()) {
    const sides = owners.get(head.parentSpanId);
    // A called side has been given its parent, which is no matter of service.
    if (sides === undefined || separated[at] !== head) continue;
    const owner = sides.find(({ services }) => services.has(head.service)) ?? sides[0]!;
    if (owner.spanId !== head.parentSpanId) separated[at] = { ...head, parentSpanId: owner.spanId };
  }
  return { heads: separated, shared };
}

/** Where each id comes first, and all positions of those that come again. */
function byId(heads: readonly SpanHead[]): { first: Map<string, number>; versions: Map<string, number[]> } {
  const first = new Map<string, number>();
  const versions = new Map<string, number[]>();
  for (const [at, { spanId }] of heads.entries()) {
    const before = first.get(spanId);
    if (before === undefined) {
      first.set(spanId, at);
      continue;
    }
    const known = versions.get(spanId);
    if (known) known.push(at);
    else versions.set(spanId, [before, at]);
  }
  return { first, versions };
}

/** An id that nothing else in the trace has, made of another (FNV-1a over its digits, twice 32 bits). */
function freshId(spanId: string, number: number, isTaken: (id: string) => boolean): string {
  for (let attempt = number; ; attempt++) {
    const text = `${spanId}/${attempt}`;
    const id = hash32(text, 0x811c9dc5) + hash32(text, 0x01000193);
    if (!isTaken(id) && id !== '0000000000000000') return id;
  }
}

function hash32(text: string, seed: number): string {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
