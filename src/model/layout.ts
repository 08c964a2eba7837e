import { NO_PARENT } from './parents.ts';

/** Rows in display order. */
export interface Layout {
  /** The node that row i shows. */
  node: Uint32Array;
  /** Row of the parent, -1 for a top row. */
  parent: Int32Array<ArrayBuffer>;
  depth: Uint32Array<ArrayBuffer>;
  /** Rows in the subtree, the row itself included. */
  subtree: Uint32Array<ArrayBuffer>;
}

/**
 * Lays a forest out depth first. `parent` is by node and free of cycles; `sorted` holds every node in the order in which
 * siblings stand.
 */
export function layOut(parent: Int32Array, sorted: Uint32Array): Layout {
  const nodes = parent.length;
  // Lists of children, linked: going through `sorted` backwards leaves every list in the order of `sorted`.
  const firstChild = new Int32Array(nodes).fill(NO_PARENT);
  const nextSibling = new Int32Array(nodes).fill(NO_PARENT);
  let firstTop = NO_PARENT;
  for (let i = nodes - 1; i >= 0; i--) {
    const node = sorted[i]!;
    const above = parent[node]!;
    nextSibling[node] = above === NO_PARENT ? firstTop : firstChild[above]!;
    if (above === NO_PARENT) firstTop = node;
    else firstChild[above] = node;
  }

  const layout: Layout = {
    node: new Uint32Array(nodes),
    parent: new Int32Array(nodes),
    depth: new Uint32Array(nodes),
    subtree: new Uint32Array(nodes).fill(1),
  };
  const rowOf = new Uint32Array(nodes);
  let node = firstTop;
  for (let row = 0; node !== NO_PARENT; row++) {
    const above = parent[node]!;
    rowOf[node] = row;
    layout.node[row] = node;
    layout.parent[row] = above === NO_PARENT ? -1 : rowOf[above]!;
    layout.depth[row] = above === NO_PARENT ? 0 : layout.depth[rowOf[above]!]! + 1;
    if (firstChild[node] !== NO_PARENT) {
      node = firstChild[node]!;
      continue;
    }
    // Up to the nearest ancestor that has a sibling to come; every edge is climbed once.
    while (node !== NO_PARENT && nextSibling[node] === NO_PARENT) node = parent[node]!;
    if (node !== NO_PARENT) node = nextSibling[node]!;
  }
  for (let row = nodes - 1; row > 0; row--) {
    const above = layout.parent[row]!;
    if (above >= 0) layout.subtree[above]! += layout.subtree[row]!;
  }
  return layout;
}
