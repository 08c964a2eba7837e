import { type Field, wireTypeOf } from '../../src/otlp/field.ts';
import { type Message, messageOf } from '../../src/otlp/schema.ts';
import type { Random } from './random.ts';

/** A field on the wire; what it holds is bytes, or fields where the schema says that it is a message. */
export interface WireField {
  number: number;
  wireType: number;
  value: Uint8Array | WireField[];
}

/** How deep messages are looked into; what lies deeper stays bytes. */
const DEEPEST = 40;

/** The fields of a message as far as they can be told apart; what cannot be read is left out. */
export function readFields(bytes: Uint8Array, message: Message | undefined, depth = 0): WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    const start = at;
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = varint();
      const value = bytes.slice(at, at + length);
      at += length;
      const field = message?.byNumber.get(number);
      const inner = field?.type === 'message' && depth < DEEPEST ? messageOf(field.message) : undefined;
      fields.push({ number, wireType, value: inner ? readFields(value, inner, depth + 1) : value });
      continue;
    } else continue;
    fields.push({ number, wireType, value: bytes.slice(start, at) });
  }
  return fields;
}

/** The bytes of fields. With `random`, some lengths and tags are longer than they need to be, and some are wrong. */
export function writeFields(fields: readonly WireField[], random?: Random): Buffer {
  const parts: Uint8Array[] = [];
  for (const { number, wireType, value } of fields) {
    const content = Array.isArray(value) ? writeFields(value, random) : value;
    parts.push(varintOf(number * 8 + wireType, random?.once(400) ? random.below(6) : 0));
    if (wireType === 2) {
      const length = random?.once(800) ? content.length + random.below(5) - 2 : content.length;
      parts.push(varintOf(Math.max(0, length), random?.once(200) ? random.below(6) : 0));
    }
    parts.push(content);
    if (wireType === 3) parts.push(varintOf(number * 8 + 4));
  }
  return Buffer.concat(parts);
}

/** A varint, with so many bytes that say nothing at its end. */
export function varintOf(value: number, padding = 0): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  for (let i = 0; i < padding; i++) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(0);
  }
  return Uint8Array.from(bytes);
}

/** Random fields of a message: mostly as the schema says, in any order, some twice, some that OTLP does not have. */
export function randomFields(message: Message, random: Random, depth = 0): WireField[] {
  const fields: WireField[] = [];
  for (const field of message.fields) {
    const wanted = field.type === 'message' ? depth < 12 && random.below(10) < (depth < 4 ? 8 : 3) : !random.once(3);
    if (!wanted) continue;
    const times = field.repeated ? 1 + random.length(3) : random.once(12) ? 2 : 1;
    for (let i = 0; i < times; i++) {
      const wireType = wireTypeOf(field.type);
      if (field.type === 'message') {
        fields.push({
          number: field.number,
          wireType,
          value: randomFields(messageOf(field.message), random, depth + 1),
        });
      } else if (field.repeated && wireType !== 2 && !random.once(4)) {
        const packed = Array.from({ length: random.length(6) }, () => randomScalar(wireType, random, field));
        fields.push({ number: field.number, wireType: 2, value: Buffer.concat(packed) });
      } else fields.push({ number: field.number, wireType, value: randomScalar(wireType, random, field) });
    }
  }
  if (random.once(10)) fields.push(unknownField(random));
  if (random.once(4)) fields.sort(() => random.below(3) - 1);
  return fields;
}

const KEYS = ['service.name', 'code.line.number', 'code.', 'exception', '__proto__', 'gen_ai.operation.name', 'é', ''];

function randomScalar(wireType: number, random: Random, field: Field | undefined): Uint8Array {
  if (wireType === 0) {
    if (random.once(6)) return Buffer.concat([random.bytes(9).map(byte => byte | 0x80), Buffer.of(1)]);
    return varintOf(random.pick([0, 1, 2, 5, 127, 128, 2 ** 31, 2 ** 32, random.below(1000)]));
  }
  if (wireType === 1 || wireType === 5) {
    const bytes = random.once(5) ? Buffer.alloc(8, random.pick([0, 0xff, 0x80])) : random.bytes(8);
    return bytes.subarray(0, wireType === 1 ? 8 : 4);
  }
  if (field?.hexId) return random.bytes(random.pick([16, 16, 8, 8, 8, 0, 7, 17]));
  // A text that is not UTF-8 makes the whole request one that other readers refuse.
  if (random.once(field?.type === 'string' ? 300 : 3)) return random.bytes(random.length(40));
  return Buffer.from(random.once(3) ? random.pick(KEYS) : 'x'.repeat(random.length(140)));
}

function unknownField(random: Random): WireField {
  const number = random.pick([4, 15, 100, 18998, 18999, 536870911, 1 + random.below(20)]);
  const wireType = random.pick([0, 1, 2, 3, 5]);
  if (wireType === 3) return { number, wireType, value: random.once(2) ? [unknownField(random)] : [] };
  if (number === 18999 && wireType === 2) {
    return {
      number,
      wireType,
      value: Buffer.from(random.pick(['"a":1', '"a":[{}]', '"spans":[]', '"a"', ':', '"a":1 '])),
    };
  }
  return {
    number,
    wireType,
    value: wireType === 2 ? random.bytes(random.length(30)) : randomScalar(wireType, random, undefined),
  };
}

/** Changes one field somewhere in the tree. */
export function mutateFields(fields: WireField[], message: Message | undefined, random: Random): void {
  const at = random.below(fields.length);
  const chosen = fields[at];
  const field = chosen && message?.byNumber.get(chosen.number);
  const inner = field?.type === 'message' ? messageOf(field.message) : undefined;
  if (chosen && Array.isArray(chosen.value) && !random.once(5)) {
    mutateFields(chosen.value, inner, random);
    return;
  }
  switch (random.below(8)) {
    case 0:
      fields.splice(at, 1);
      break;
    case 1:
      if (chosen) fields.splice(random.below(fields.length), 0, chosen);
      break;
    case 2:
      if (message) fields.splice(at, 0, ...randomFields(message, random, 10));
      break;
    case 3:
      fields.splice(at, 0, unknownField(random));
      break;
    case 4:
      if (chosen) fields[at] = { ...chosen, number: 1 + random.below(18) };
      break;
    case 5:
      if (chosen && !Array.isArray(chosen.value)) {
        fields[at] = { ...chosen, value: randomScalar(chosen.wireType, random, field) };
      }
      break;
    case 6:
      if (inner && chosen) fields[at] = { ...chosen, value: randomFields(inner, random, 8) };
      break;
    case 7:
      if (chosen) fields[at] = nested(chosen, message, random);
  }
}

/** A value that holds itself, over and over: what is too deep has to be said, not to overflow the stack. */
function nested(field: WireField, message: Message | undefined, random: Random): WireField {
  const numbers = message?.name === 'AnyValue' ? [5, 1] : message?.name === 'KeyValue' ? [2, 6, 1] : [field.number];
  let made = field;
  for (let i = random.pick([10, 90, 100, 1000]); i > 0; i--) {
    made = { number: numbers[i % numbers.length]!, wireType: random.once(50) ? 3 : 2, value: [made] };
  }
  return made;
}
