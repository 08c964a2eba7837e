/** How a value is written, in protobuf's own words. */
export type FieldType =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'double'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'int64'
  | 'uint64'
  | 'fixed64'
  | 'sfixed64'
  | 'enum'
  | 'message';

export const WireType = { varint: 0, fixed64: 1, length: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

/** One field of a message: what both wires need to know of it. */
export interface Field {
  readonly number: number;
  readonly protoName: string;
  readonly jsonName: string;
  readonly type: FieldType;
  readonly repeated: boolean;
  /** Name of the message, for `message` fields. */
  readonly message: string;
  /** Number by name, for `enum` fields. */
  readonly names: ReadonlyMap<string, number> | undefined;
  /** Bytes that OTLP's JSON writes as hexadecimal digits and not as base64. */
  readonly hexId: boolean;
  /** Name of the oneof it belongs to, or ''. */
  readonly oneof: string;
}

interface FieldOptions {
  repeated?: boolean;
  message?: string;
  names?: ReadonlyMap<string, number>;
  hexId?: boolean;
  oneof?: string;
}

export function field(number: number, protoName: string, type: FieldType, options: FieldOptions = {}): Field {
  return {
    number,
    protoName,
    jsonName: protoName.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    type,
    repeated: options.repeated ?? false,
    message: options.message ?? '',
    names: options.names,
    hexId: options.hexId ?? false,
    oneof: options.oneof ?? '',
  };
}

/** A singular field that holds a message. */
export function one(number: number, protoName: string, message: string, oneof = ''): Field {
  return field(number, protoName, 'message', { message, oneof });
}

/** A list of messages. */
export function many(number: number, protoName: string, message: string): Field {
  return field(number, protoName, 'message', { message, repeated: true });
}

/** A trace id or a span id. */
export function id(number: number, protoName: string): Field {
  return field(number, protoName, 'bytes', { hexId: true });
}

/** Enum names that share a prefix, numbered from 0 or by the number given. */
export function enumNames(prefix: string, names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, number) => [prefix + name, number]));
}

const WIRE_TYPES: Record<FieldType, number> = {
  string: WireType.length,
  bytes: WireType.length,
  message: WireType.length,
  bool: WireType.varint,
  int32: WireType.varint,
  uint32: WireType.varint,
  sint32: WireType.varint,
  int64: WireType.varint,
  uint64: WireType.varint,
  enum: WireType.varint,
  double: WireType.fixed64,
  fixed64: WireType.fixed64,
  sfixed64: WireType.fixed64,
  fixed32: WireType.fixed32,
};

/** The wire type of one value; a list of numbers may instead be packed into one `length` field. */
export function wireTypeOf(type: FieldType): number {
  return WIRE_TYPES[type];
}

/** Whether a list of this type is packed when we write it. */
export function isPackable(type: FieldType): boolean {
  return WIRE_TYPES[type] !== WireType.length;
}
