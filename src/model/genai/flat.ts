import type { PlainObject, PlainValue } from '../plainValue.ts';
import type { Fields } from './fields.ts';

/** Neither has ever been seen near these; beyond them is no list but an attack. */
const LARGEST_INDEX = 10_000;
const DEEPEST = 16;

/** A list that was sent as one attribute per field of each item. */
export interface FlatList {
  items: PlainValue[];
  /** The index of the first item: more than 0 where those before it were lost. */
  first: number;
  /** How many items between the first and the last are not there. */
  gaps: number;
}

type Node = { value?: PlainValue; inner?: Map<string, Node> };

/**
 * Puts together what `prefix.0.role`, `prefix.0.tool_calls.1.name` and so on say: a list of objects, in the order of the
 * indices. `undefined` where there is no such key. Takes time in the number of keys.
 */
export function flatList(fields: Fields, prefix: string): FlatList | undefined {
  const root = new Map<string, Node>();
  for (const [rest, value] of fields.under(`${prefix}.`)) insert(root, rest.split('.'), value);
  const indices = [...root.keys()]
    .filter(isIndex)
    .map(Number)
    .sort((a, b) => a - b);
  if (indices.length === 0) return undefined;
  const first = indices[0]!;
  const gaps = indices.at(-1)! - first + 1 - indices.length;
  return { items: indices.map(index => build(root.get(String(index))!)), first, gaps };
}

function insert(root: Map<string, Node>, path: string[], value: PlainValue): void {
  if (path.length > DEEPEST || !isIndex(path[0] ?? '')) return;
  let level = root;
  for (const [at, step] of path.entries()) {
    if (step === '__proto__' || step === 'constructor' || step === 'prototype') return;
    if (/^\d+$/.test(step) && !isIndex(step)) return;
    const node: Node = level.get(step) ?? {};
    level.set(step, node);
    if (at === path.length - 1) node.value = value;
    else {
      node.inner ??= new Map();
      level = node.inner;
    }
  }
}

/** An index as it is written canonically: `01` is another key than `1`. */
function isIndex(step: string): boolean {
  return /^(?:0|[1-9]\d{0,5})$/.test(step) && Number(step) <= LARGEST_INDEX;
}

function build(node: Node): PlainValue {
  // Where a key is both a value and the beginning of others, the others say more.
  if (!node.inner) return node.value ?? null;
  const keys = [...node.inner.keys()];
  if (keys.every(isIndex)) {
    return keys
      .map(Number)
      .sort((a, b) => a - b)
      .map(index => build(node.inner!.get(String(index))!));
  }
  const object: PlainObject = Object.create(null);
  for (const [key, inner] of node.inner) object[key] = build(inner);
  return object;
}
