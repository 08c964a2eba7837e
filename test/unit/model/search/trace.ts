import type { SpanId, TraceId } from '../../../../src/model/ids.ts';
import type { AttributeScope } from '../../../../src/model/search/query.ts';
import type { SearchableSpan, SearchableTrace } from '../../../../src/model/search/searchable.ts';
import type { AnyValue } from '../../../../src/model/value.ts';

type Plain = string | number | bigint | boolean | Uint8Array | undefined | Plain[];

/** A span as a table writes it; keys of attributes are `scope:key`, and a list of pairs has a key more than once. */
export interface SpanSketch {
  id?: string;
  parent?: string;
  name?: string;
  service?: string;
  scopeName?: string;
  kind?: number;
  status?: number;
  statusMessage?: string;
  duration?: bigint;
  attributes?: readonly (readonly [scope: Exclude<AttributeScope, 'any'>, key: string, value: Plain])[];
  events?: readonly string[];
  texts?: readonly string[];
}

export function spanOf(sketch: SpanSketch): SearchableSpan {
  const { attributes = [] } = sketch;
  return {
    spanId: (sketch.id ?? 'b7ad6b7169203331') as SpanId,
    parentSpanId: sketch.parent ?? '',
    name: sketch.name ?? '',
    service: sketch.service ?? '',
    scopeName: sketch.scopeName ?? '',
    kind: sketch.kind ?? 0,
    status: sketch.status ?? 0,
    statusMessage: sketch.statusMessage ?? '',
    duration: sketch.duration ?? 0n,
    *values(scope, key) {
      for (const [where, name, value] of attributes) {
        if ((scope === 'any' || scope === where) && name === key) yield anyValue(value);
      }
    },
    eventNames: () => sketch.events ?? [],
    texts: () => sketch.texts ?? [],
  };
}

export function traceOf(spans: readonly SearchableSpan[], facts: Partial<SearchableTrace> = {}): SearchableTrace {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c' as TraceId,
    rootName: 'POST /chat',
    rootService: 'shop',
    start: 1_000n,
    duration: 5_000_000_000n,
    spanCount: spans.length,
    spans,
    ...facts,
  };
}

/** Numbers become doubles and bigints whole numbers; nothing is a value that was sent empty. */
function anyValue(plain: Plain): AnyValue {
  if (Array.isArray(plain)) return { type: 'array', values: plain.map(anyValue) };
  if (plain instanceof Uint8Array) return { type: 'bytes', value: plain };
  switch (typeof plain) {
    case 'string':
      return { type: 'string', value: plain };
    case 'number':
      return { type: 'double', value: plain };
    case 'bigint':
      return { type: 'int', value: plain };
    case 'boolean':
      return { type: 'bool', value: plain };
    default:
      return { type: 'empty' };
  }
}
