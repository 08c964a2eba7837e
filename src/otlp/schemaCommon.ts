import { type Field, field, many, one } from './field.ts';

/** Messages that all signals share: opentelemetry.proto.common.v1 and opentelemetry.proto.resource.v1. */
export const COMMON_MESSAGES: Record<string, readonly Field[]> = {
  AnyValue: [
    field(1, 'string_value', 'string', { oneof: 'value' }),
    field(2, 'bool_value', 'bool', { oneof: 'value' }),
    field(3, 'int_value', 'int64', { oneof: 'value' }),
    field(4, 'double_value', 'double', { oneof: 'value' }),
    one(5, 'array_value', 'ArrayValue', 'value'),
    one(6, 'kvlist_value', 'KeyValueList', 'value'),
    field(7, 'bytes_value', 'bytes', { oneof: 'value' }),
    field(8, 'string_value_strindex', 'int32', { oneof: 'value' }),
  ],
  ArrayValue: [many(1, 'values', 'AnyValue')],
  KeyValueList: [many(1, 'values', 'KeyValue')],
  KeyValue: [field(1, 'key', 'string'), one(2, 'value', 'AnyValue'), field(3, 'key_strindex', 'int32')],
  InstrumentationScope: [
    field(1, 'name', 'string'),
    field(2, 'version', 'string'),
    many(3, 'attributes', 'KeyValue'),
    field(4, 'dropped_attributes_count', 'uint32'),
  ],
  EntityRef: [
    field(1, 'schema_url', 'string'),
    field(2, 'type', 'string'),
    field(3, 'id_keys', 'string', { repeated: true }),
    field(4, 'description_keys', 'string', { repeated: true }),
  ],
  Resource: [
    many(1, 'attributes', 'KeyValue'),
    field(2, 'dropped_attributes_count', 'uint32'),
    many(3, 'entity_refs', 'EntityRef'),
  ],
};
