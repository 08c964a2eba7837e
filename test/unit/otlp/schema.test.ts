import assert from 'node:assert/strict';
import protobuf from 'protobufjs';
import { MESSAGES, messageOf, requestOf } from '../../../src/otlp/schema.ts';
import { camelCase, isId, typeOf } from './oracle.ts';

/** Every message that can be reached from the requests, by the .proto file. */
function reachable(): Map<string, protobuf.Type> {
  const found = new Map<string, protobuf.Type>();
  const open = ['Trace', 'Logs', 'Metrics'].map(signal => typeOf(`Export${signal}ServiceRequest`));
  for (let type = open.pop(); type; type = open.pop()) {
    const name = nameOf(type);
    if (found.has(name)) continue;
    found.set(name, type);
    for (const field of type.fieldsArray)
      if (field.resolvedType instanceof protobuf.Type) open.push(field.resolvedType);
  }
  return found;
}

function nameOf(type: protobuf.ReflectionObject): string {
  return type.fullName.replace('.otlp.', '');
}

describe('the tables of OTLP', () => {
  const types = reachable();

  it('cover every message of every signal', () => {
    assert.deepEqual([...MESSAGES.keys()].sort(), [...types.keys()].sort());
    assert.equal(requestOf('traces').name, 'ExportTraceServiceRequest');
    assert.equal(requestOf('logs').name, 'ExportLogsServiceRequest');
    assert.equal(requestOf('metrics').name, 'ExportMetricsServiceRequest');
  });

  for (const [name, type] of types) {
    it(`have ${name} as it is published`, () => {
      const expected = type.fieldsArray.map(field => ({
        number: field.id,
        protoName: field.name,
        jsonName: camelCase(field.name),
        type: field.resolvedType instanceof protobuf.Type ? 'message' : field.resolvedType ? 'enum' : field.type,
        repeated: field.repeated,
        message: field.resolvedType instanceof protobuf.Type ? nameOf(field.resolvedType) : '',
        names: field.resolvedType instanceof protobuf.Enum ? { ...field.resolvedType.values } : undefined,
        hexId: isId(field),
        // A oneof made by `optional` is only presence, which is kept for every field.
        oneof: field.partOf && !field.partOf.name.startsWith('_') ? field.partOf.name : '',
      }));
      const actual = messageOf(name).fields.map(field => ({
        ...field,
        names: field.names && Object.fromEntries(field.names),
      }));
      const byNumber = (a: { number: number }, b: { number: number }) => a.number - b.number;
      assert.deepEqual(actual.sort(byNumber), expected.sort(byNumber));
    });
  }
});
