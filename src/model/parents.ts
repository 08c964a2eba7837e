import type { DistinctSpans } from './distinct.ts';

/** A parent of a span, or where there is none. */
export const NO_PARENT = -1;

/** The forest before it is laid out. Nodes are the spans in their order, then one node per missing parent. */
export interface Forest {
  /** Parent node of each node, {@link NO_PARENT} for a top one. Free of cycles. */
  parent: Int32Array;
  /** The ids of parents that have not arrived, one per node after the spans. */
  missing: string[];
  /** Spans whose parent is one of `missing`. */
  orphans: number;
  /** The spans at which a cycle was cut. */
  cuts: number[];
}

/**
 * Finds every span's parent. `order` compares two spans (by start, then by id): a cycle, be it a span that names itself
 * or a longer one, is cut at the first of its spans, which becomes a top one; what hangs on the cycle stays on it.
 */
export function findParents(distinct: DistinctSpans, order: (a: number, b: number) => number): Forest {
  const { spans, byId } = distinct;
  const named = new Int32Array(spans.length);
  const missingById = new Map<string, number>();
  let orphans = 0;
  for (let i = 0; i < spans.length; i++) {
    const id = spans[i]!.parentSpanId;
    // Some exporters write a root's parent as zeros.
    if (id === '' || id === '0000000000000000') {
      named[i] = NO_PARENT;
      continue;
    }
    let at = byId.get(id) ?? missingById.get(id);
    if (at === undefined) {
      at = spans.length + missingById.size;
      missingById.set(id, at);
    }
    if (at >= spans.length) orphans++;
    named[i] = at;
  }
  const missing = [...missingById.keys()];
  const parent = new Int32Array(spans.length + missing.length).fill(NO_PARENT);
  parent.set(named);
  return { parent, missing, orphans, cuts: cutCycles(parent, order) };
}

/** Makes `parent` free of cycles and returns the nodes that lost theirs. Every node is walked over at most twice. */
function cutCycles(parent: Int32Array, order: (a: number, b: number) => number): number[] {
  const cuts: number[] = [];
  /** 0: not seen; otherwise the number of the walk that saw it first. */
  const seen = new Uint32Array(parent.length);
  for (let from = 0; from < parent.length; from++) {
    const walk = from + 1;
    let node = from;
    while (node !== NO_PARENT && seen[node] === 0) {
      seen[node] = walk;
      node = parent[node]!;
    }
    // Only a node of this very walk closes a circle; one of an earlier walk leads to where that walk ended.
    if (node === NO_PARENT || seen[node] !== walk) continue;
    let first = node;
    for (let next = parent[node]!; next !== node; next = parent[next]!) if (order(next, first) < 0) first = next;
    parent[first] = NO_PARENT;
    cuts.push(first);
  }
  return cuts;
}
