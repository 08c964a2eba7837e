import { CATEGORIES, type Category, RowFlag, type TraceColumns } from './columns.ts';
import { distinctSpans } from './distinct.ts';
import type { TraceId } from './ids.ts';
import { layOut } from './layout.ts';
import { findParents, NO_PARENT } from './parents.ts';
import { flagsOf } from './spanFlags.ts';
import type { SpanHead } from './spanHead.ts';
import { StringTable } from './stringTable.ts';
import { oneLine } from './text.ts';
import { type SpanTimes, spanTimes } from './times.ts';
import { timingOf } from './timing.ts';
import { traceWarnings } from './warnings.ts';

const MISSING_NAME = 'missing parent';
const LAST_KIND = 5;
/** Of an id in the name of a row; what a program names as a parent may be anything. */
const ID_LENGTH = 40;
const CATEGORY_CODES = new Map<Category, number>(CATEGORIES.map((category, code) => [category, code]));

/**
 * Assembles a trace from the heads of its spans, whatever their order and however broken their parents and times: every
 * span id is shown exactly once. Siblings stand by start, then by span id. O(n log n), no recursion.
 *
 * - Spans whose parent has not arrived stand under one row per parent id, named after it, which spans their times.
 * - A parent chain that leads back to itself is cut at its earliest span.
 * - A span sent more than once is shown as it was sent with the latest end ({@link distinctSpans}); a server that used
 *   the id of its client's span is shown below that one with an id of its own.
 * - Unknown and reversed times become points ({@link spanTimes}).
 * - Names and services of more than 2,048 characters are cut.
 *
 * @param extra.logs number of log records by span id
 */
export function assembleTrace(
  traceId: TraceId,
  heads: readonly SpanHead[],
  extra: { logs?: ReadonlyMap<string, number> } = {},
): TraceColumns {
  const distinct = distinctSpans(heads);
  const { spans, updated, shared } = distinct;
  const spanTime = spanTimes(spans);
  const forest = findParents(
    distinct,
    siblingOrder(spanTime, i => spans[i]!.spanId),
  );
  const nodes = forest.parent.length;
  const idOf = (node: number) => spans[node]?.spanId ?? forest.missing[node - spans.length]!;
  const time = withMissing(spanTime, forest.parent);
  const sorted = new Uint32Array(nodes).map((_, node) => node).sort(siblingOrder(time, idOf));
  const layout = layOut(forest.parent, sorted);
  const cuts = new Set(forest.cuts);

  const spanIds = new Uint8Array(nodes * 8);
  const name = new Uint32Array(nodes);
  const service = new Uint32Array(nodes);
  const host = new Uint32Array(nodes);
  const kind = new Uint8Array(nodes);
  const category = new Uint8Array(nodes);
  const flags = new Uint16Array(nodes);
  const start = new Float64Array(nodes);
  const end = new Float64Array(nodes);
  const strings = new StringTable();
  const services = new Set<number>();
  let errorCount = 0;
  for (let row = 0; row < nodes; row++) {
    const node = layout.node[row]!;
    start[row] = time.start[node]!;
    end[row] = time.end[node]!;
    writeId(spanIds, row * 8, idOf(node));
    const span = spans[node];
    name[row] = strings.add(span?.name ?? `${MISSING_NAME} ${oneLine(idOf(node), ID_LENGTH)}`);
    service[row] = strings.add(span?.service ?? '');
    host[row] = strings.add(span?.host ?? '');
    if (span === undefined) {
      flags[row] = RowFlag.missing;
      continue;
    }
    if (span.service !== '') services.add(service[row]!);
    kind[row] = span.kind >= 0 && span.kind <= LAST_KIND ? span.kind : 0;
    category[row] = CATEGORY_CODES.get(span.category) ?? 0;
    if (span.error) errorCount++;
    const sent = shared.get(span.spanId);
    flags[row] =
      flagsOf(span) |
      (forest.parent[node]! >= spans.length ? RowFlag.orphan : 0) |
      (cuts.has(node) ? RowFlag.cycle : 0) |
      (updated[node] === 1 ? RowFlag.updated : 0) |
      (sent !== undefined ? RowFlag.shared : 0) |
      ((extra.logs?.get(sent ?? span.spanId) ?? 0) > 0 ? RowFlag.hasLogs : 0);
  }

  return {
    traceId,
    originUnixNano: time.originUnixNano.toString(),
    rows: nodes,
    spanIds,
    parent: layout.parent,
    depth: layout.depth,
    subtree: layout.subtree,
    ...timingOf({ parent: layout.parent, start, end, flags }),
    name,
    service,
    host,
    kind,
    category,
    flags,
    strings: strings.strings,
    services: Array.from(services, at => strings.strings[at]!),
    spanCount: spans.length,
    errorCount,
    warnings: traceWarnings(distinct, forest),
  };
}

/** By start; clocks that count milliseconds start several at once, and the one that ends first most likely came first. */
function siblingOrder({ start, end }: SpanTimes, idOf: (node: number) => string): (a: number, b: number) => number {
  return (a, b) => {
    const byTime = start[a]! - start[b]! || end[a]! - end[b]!;
    if (byTime !== 0 || a === b) return byTime;
    return idOf(a) < idOf(b) ? -1 : 1;
  };
}

/** The times of all nodes: a missing parent reaches from the earliest start to the latest end of its children. */
function withMissing({ originUnixNano, start, end }: SpanTimes, parent: Int32Array): SpanTimes {
  const from = new Float64Array(parent.length).fill(Number.POSITIVE_INFINITY);
  const to = new Float64Array(parent.length);
  from.set(start);
  to.set(end);
  for (let span = 0; span < start.length; span++) {
    const above = parent[span]!;
    if (above === NO_PARENT || above < start.length) continue;
    from[above] = Math.min(from[above]!, start[span]!);
    to[above] = Math.max(to[above]!, end[span]!);
  }
  return { originUnixNano, start: from, end: to };
}

/** Writes 16 hexadecimal digits; what else a program names as a parent is cut or filled with zeros. */
function writeId(bytes: Uint8Array, offset: number, id: string): void {
  for (let i = 0; i < 8; i++) bytes[offset + i] = (digit(id.charCodeAt(2 * i)) << 4) | digit(id.charCodeAt(2 * i + 1));
}

function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : 0;
}
