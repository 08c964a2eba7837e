import type { Category } from '../../src/model/columns.ts';
import type { ViewAttribute } from '../../src/model/viewValue.ts';
import { type NamedFact, takeModelFacts } from './modelFacts.ts';

/**
 * What matters for a kind of work, most important first. Of keys on one line the first that is there is shown: the
 * current name of the semantic conventions stands before the names it had.
 */
const HTTP = [
  'http.request.method http.method',
  'http.route',
  'url.full http.url url.path http.target',
  'http.response.status_code http.status_code',
  'error.type',
  'server.address net.peer.name http.host',
  'server.port net.peer.port',
  'client.address http.client_ip',
  'http.request.body.size http.request_content_length',
  'http.response.body.size http.response_content_length',
];
const MESSAGING = [
  'messaging.system',
  'messaging.operation.name messaging.operation messaging.operation.type',
  'messaging.destination.name messaging.destination',
  'messaging.consumer.group.name messaging.kafka.consumer.group',
  'messaging.message.id messaging.message_id',
  'messaging.destination.partition.id messaging.kafka.partition',
  'messaging.kafka.offset messaging.kafka.message.offset',
  'messaging.batch.message_count',
  'messaging.message.body.size',
  'error.type',
];

const FACTS: Record<Category, readonly string[]> = {
  internal: ['error.type'],
  server: [...HTTP, 'rpc.system'],
  client: ['server.address net.peer.name', 'server.port net.peer.port', 'error.type'],
  http: HTTP,
  rpc: [
    'rpc.system.name rpc.system',
    'rpc.service',
    'rpc.method',
    'rpc.response.status_code rpc.grpc.status_code rpc.connect_rpc.error_code rpc.jsonrpc.error_code',
    'rpc.jsonrpc.error_message',
    'error.type',
    'server.address net.peer.name',
    'server.port net.peer.port',
  ],
  database: [
    'db.system.name db.system',
    'db.namespace db.name db.redis.database_index',
    'db.operation.name db.operation',
    'db.collection.name db.sql.table db.mongodb.collection',
    'db.query.text db.statement',
    'db.query.summary',
    'db.operation.batch.size',
    'db.response.returned_rows',
    'db.response.status_code',
    'error.type',
    'server.address net.peer.name',
    'server.port net.peer.port',
  ],
  messaging: MESSAGING,
  faas: [
    'faas.trigger',
    'faas.invoked_name faas.name',
    'faas.invocation_id faas.execution',
    'faas.coldstart',
    'error.type',
  ],
  model: ['error.type'],
  embedding: ['error.type'],
  tool: ['error.type'],
  agent: ['error.type'],
  chain: ['error.type'],
  retrieval: ['db.system.name db.system', 'error.type'],
  producer: MESSAGING,
  consumer: MESSAGING,
};

/** Keys that say how something was measured rather than what it did. They stay under Attributes. */
const ASIDE =
  /^(?:(?:code|thread|telemetry|otel|network|net|url|user_agent|peer|http|process|host|llm|gen_ai|traceloop|openinference|ai|mlflow|langfuse|langsmith)\.|(?:in|out)put\.mime_type$)/;
/** Kinds of work that are known by what they say of models before anything else. */
const OF_MODELS: ReadonlySet<Category> = new Set(['model', 'embedding', 'tool', 'agent', 'chain', 'retrieval']);
const MOST_OTHERS = 8;
/** What a program says of its own is shown in the overview only while it is short. */
const SHORT = 200;

/** What the overview of a span shows: what its kind of work is known by, then what the program adds. */
export function overviewFacts(attributes: readonly ViewAttribute[], category: Category): NamedFact[] {
  const last = new Map(attributes.map(attribute => [attribute.key, attribute]));
  const chosen: NamedFact[] = [];
  if (OF_MODELS.has(category)) chosen.push(...takeModelFacts(last));
  for (const line of FACTS[category]) {
    const keys = line.split(' ').filter(key => last.has(key));
    const key = keys[0];
    if (key === undefined) continue;
    chosen.push(last.get(key)!);
    // The other names of the same thing would only say it again.
    for (const other of keys) last.delete(other);
  }
  // A request to a web server may also say what it had to do with a model.
  if (!OF_MODELS.has(category)) chosen.push(...takeModelFacts(last));
  const others = [...last.values()].filter(({ key, value }) => !ASIDE.test(key) && isShort(value));
  return [...chosen, ...others.slice(0, MOST_OTHERS)];
}

function isShort(value: ViewAttribute['value']): boolean {
  if (value.type === 'string') return value.value.length <= SHORT;
  return value.type !== 'bytes' && value.type !== 'map' && (value.type !== 'array' || value.values.length <= 10);
}

const GRPC_CODES =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED'.split(
    ' ',
  );

/** Words for values that are only numbers, by key. */
export function factNotes(facts: readonly ViewAttribute[]): ReadonlyMap<string, string> {
  const notes = new Map<string, string>();
  for (const { key, value } of facts) {
    const name = key === 'rpc.grpc.status_code' && value.type === 'int' ? GRPC_CODES[Number(value.value)] : undefined;
    if (name) notes.set(key, name);
  }
  return notes;
}
