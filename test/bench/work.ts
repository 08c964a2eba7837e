import { hex, pick, type Random } from './random.ts';

/** An OTLP JSON attribute. */
export interface Attribute {
  key: string;
  value: { stringValue: string } | { intValue: string } | { doubleValue: number } | { boolValue: boolean };
}

/** One kind of span of the shop that is measured: ten make a trace. */
export interface Work {
  name: string;
  kind: number;
  /** Which of the services does it. */
  service: 0 | 1 | 2;
  /** Its parent among the ten; the first has none. */
  parent: number;
  /** Ten of mixed types; three have a value of their own in every span. */
  attributes(next: Random): Attribute[];
}

export const SERVICES = ['storefront', 'orders', 'fulfilment'] as const;

const text = (key: string, stringValue: string): Attribute => ({ key, value: { stringValue } });
const int = (key: string, value: number): Attribute => ({ key, value: { intValue: String(value) } });
const double = (key: string, doubleValue: number): Attribute => ({ key, value: { doubleValue } });
const bool = (key: string, boolValue: boolean): Attribute => ({ key, value: { boolValue } });
const upTo = (next: Random, most: number) => Math.floor(next() * most);

const served = (route: string) => (next: Random) => [
  text('http.request.method', pick(next, ['GET', 'POST'])),
  text('http.route', route),
  text('url.path', `/api/orders/${hex(next, 8)}`),
  text('url.scheme', 'http'),
  int('http.response.status_code', pick(next, [200, 201, 404])),
  text('client.address', `10.0.${upTo(next, 256)}.${upTo(next, 256)}`),
  int('server.port', 8080),
  text('session.id', hex(next, 16)),
  text('user_agent.original', 'okhttp/5.1'),
  text('network.protocol.version', '1.1'),
];

const called = (next: Random) => [
  text('http.request.method', 'POST'),
  text('url.full', `http://orders:8080/api/orders/${hex(next, 12)}`),
  text('server.address', 'orders'),
  int('server.port', 8080),
  int('http.response.status_code', pick(next, [200, 201, 503])),
  int('http.request.body.size', 100 + upTo(next, 1_000_000)),
  text('network.peer.address', pick(next, ['10.0.3.7', '10.0.3.8'])),
  double('shop.price', next() * 100),
  bool('shop.returning', next() < 0.5),
  text('thread.name', `exec-${upTo(next, 8)}`),
];

const queried = (next: Random) => [
  text('db.system.name', 'postgresql'),
  text('db.namespace', 'shop'),
  text('db.operation.name', 'SELECT'),
  text('db.collection.name', pick(next, ['orders', 'items', 'customers'])),
  text('db.query.text', 'SELECT total FROM orders WHERE id = $1'),
  text('db.query.parameter.0', `c-${hex(next, 12)}`),
  int('db.response.returned_rows', upTo(next, 50)),
  text('server.address', 'db'),
  int('thread.id', upTo(next, 1_000_000)),
  double('db.client.wait_ms', next()),
];

const inside = (next: Random) => [
  text('code.function.name', pick(next, ['orders.reserve', 'orders.price', 'mail.render'])),
  text('code.file.path', pick(next, ['/app/orders.py', '/app/mail.py'])),
  int('code.line.number', pick(next, [42, 97, 131])),
  text('shop.order.id', hex(next, 16)),
  text('shop.customer.id', `c-${hex(next, 12)}`),
  text('shop.depot', pick(next, ['north', 'south'])),
  bool('shop.express', next() < 0.2),
  double('shop.weight_kg', next() * 20),
  text('deployment.environment.name', 'dev'),
  text('shop.feature.flag', pick(next, ['checkout-v1', 'checkout-v2'])),
];

const sent = (next: Random) => [
  text('messaging.system', 'kafka'),
  text('messaging.destination.name', pick(next, ['orders.placed', 'orders.paid'])),
  text('messaging.operation.type', 'send'),
  text('messaging.message.id', hex(next, 16)),
  text('messaging.client.id', `producer-${upTo(next, 4)}`),
  text('messaging.consumer.group.name', 'stock'),
  int('messaging.kafka.offset', upTo(next, 10_000_000)),
  text('messaging.destination.partition.id', String(upTo(next, 12))),
  int('messaging.message.body.size', 100 + upTo(next, 100_000)),
  bool('messaging.temporary', false),
];

const asked = (next: Random) => [
  text('gen_ai.operation.name', 'chat'),
  text('gen_ai.provider.name', 'openai'),
  text('gen_ai.request.model', 'gpt-4o-mini'),
  text('gen_ai.response.model', 'gpt-4o-mini'),
  text('gen_ai.response.id', `chatcmpl-${hex(next, 16)}`),
  double('gen_ai.request.temperature', 0.2),
  int('gen_ai.request.max_tokens', 512),
  int('gen_ai.usage.input_tokens', upTo(next, 4_000)),
  int('gen_ai.usage.output_tokens', upTo(next, 4_000)),
  text('gen_ai.conversation.id', hex(next, 12)),
];

/** One order, from the browser's request to the mail about it. */
export const ORDER: readonly Work[] = [
  { name: 'POST /api/orders/{id}', kind: 2, service: 0, parent: -1, attributes: served('/api/orders/{id}') },
  { name: 'POST', kind: 3, service: 0, parent: 0, attributes: called },
  { name: 'POST /api/orders', kind: 2, service: 1, parent: 1, attributes: served('/api/orders') },
  { name: 'SELECT shop.orders', kind: 3, service: 1, parent: 2, attributes: queried },
  { name: 'reserve stock', kind: 1, service: 1, parent: 2, attributes: inside },
  { name: 'SELECT shop.items', kind: 3, service: 1, parent: 4, attributes: queried },
  { name: 'send orders.placed', kind: 4, service: 1, parent: 2, attributes: sent },
  { name: 'process orders.placed', kind: 5, service: 2, parent: 6, attributes: sent },
  { name: 'chat gpt-4o-mini', kind: 3, service: 2, parent: 7, attributes: asked },
  { name: 'render mail', kind: 1, service: 2, parent: 7, attributes: inside },
];
