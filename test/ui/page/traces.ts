import { assembleTrace } from '../../../src/model/assemble.ts';
import type { Category, TraceColumns } from '../../../src/model/columns.ts';
import type { TraceId } from '../../../src/model/ids.ts';
import type { SpanHead } from '../../../src/model/spanHead.ts';

/** The traces that the page is looked at and tested with, made from heads by the same assembly as in the product. */
export const TRACES = [
  'shop',
  'one',
  'names',
  'broken',
  'deep',
  'large',
  'huge',
  'hostile',
  'models',
  'clocks',
] as const;
export type TraceName = (typeof TRACES)[number];

const ORIGIN = 1_793_714_531_482_417_203n;
const MS = 1_000_000n;

export const HOSTILE_NAME =
  '<img src="/leak?name" onerror="window.pwned=1"><script>window.pwned=1</script>\u202Egnp.exe\u0000\u001B[31m';

const idOf = (n: number) => n.toString(16).padStart(16, '0');

interface Part {
  parent?: number;
  service?: string;
  kind?: number;
  category?: Category;
  /** Milliseconds since the origin. */
  at: number;
  for: number;
  flags?: Partial<Pick<SpanHead, 'error' | 'hasCode' | 'hasException' | 'hasEvents' | 'hasLinks'>>;
}

function head(n: number, name: string, part: Part): SpanHead {
  const start = ORIGIN + BigInt(Math.round(part.at * 1e6));
  return {
    spanId: idOf(n),
    parentSpanId: part.parent === undefined ? '' : idOf(part.parent),
    name,
    service: part.service ?? 'shop',
    kind: part.kind ?? 1,
    category: part.category ?? 'internal',
    startTimeUnixNano: start,
    endTimeUnixNano: start + BigInt(Math.round(part.for * 1e6)),
    error: false,
    hasCode: false,
    hasException: false,
    hasEvents: false,
    hasLinks: false,
    ...part.flags,
  };
}

const CODE = { hasCode: true };
const FAILED = { error: true };

function shop(): SpanHead[] {
  const agent = 'shop-agent';
  return [
    head(1, 'POST /chat', { kind: 2, category: 'http', at: 0, for: 2410, flags: CODE }),
    head(2, 'invoke_agent shop', { parent: 1, service: agent, category: 'agent', at: 38, for: 2330, flags: CODE }),
    head(3, 'chat gpt-4o', { parent: 2, service: agent, kind: 3, category: 'model', at: 60, for: 842 }),
    head(4, 'execute_tool find_products', { parent: 2, service: agent, category: 'tool', at: 904, for: 412 }),
    head(5, 'embeddings text-embedding-3-small', {
      parent: 4,
      service: agent,
      kind: 3,
      category: 'embedding',
      at: 910,
      for: 96,
    }),
    head(6, 'SELECT products', { parent: 4, service: 'products', kind: 3, category: 'database', at: 1012, for: 300 }),
    head(7, 'execute_tool reserve_stock', {
      parent: 2,
      service: agent,
      category: 'tool',
      at: 1330,
      for: 131,
      flags: FAILED,
    }),
    head(8, 'POST /stock/reserve', {
      parent: 7,
      service: agent,
      kind: 3,
      category: 'http',
      at: 1334,
      for: 124,
      flags: FAILED,
    }),
    head(9, 'StockService/Reserve', {
      parent: 8,
      service: 'stock',
      kind: 2,
      category: 'rpc',
      at: 1338,
      for: 108.340417,
      flags: { ...FAILED, hasException: true, hasEvents: true, hasCode: true, hasLinks: true },
    }),
    head(10, 'UPDATE stock', { parent: 9, service: 'stock', kind: 3, category: 'database', at: 1352, for: 21.4 }),
    head(11, 'execute_tool reserve_stock', {
      parent: 2,
      service: agent,
      category: 'tool',
      at: 1464,
      for: 88,
      flags: CODE,
    }),
    head(12, 'chat gpt-4o', { parent: 2, service: agent, kind: 3, category: 'model', at: 1560, for: 728 }),
    head(13, 'PUT sessions', { parent: 1, kind: 3, category: 'http', at: 2370, for: 40, flags: CODE }),
  ];
}

function names(): SpanHead[] {
  const long = 'GET /api/v2/organisations/{organisation}/projects/{project}/'.repeat(6).slice(0, 300);
  return [
    head(1, long, { kind: 2, category: 'http', at: 0, for: 200 }),
    head(2, long.replaceAll('/', ''), {
      parent: 1,
      at: 2,
      for: 190,
      service: 'a-service-with-a-rather-long-name'.repeat(4),
    }),
    head(3, 'الحصول على المنتجات من قاعدة البيانات', { parent: 2, category: 'database', at: 10, for: 60 }),
    head(4, 'קבלת הזמנה POST /orders', { parent: 2, kind: 2, category: 'http', at: 75, for: 40, flags: FAILED }),
    head(5, '查询商品库存并预留数量', { parent: 2, service: '库存服务', kind: 3, category: 'rpc', at: 120, for: 30 }),
    head(6, '在庫を確認して注文を確定する 👩‍👩‍👧 🛒', { parent: 5, service: '库存服务', at: 122, for: 22 }),
    head(7, '', { parent: 1, service: '', at: 193, for: 0.004 }),
  ];
}

/** Every way in which a row can be odd. */
function broken(): SpanHead[] {
  const open = { ...head(4, 'still running', { parent: 1, at: 30, for: 1 }), endTimeUnixNano: 0n };
  const reversed = head(5, 'clock went back', { parent: 1, at: 60, for: 1 });
  reversed.endTimeUnixNano = reversed.startTimeUnixNano - 20n * MS;
  return [
    head(1, 'root', { kind: 2, category: 'server', at: 0, for: 100 }),
    head(2, 'child', { parent: 1, category: 'chain', at: 5, for: 40 }),
    open,
    reversed,
    head(6, 'outlives its parent', { parent: 2, category: 'messaging', kind: 4, at: 40, for: 50 }),
    head(7, 'orphan one', { parent: 99, category: 'consumer', kind: 5, service: 'worker', at: 45, for: 20 }),
    head(8, 'orphan two', { parent: 99, category: 'faas', service: 'worker', at: 70, for: 25, flags: FAILED }),
    head(9, 'in a circle', { parent: 10, category: 'retrieval', at: 20, for: 30 }),
    head(10, 'in the same circle', { parent: 9, category: 'producer', at: 22, for: 10 }),
    head(11, 'no time at all', { parent: 1, category: 'internal', at: 80, for: 0 }),
  ];
}

function chain(length: number): SpanHead[] {
  return Array.from({ length }, (_, i) =>
    head(i + 1, `level ${i}`, { ...(i > 0 && { parent: i }), at: i * 0.01, for: (2 * length - i) * 0.01 }),
  );
}

/** Requests of ten spans each under one root. */
function many(count: number): SpanHead[] {
  const kinds: Category[] = ['http', 'database', 'rpc', 'messaging', 'internal'];
  const heads = [head(1, 'nightly-prices', { service: 'jobs', at: 0, for: count })];
  for (let n = 2; n <= count; n++) {
    const first = n - ((n - 2) % 10);
    heads.push(
      head(n, n === first ? `price batch ${first}` : `step ${n % 7} of the batch`, {
        parent: n === first ? 1 : n % 3 === 0 ? first : n - 1,
        service: `service-${n % 23}`,
        category: kinds[n % kinds.length]!,
        at: n * 0.9,
        for: n === first ? 12 : 6 - (n % 5),
        flags: n % 997 === 0 ? FAILED : {},
      }),
    );
  }
  return heads;
}

function hostile(): SpanHead[] {
  return [
    head(1, HOSTILE_NAME, {
      service: '__proto__',
      at: 0,
      for: 10,
      flags: { hasCode: true, hasEvents: true, hasException: true },
    }),
    head(2, 'javascript:alert(1)', { parent: 1, service: 'constructor', at: 2, for: 3 }),
  ];
}

/** One model call, or what stands around it, of each dialect. */
function models(): SpanHead[] {
  const agent = { service: 'assistant', category: 'agent' as const };
  const call = { service: 'assistant', category: 'model' as const };
  return [
    head(1, 'answer', { ...agent, at: 0, for: 2_000 }),
    head(2, 'mlflow chat', { ...call, parent: 1, at: 10, for: 400 }),
    head(3, 'langfuse generation', { ...call, parent: 1, at: 420, for: 300 }),
    head(4, 'openinference tool', { ...call, category: 'tool', parent: 1, at: 730, for: 200 }),
    head(5, 'traceloop chat', { ...call, parent: 1, at: 940, for: 300 }),
    head(6, 'ai.generateText.doGenerate', { ...call, parent: 1, at: 1_250, for: 300 }),
  ];
}

/** Two machines whose clocks are apart by a quarter of a second, and a third that names none. */
function clocks(): SpanHead[] {
  const on = (host: string, span: SpanHead): SpanHead => ({ ...span, host });
  return [
    on('web-1', head(1, 'GET /cart', { service: 'web', kind: 2, category: 'server', at: 0, for: 100 })),
    on('web-1', head(2, 'GET /stock', { service: 'web', kind: 3, category: 'http', parent: 1, at: 10, for: 80 })),
    on('stock-1', head(3, '/stock', { service: 'stock', kind: 2, category: 'server', parent: 2, at: 270, for: 60 })),
    on('stock-1', head(4, 'SELECT', { service: 'stock', kind: 3, category: 'database', parent: 3, at: 280, for: 20 })),
    on('web-1', head(5, 'render', { service: 'web', parent: 1, at: 92, for: 5 })),
  ];
}

const HEADS: Record<TraceName, () => SpanHead[]> = {
  shop,
  one: () => [head(1, 'GET /health', { kind: 2, category: 'http', at: 0, for: 2 })],
  names,
  broken,
  deep: () => chain(5_000),
  large: () => many(100_000),
  huge: () => many(400_000),
  hostile,
  models,
  clocks,
};

/** `spans` of the trace from its first, for traces that are still growing. */
export function columnsOf(name: TraceName, spans?: number): TraceColumns {
  const heads = HEADS[name]();
  const traceId = `7a3f${TRACES.indexOf(name).toString(16).padStart(28, '0')}` as TraceId;
  return assembleTrace(traceId, heads.slice(0, spans));
}

export function titleOf(name: TraceName): string {
  return HEADS[name]()[0]!.name;
}
