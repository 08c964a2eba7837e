import { oneLine } from '../text.ts';
import { KINDS, STATUSES } from './keys.ts';
import type { AttributeScope, Field, Intrinsic } from './query.ts';
import { readQuoted } from './quoted.ts';
import type { Scanner } from './scanner.ts';

/** What a field can be compared with. */
export type FieldKind = 'any' | 'text' | 'id' | 'number' | 'duration' | 'choice';

export interface NamedField {
  field: Field;
  kind: FieldKind;
  /** Of a choice: what there is. */
  values?: readonly string[];
}

/** A fact of spans as TraceQL calls it. */
export interface TraceqlIntrinsic {
  names: readonly string[];
  intrinsic: Intrinsic;
  kind: FieldKind;
  detail: string;
  values?: readonly string[];
}

export const TRACEQL_INTRINSICS: readonly TraceqlIntrinsic[] = [
  { names: ['name', 'span:name'], intrinsic: 'name', kind: 'text', detail: 'Name of the span' },
  {
    names: ['status', 'span:status'],
    intrinsic: 'status',
    kind: 'choice',
    detail: 'Status of the span',
    values: STATUSES,
  },
  {
    names: ['statusMessage', 'span:statusMessage'],
    intrinsic: 'statusMessage',
    kind: 'text',
    detail: 'Message of the status, mostly of an error',
  },
  { names: ['kind', 'span:kind'], intrinsic: 'kind', kind: 'choice', detail: 'Kind of the span', values: KINDS },
  { names: ['duration', 'span:duration'], intrinsic: 'duration', kind: 'duration', detail: 'How long the span took' },
  { names: ['span:id'], intrinsic: 'spanId', kind: 'id', detail: 'Id of the span' },
  { names: ['span:parentID'], intrinsic: 'parentId', kind: 'id', detail: 'Id of the parent of the span' },
  {
    names: ['rootName', 'trace:rootName'],
    intrinsic: 'rootName',
    kind: 'text',
    detail: 'Name of the trace: that of its root span',
  },
  {
    names: ['rootServiceName', 'trace:rootService'],
    intrinsic: 'rootService',
    kind: 'text',
    detail: 'Service of the root span',
  },
  {
    names: ['traceDuration', 'trace:duration'],
    intrinsic: 'traceDuration',
    kind: 'duration',
    detail: 'How long the whole trace took',
  },
  { names: ['trace:id'], intrinsic: 'traceId', kind: 'id', detail: 'Id of the trace' },
  { names: ['event:name'], intrinsic: 'eventName', kind: 'text', detail: 'Name of an event of the span' },
  {
    names: ['instrumentation:name'],
    intrinsic: 'scopeName',
    kind: 'text',
    detail: 'Instrumentation scope that made the span',
  },
];

const BY_NAME: ReadonlyMap<string, TraceqlIntrinsic> = new Map(
  TRACEQL_INTRINSICS.flatMap(one => one.names.map(name => [name, one] as const)),
);

/** Fields that TraceQL has and that are not kept, or not as such. */
const UNSUPPORTED = new Set([
  ...['childCount', 'parent', 'nestedSetLeft', 'nestedSetRight', 'nestedSetParent', 'event:timeSinceStart'],
  ...['link:traceID', 'link:spanID', 'instrumentation:version', 'span:childCount'],
]);

const SCOPES: ReadonlyMap<string, AttributeScope> = new Map([
  ['.', 'any'],
  ['span.', 'span'],
  ['resource.', 'resource'],
  ['event.', 'event'],
  ['link.', 'link'],
  ['instrumentation.', 'scope'],
]);

const SCOPE = /(?:span|resource|event|link|instrumentation|parent|trace)?\./y;
const NAME = /[a-z][\w-]*(?::[a-z]*)?/iy;
const ATTRIBUTE_PART = /[^\s{}()=~!<>&|^,"]+/y;

const INTRINSIC_NAMES = 'name, status, statusMessage, kind, duration, rootName, rootServiceName or traceDuration';

/** Reads the name of a field that begins here; `undefined` where none does. @throws {SearchError} nothing is known by it */
export function readField(scanner: Scanner): NamedField | undefined {
  const start = scanner.at;
  const prefix = scanner.match(SCOPE);
  if (prefix !== undefined) return readAttribute(scanner, prefix, start);
  const name = scanner.match(NAME);
  if (name === undefined) return undefined;
  const found = BY_NAME.get(name);
  if (found) {
    const { intrinsic, kind, values } = found;
    return { field: { type: 'intrinsic', name: intrinsic }, kind, ...(values && { values }) };
  }
  return failAtName(scanner, name, start);
}

function failAtName(scanner: Scanner, written: string, start: number): never {
  const name = oneLine(written, 40);
  if (UNSUPPORTED.has(name)) {
    scanner.fail(
      `${name} is not supported; there are ${INTRINSIC_NAMES}, and attributes like .http.route.`,
      start,
      scanner.at,
    );
  }
  if (name.includes(':')) {
    const cure = TRACEQL_INTRINSICS.flatMap(({ names }) => names.filter(one => one.includes(':'))).join(', ');
    scanner.fail(`${name} is no field; with a colon there are ${cure}.`, start, scanner.at);
  }
  const attribute = name === 'service' ? 'resource.service.name' : `.${name}`;
  const cure = `write ${attribute} for the attribute, or "${name}" for the text. Without a dot there are ${INTRINSIC_NAMES}.`;
  return scanner.fail(`${name} is no field: ${cure}`, start, scanner.at);
}

function readAttribute(scanner: Scanner, prefix: string, start: number): NamedField {
  const scope = SCOPES.get(prefix);
  if (scope === undefined) {
    const cure = 'attributes are written .key, span.key, resource.key, event.key, link.key or instrumentation.key.';
    return scanner.fail(`There is no ${prefix} here: ${cure}`, start, scanner.at);
  }
  let key = '';
  for (;;) {
    const part = scanner.match(ATTRIBUTE_PART);
    if (part !== undefined) key += part;
    else if (scanner.startsWith('"')) {
      const { value, end } = readQuoted(scanner.text, scanner.at);
      key += value;
      scanner.at = end;
    } else break;
  }
  if (key === '')
    scanner.fail(`After ${prefix} the key of an attribute is missing, as in ${prefix}http.route.`, start, scanner.at);
  return { field: { type: 'attribute', scope, keys: [key] }, kind: 'any' };
}
