import { RowFlag, type TraceColumns } from '../../../src/model/columns.ts';
import { hexOf } from '../../../src/model/ids.ts';
import type { ViewAttribute, ViewValue } from '../../../src/model/viewValue.ts';
import type { SpanDetails, ViewEvent, ViewLocation } from '../../../src/protocol/details.ts';
import { MODEL_SPANS } from './modelSpans.ts';
import { HOSTILE_NAME } from './traces.ts';

const text = (value: string): ViewValue => ({ type: 'string', value });
const int = (value: number): ViewValue => ({ type: 'int', value: String(value) });
const list = (facts: Record<string, ViewValue>): ViewAttribute[] =>
  Object.entries(facts).map(([key, value]) => ({ key, value }));

const RESERVE: ViewAttribute[] = list({
  'rpc.system': text('grpc'),
  'rpc.service': text('shop.StockService'),
  'rpc.method': text('Reserve'),
  'rpc.grpc.status_code': int(9),
  'app.sku': text('SKU-1183'),
  'app.quantity': int(3),
  'app.request': text(
    '{"sku":"SKU-1183","quantity":3,"customer":{"id":4711,"tier":"gold"},"notes":["gift","no receipt"]}',
  ),
  'server.address': text('stock:8083'),
  'net.sock.peer.addr': text('172.18.0.4'),
  'thread.name': text('goroutine 71'),
  'code.file.path': text('stock/reserve.go'),
  'code.line.number': int(57),
  'code.function.name': text('(*Service).Reserve'),
  'app.payload': text('0123456789 '.repeat(400)),
});

const CHAT: ViewAttribute[] = list({
  'gen_ai.operation.name': text('chat'),
  'gen_ai.provider.name': text('openai'),
  'gen_ai.request.model': text('gpt-4o'),
  'gen_ai.response.model': text('gpt-4o-2024-11-20'),
  'gen_ai.usage.input_tokens': int(1412),
  'gen_ai.usage.output_tokens': int(188),
  'gen_ai.request.temperature': { type: 'double', value: 0.2 },
  'gen_ai.response.finish_reasons': { type: 'array', values: [text('tool_calls')] },
  'server.address': text('api.openai.com'),
});

const HTTP: ViewAttribute[] = list({
  'http.request.method': text('POST'),
  'http.route': text('/chat'),
  'url.path': text('/chat'),
  'http.response.status_code': int(200),
  'server.address': text('localhost'),
  'server.port': int(3000),
  'user_agent.original': text('curl/8.14.1'),
  'code.file.path': text('src/agent.ts'),
});

const STOCK_ERROR: ViewEvent = {
  name: 'exception',
  timeUnixNano: '1793714532923417203',
  offsetMs: 101.2,
  attributes: list({
    'exception.type': text('StockError'),
    'exception.message': text('only 2 left of SKU-1183'),
    'exception.escaped': { type: 'bool', value: true },
  }),
  droppedAttributesCount: 0,
  exception: {
    type: 'StockError',
    message: 'only 2 left of SKU-1183',
    escaped: true,
    text: 'StockError: only 2 left of SKU-1183\n\tstock/reserve.go:64\n\tstock/grpc.go:31',
    stack: [
      {
        title: 'StockError: only 2 left of SKU-1183',
        frames: [
          { function: '(*Service).Reserve', path: 'stock/reserve.go', line: 64, own: true, target: 0 },
          { function: '(*server).Reserve', path: 'stock/grpc.go', line: 31, own: true, target: 1 },
          ...Array.from({ length: 6 }, (_, i) => ({
            function: `(*Server).handle${i}`,
            path: `/go/pkg/mod/google.golang.org/grpc@v1.76.0/server.go`,
            line: 1200 + i,
            own: false,
          })),
        ],
      },
    ],
  },
};

/** Values in which a page could come to harm. */
const HARM: ViewAttribute[] = [
  { key: '__proto__', value: text('polluted') },
  { key: 'constructor', value: text('javascript:alert(1)') },
  { key: 'html', value: text(HOSTILE_NAME) },
  { key: '<b>key</b>', value: text('<svg/onload=fetch("/leak?attribute")>') },
  { key: 'url.full', value: text('https://example.com/"onmouseover="window.pwned=1') },
  { key: 'css', value: text('</style><style>body{background:url(/leak?css)}</style>') },
];

const SPECIAL: Record<string, { attributes: ViewAttribute[] }> = {
  'POST /chat': { attributes: HTTP },
  'StockService/Reserve': { attributes: RESERVE },
  'chat gpt-4o': { attributes: CHAT },
  [HOSTILE_NAME]: { attributes: HARM },
  'javascript:alert(1)': { attributes: Array.from({ length: 5_000 }, (_, i) => ({ key: `k${i}`, value: int(i) })) },
};

function rowOf(columns: TraceColumns, spanId: string): number {
  for (let row = 0; row < columns.rows; row++) if (hexOf(columns.spanIds, row * 8, 8) === spanId) return row;
  return -1;
}

/** What the editor would answer about a span of one of the traces. */
export function detailsOf(columns: TraceColumns, spanId: string): SpanDetails | undefined {
  const row = rowOf(columns, spanId);
  if (row < 0) return undefined;
  const name = columns.strings[columns.name[row]!]!;
  const parent = columns.parent[row]!;
  const isReserve = name === 'StockService/Reserve';
  const isHostile = name === HOSTILE_NAME;
  const attributes =
    SPECIAL[name]?.attributes ??
    MODEL_SPANS.get(name) ??
    list({ 'app.step': int(row), 'app.region': text('eu-central-1') });
  const start = BigInt(columns.originUnixNano) + BigInt(Math.round(columns.start[row]! * 1e6));
  const duration = BigInt(Math.round(columns.duration[row]! * 1e6));
  const hostileEvent: ViewEvent = {
    ...STOCK_ERROR,
    name: HOSTILE_NAME,
    attributes: HARM,
    exception: {
      type: HOSTILE_NAME,
      message: HOSTILE_NAME,
      escaped: false,
      text: HOSTILE_NAME,
      stack: [{ title: HOSTILE_NAME, frames: [{ function: HOSTILE_NAME, path: HOSTILE_NAME, own: true, target: 0 }] }],
    },
  };
  return {
    traceId: columns.traceId,
    spanId,
    parentSpanId: parent < 0 ? '' : hexOf(columns.spanIds, parent * 8, 8),
    name,
    service: columns.strings[columns.service[row]!]!,
    kind: columns.kind[row]!,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(columns.flags[row]! & RowFlag.open ? 0n : start + duration),
    durationNano: String(duration),
    status: {
      code: columns.flags[row]! & RowFlag.error ? 2 : 0,
      message: isReserve ? 'only 2 left of SKU-1183' : isHostile ? HOSTILE_NAME : '',
    },
    traceState: '',
    flags: 1,
    attributes,
    droppedAttributesCount: isReserve ? 2 : 0,
    events: isReserve ? [STOCK_ERROR] : isHostile ? [hostileEvent] : [],
    droppedEventsCount: 0,
    links: isReserve
      ? [
          {
            traceId: '0af7651916cd43dd8448eb211c80319c',
            spanId: 'b7ad6b7169203331',
            traceState: '',
            attributes: list({ 'link.reason': text('retry of') }),
            droppedAttributesCount: 0,
            known: true,
          },
        ]
      : [],
    droppedLinksCount: 0,
    resource: {
      attributes: list({
        'service.name': text(columns.strings[columns.service[row]!]!),
        'service.version': text('1.4.2'),
        'telemetry.sdk.language': text('go'),
        'host.name': text('dev-laptop'),
      }),
      droppedAttributesCount: 0,
      schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
    },
    scope: { name: 'shop/stock', version: '0.3.1', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    logs: isReserve
      ? [
          {
            timeUnixNano: String(start + 3_000_000n),
            offsetMs: 3.4,
            severity: 'WARN',
            severityNumber: 13,
            eventName: '',
            body: text('stock below threshold sku=SKU-1183 left=2'),
            attributes: list({ 'app.left': int(2) }),
            scope: 'shop/stock',
          },
          {
            timeUnixNano: String(start + 104_000_000n),
            offsetMs: 104.2,
            severity: 'ERROR',
            severityNumber: 17,
            eventName: '',
            body: text('reservation refused'),
            attributes: [],
            scope: 'shop/stock',
          },
        ]
      : [],
    raw: JSON.stringify({ spanId, name, startTimeUnixNano: String(start), attributes }, undefined, 2),
    rawCut: false,
    warnings: [],
    maskedValues: 0,
  };
}

/** Where a span leads: each tier is there once. */
export function locationOf(columns: TraceColumns, spanId: string): ViewLocation {
  const row = rowOf(columns, spanId);
  const name = columns.strings[columns.name[row]!] ?? '';
  if (name === 'POST /chat' || name === HOSTILE_NAME) {
    const label = name === HOSTILE_NAME ? 'src/<b>x</b>\u202E.ts:1' : 'src/agent.ts:45';
    return { tier: 'exact', how: 'the span names its file and line', label, candidates: [{ label, why: [] }] };
  }
  if (name === 'StockService/Reserve') {
    return {
      tier: 'likely',
      how: 'RPC method of StockService, one match',
      label: 'stock/reserve.go:57',
      candidates: [
        { label: 'stock/reserve.go:57', why: ['method of the service', 'same name'] },
        { label: 'stock/reserve_test.go:18', why: ['same name', 'a test'] },
      ],
    };
  }
  if (name === 'execute_tool reserve_stock') {
    return {
      tier: 'several',
      how: 'two functions have this name',
      candidates: [
        { label: 'src/tools/reserve.ts:12', why: ['same name', 'registered as a tool'] },
        { label: 'src/tools/legacy/reserve.ts:30', why: ['same name'] },
      ],
    };
  }
  if (name === 'PUT sessions') {
    return { tier: 'within', how: 'in the function of POST /chat', label: 'src/agent.ts:32', candidates: [] };
  }
  return { tier: 'none', how: 'no location in this span', candidates: [] };
}
