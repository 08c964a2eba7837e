import assert from 'node:assert/strict';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { jsonDouble } from '../../../src/otlp/jsonScalars.ts';
import { jsonToProto, protoToJson } from '../../../src/otlp/transcode.ts';
import { camelCase, comparable, isId, jsonOf, typeOf } from './oracle.ts';
import { REQUEST_NAMES, SIGNALS, utf8 } from './samples.ts';

/*
 * Random requests, grown from the .proto file and written as canonical OTLP/JSON text, with keys that OTLP does not know
 * among them. Text and not objects, so that the sign of zero and the order of keys count.
 */

const DEEPEST = 14;
const LISTS = new Set(['ArrayValue', 'KeyValueList']);
const cache = new Map<string, fc.Arbitrary<string>>();

const quoted = fc.string({ unit: 'binary', maxLength: 12 }).map(text => JSON.stringify(text));
const double = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, 1e300)).map(jsonDouble);
const hex = fc.uint8Array({ maxLength: 17 }).map(bytes => `"${Buffer.from(bytes).toString('hex')}"`);
const base64 = fc.uint8Array({ maxLength: 9 }).map(bytes => `"${Buffer.from(bytes).toString('base64')}"`);

function whole(min: bigint, max: bigint, quote: string): fc.Arbitrary<string> {
  return fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(0n, min, max)).map(value => quote + value + quote);
}

const SCALARS: Record<string, fc.Arbitrary<string>> = {
  string: quoted,
  bool: fc.boolean().map(String),
  double,
  int32: whole(-(2n ** 31n), 2n ** 31n - 1n, ''),
  sint32: whole(-(2n ** 31n), 2n ** 31n - 1n, ''),
  uint32: whole(0n, 2n ** 32n - 1n, ''),
  fixed32: whole(0n, 2n ** 32n - 1n, ''),
  int64: whole(-(2n ** 63n), 2n ** 63n - 1n, '"'),
  sfixed64: whole(-(2n ** 63n), 2n ** 63n - 1n, '"'),
  uint64: whole(0n, 2n ** 64n - 1n, '"'),
  fixed64: whole(0n, 2n ** 64n - 1n, '"'),
};

const foreign = fc
  .tuple(quoted, fc.jsonValue({ maxDepth: 2 }))
  .map(([key, value]) => `${JSON.stringify(`x-${JSON.parse(key) as string}`)}:${JSON.stringify(value)}`);

function valueArbitrary(field: protobuf.Field, depth: number): fc.Arbitrary<string> {
  if (field.resolvedType instanceof protobuf.Type) return messageArbitrary(field.resolvedType, depth + 1);
  if (field.resolvedType) return whole(-1n, 30n, '');
  if (field.type === 'bytes') return isId(field) ? hex : base64;
  return SCALARS[field.type]!;
}

function memberArbitrary(field: protobuf.Field, depth: number): fc.Arbitrary<string> {
  const value = valueArbitrary(field, depth);
  const list = () => fc.array(value, { minLength: 1, maxLength: 3 }).map(items => `[${items.join(',')}]`);
  return (field.repeated ? list() : value).map(text => `"${camelCase(field.name)}":${text}`);
}

function messageArbitrary(type: protobuf.Type, depth: number): fc.Arbitrary<string> {
  const key = `${type.fullName} ${depth}`;
  const known = cache.get(key);
  if (known) return known;
  const fields = type.fieldsArray.filter(field => depth < DEEPEST || !(field.resolvedType instanceof protobuf.Type));
  const alone = fields
    .filter(field => !inOneof(field))
    .map(field => fc.option(memberArbitrary(field, depth), { nil: '' }));
  const choices = fields.filter(inOneof).map(field => memberArbitrary(field, depth));
  const chosen = choices.length > 0 ? [fc.option(fc.oneof(...choices), { nil: '' })] : [];
  const others = fc.option(foreign, { nil: '', freq: 20 });
  const message = fc
    .tuple(...alone, ...chosen, others)
    .chain(members => fc.shuffledSubarray(members, { minLength: members.length }))
    .map(members => members.filter(member => member !== ''))
    // A message that is nothing but a list is printed with it even when it is empty.
    .map(members => (members.length === 0 && LISTS.has(type.name) ? '{"values":[]}' : `{${members.join(',')}}`));
  cache.set(key, message);
  return message;
}

function inOneof(field: protobuf.Field): boolean {
  return field.partOf !== null && !field.partOf.name.startsWith('_');
}

describe('random OTLP', function () {
  this.timeout(60_000);
  for (const signal of SIGNALS) {
    const name = REQUEST_NAMES[signal];
    it(`in ${signal} comes back letter by letter, and means the same to another reader`, () => {
      fc.assert(
        fc.property(messageArbitrary(typeOf(name), 1), json => {
          const bytes = jsonToProto(signal, utf8(json));
          assert.equal(protoToJson(signal, bytes), json);
          assert.deepEqual(jsonToProto(signal, utf8(protoToJson(signal, bytes, 1))), bytes);
          assert.deepEqual(jsonOf(name, bytes), comparable(name, json));
        }),
        { numRuns: 150 },
      );
    });
  }
});
