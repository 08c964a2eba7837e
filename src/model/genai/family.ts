import type { PlainObject, PlainValue } from '../plainValue.ts';
import type { Fields } from './fields.ts';
import type { Cost, Evaluation, GenAi, GenAiKind, Usage } from './genai.ts';
import { readParameters } from './parameters.ts';
import { numberOf, plainOf, present } from './plain.ts';
import { readToolDefinitions } from './toolDefinitions.ts';
import type { Exclusive } from './usage.ts';

/** What one family's names say of a span; what it does not say is absent. */
export type Finding = { [K in keyof Findings]?: Findings[K] | undefined };

interface Findings extends Omit<GenAi, 'convention' | 'cost'> {
  /** Instructions that were reported beside the messages, as sent. */
  system?: PlainValue;
  /** What went in and came out, as recorded; how it is read depends on the kind of the span. */
  rawInput?: PlainValue;
  rawOutput?: PlainValue;
  finishReasons?: string[];
  responseId?: string;
  cost?: Partial<Cost>;
  /** How the numbers of `usage` were counted, where the family is known to leave parts out. */
  exclusive?: Exclusive;
}

/** One convention: how its spans are told, and what their attributes mean. */
export interface Family {
  name: string;
  detects(fields: Fields): boolean;
  /** Attributes that each mean one field. */
  table?: Table;
  /** What a table cannot say. What it finds wins over the table. */
  read?(fields: Fields): Finding;
  /** Its names are put on spans of other families too, which stay theirs. */
  isGuest?: boolean;
  /** Takes back what other families read from its spans and is not so. */
  refine?(found: Finding, fields: Fields): void;
}

type TextField =
  | 'provider'
  | 'requestModel'
  | 'responseModel'
  | 'responseId'
  | 'session'
  | 'conversation'
  | 'user'
  | 'workflow'
  | 'node'
  | 'step';

type Keys = readonly string[];

/** Keys of attributes by what they mean, in each list the most telling first. */
export interface Table {
  kind?: { key: string; values: ReadonlyMap<string, GenAiKind> };
  texts?: Partial<Record<TextField, Keys>>;
  usage?: Partial<Record<keyof Usage, Keys>>;
  /** Prefixes of keys that go on with the name of a parameter, and keys of JSON objects of them. */
  parameters?: { prefixes?: Keys; json?: Keys };
  toolDefinitions?: Keys;
  toolName?: Keys;
  toolId?: Keys;
  toolArguments?: Keys;
  toolResult?: Keys;
  agentName?: Keys;
  agentId?: Keys;
  promptName?: Keys;
  promptVersion?: Keys;
  system?: Keys;
  rawInput?: Keys;
  rawOutput?: Keys;
  finishReasons?: Keys;
  streaming?: Keys;
  /** With how many nanoseconds one of its units has. */
  firstToken?: readonly { key: string; unit: number }[];
  cost?: { total?: Keys; input?: Keys; output?: Keys };
  tags?: Keys;
  metadata?: { prefixes?: Keys; json?: Keys };
}

export const SECOND = 1e9;
export const MILLISECOND = 1e6;

/** Kinds by the names that a key has for them, written as words behind each kind. */
export function kindNames(names: Partial<Record<GenAiKind, string>>): ReadonlyMap<string, GenAiKind> {
  return new Map(
    Object.entries(names).flatMap(([kind, words]) => words.split(' ').map(word => [word, kind as GenAiKind] as const)),
  );
}

/** What a table says of a span. */
export function readTable(fields: Fields, table: Table): Finding {
  const text = (keys: Keys | undefined) => (keys ? fields.text(...keys) : undefined);
  const json = (keys: Keys | undefined) => (keys ? fields.json(...keys) : undefined);
  const found: { [K in keyof Finding]: Finding[K] | undefined } = {};
  const sentKind = table.kind && fields.text(table.kind.key);
  if (sentKind !== undefined) found.kind = table.kind?.values.get(sentKind.toLowerCase());
  for (const [field, keys] of Object.entries(table.texts ?? {})) found[field as TextField] = text(keys);
  found.usage = usageOf(fields, table.usage ?? {});
  found.parameters = parametersOf(fields, table.parameters ?? {});
  found.toolDefinitions = readToolDefinitions(json(table.toolDefinitions));
  found.tool = filled({
    name: text(table.toolName),
    id: text(table.toolId),
    arguments: json(table.toolArguments),
    result: json(table.toolResult),
  });
  found.agent = filled({ name: text(table.agentName), id: text(table.agentId) });
  const promptName = text(table.promptName);
  if (promptName !== undefined) found.prompt = present({ name: promptName, version: text(table.promptVersion) });
  found.system = json(table.system);
  found.rawInput = firstValue(fields, table.rawInput);
  found.rawOutput = firstValue(fields, table.rawOutput);
  if (table.finishReasons) found.finishReasons = fields.texts(...table.finishReasons);
  if (table.streaming) found.streaming = fields.flag(...table.streaming);
  found.timeToFirstTokenNano = firstToken(fields, table.firstToken ?? []);
  found.cost = costOf(fields, table.cost);
  if (table.tags) found.tags = fields.texts(...table.tags);
  found.metadata = metadataOf(fields, table.metadata ?? {});
  return present<Finding>(found);
}

/** As it was sent: whether JSON text is data or what a model wrote depends on what is in it. */
function firstValue(fields: Fields, keys: Keys = []): PlainValue | undefined {
  return keys.map(key => fields.value(key)).find(value => value !== undefined && value !== '');
}

function usageOf(fields: Fields, keys: NonNullable<Table['usage']>): Usage | undefined {
  return filled(
    Object.fromEntries(
      Object.entries(keys).map(([name, sent]) => {
        const number = fields.number(...sent);
        return [name, number !== undefined && number >= 0 ? number : undefined];
      }),
    ) as Usage,
  );
}

function parametersOf(fields: Fields, { prefixes = [], json = [] }: NonNullable<Table['parameters']>) {
  const sent: PlainObject = Object.create(null);
  for (const prefix of prefixes) {
    for (const [name, value] of fields.under(prefix)) if (!(name in sent)) sent[name] = value;
  }
  const merged: PlainObject = Object.create(null);
  for (const part of [readParameters(sent), ...json.map(key => readParameters(fields.json(key)))]) {
    for (const name of Object.keys(part ?? {})) if (!(name in merged)) merged[name] = part![name]!;
  }
  return Object.keys(merged).length > 0 ? merged : undefined;
}

function firstToken(fields: Fields, keys: NonNullable<Table['firstToken']>): bigint | undefined {
  for (const { key, unit } of keys) {
    const sent = fields.number(key);
    if (sent !== undefined && sent >= 0 && sent * unit < Number.MAX_SAFE_INTEGER)
      return BigInt(Math.round(sent * unit));
  }
  return undefined;
}

function costOf(fields: Fields, keys: Table['cost']): Partial<Cost> | undefined {
  if (!keys) return undefined;
  const [total, input, output] = [keys.total, keys.input, keys.output].map(each => fields.number(...(each ?? [])));
  return filled<Partial<Cost>>({ total, input, output });
}

function metadataOf(fields: Fields, { prefixes = [], json = [] }: NonNullable<Table['metadata']>) {
  const entries: [string, PlainValue][] = [];
  for (const key of json) {
    const object = fields.json(key);
    if (typeof object !== 'object' || object === null || Array.isArray(object)) continue;
    for (const name of Object.keys(object)) entries.push([name, object[name]!]);
  }
  for (const prefix of prefixes) entries.push(...(fields.under(prefix) as Iterable<[string, PlainValue]>));
  return entries.length > 0 ? plainOf(entries) : undefined;
}

/** The object without what is undefined in it; `undefined` where that leaves nothing. */
export function filled<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T | undefined {
  const result = present<T>(object);
  return Object.keys(result).length > 0 ? result : undefined;
}

/** Text of ISO 8601 as the nanoseconds from the span's start; `undefined` where it is none or lies before. */
export function sinceStart(fields: Fields, time: string | undefined): bigint | undefined {
  const ms = time === undefined ? Number.NaN : Date.parse(time);
  if (!Number.isFinite(ms)) return undefined;
  const nanos = BigInt(Math.round(ms * 1000)) * 1000n - fields.span.startTimeUnixNano;
  return nanos >= 0n && nanos < 86_400_000_000_000n ? nanos : undefined;
}

/** One judgement as a family reports it; `undefined` without a name. */
export function evaluation(
  name: string | undefined,
  score: PlainValue | undefined,
  label: string | undefined,
  explanation: string | undefined,
): Evaluation | undefined {
  return name === undefined ? undefined : present<Evaluation>({ name, value: numberOf(score), label, explanation });
}
