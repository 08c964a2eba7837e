import { hexOf } from '../model/ids.ts';
import { Cursor, MAX_DEPTH } from './cursor.ts';
import { type Field, isPackable, WireType, wireTypeOf } from './field.ts';
import { FOREIGN_KEY_FIELD, foreignMember, UNKNOWN_FIELDS_KEY } from './foreign.ts';
import { jsonDouble } from './jsonScalars.ts';
import { COUNTED, MASKED_TAG, readMaskedCount } from './redact/maskedCount.ts';
import { type Message, messageOf } from './schema.ts';
import { textOf } from './text.ts';

/** The places of a message's content: begin and end alternating. More than one where it was sent in parts. */
type Ranges = number[];

/** A member of an object: a field with the places of its values, or source that is printed as it is. */
interface Member {
  field: Field | undefined;
  /** Begin and end of each value; for packed numbers of each number. */
  values: Ranges;
  source: string;
  /** Another member of its oneof was sent after it. */
  replaced: boolean;
}

/** Messages that are nothing but a list: they are printed with it even when it is empty. */
const ALWAYS_LISTED: ReadonlySet<string> = new Set(['ArrayValue', 'KeyValueList']);

/** Prints protobuf as JSON. See `transcode.ts` for the rules. */
export class JsonPrinter {
  private readonly cursor: Cursor;
  private readonly indent: string;

  constructor(bytes: Uint8Array, indent: number) {
    this.cursor = new Cursor(bytes);
    this.indent = ' '.repeat(indent);
  }

  document(message: Message): string {
    return this.object(message, [0, this.cursor.bytes.length], 1, 0);
  }

  /** The members of two documents in one object. */
  joined(message: Message, other: JsonPrinter, otherMessage: Message): string {
    return this.enclose('{', [...this.topMembers(message), ...other.topMembers(otherMessage)], '}', 0);
  }

  private topMembers(message: Message): string[] {
    return this.items(message, [0, this.cursor.bytes.length], 1, 0);
  }

  /** `depth` counts messages, for the limit; `level` counts brackets, for the indentation. */
  private object(message: Message, ranges: Ranges, depth: number, level: number): string {
    if (depth > MAX_DEPTH) throw this.cursor.tooDeep();
    return this.enclose('{', this.items(message, ranges, depth, level), '}', level);
  }

  private items(message: Message, ranges: Ranges, depth: number, level: number): string[] {
    const members = this.members(message, ranges);
    // A list without values is what every sender of JSON writes there, and protobuf cannot say it.
    if (members.length === 0 && ALWAYS_LISTED.has(message.name)) return [`${this.key('values')}[]`];
    return members.map(member => this.member(member, depth, level + 1));
  }

  /** Sorts what the message holds by field, in the order in which each field first appears. */
  private members(message: Message, ranges: Ranges): Member[] {
    const { cursor } = this;
    const members: Member[] = [];
    const byField = new Map<Field, Member>();
    const byOneof = new Map<string, Field>();
    const unknown: Uint8Array[] = [];
    for (let i = 0; i < ranges.length; i += 2) {
      const end = ranges[i + 1]!;
      cursor.position = ranges[i]!;
      while (cursor.position < end) {
        const start = cursor.position;
        const tag = cursor.tag(end);
        const valueStart = cursor.position;
        cursor.skip(tag, end);
        const after = cursor.position;
        const field = message.byNumber.get(tag >>> 3);
        const packed = (tag & 7) === WireType.length && field?.repeated === true && isPackable(field.type);
        if (tag === MASKED_TAG && this.isMaskedCount(message, valueStart, end)) {
          cursor.position = after;
          continue;
        }
        if (!field || (!packed && (tag & 7) !== wireTypeOf(field.type))) {
          const source = this.foreign(message, tag, valueStart, end);
          if (source === undefined) unknown.push(cursor.bytes.subarray(start, after));
          else members.push({ field: undefined, values: [], source, replaced: false });
          cursor.position = after;
          continue;
        }
        if (field.oneof !== '') choose(field, byOneof, byField);
        let member = byField.get(field);
        if (!member) {
          member = { field, values: [], source: '', replaced: false };
          byField.set(field, member);
          members.push(member);
        }
        this.add(member, field, packed, valueStart, after);
      }
    }
    if (unknown.length > 0) {
      const base64 = Buffer.concat(unknown).toString('base64');
      const source = `${this.key(UNKNOWN_FIELDS_KEY)}"${base64}"`;
      members.push({ field: undefined, values: [], source, replaced: false });
    }
    return members.filter(member => !member.replaced);
  }

  private add(member: Member, field: Field, packed: boolean, start: number, end: number): void {
    const { cursor } = this;
    const { values } = member;
    if (packed) {
      cursor.position = start;
      cursor.enter(end);
      while (cursor.position < end) {
        const at = cursor.position;
        cursor.skip(8 | wireTypeOf(field.type), end);
        values.push(at, cursor.position);
      }
    } else if (field.repeated || field.type === 'message') values.push(start, end);
    else {
      values[0] = start;
      values[1] = end;
    }
    cursor.position = end;
  }

  /** Whether the field says how many values were masked: that is ours, and no part of what was sent. */
  private isMaskedCount(message: Message, start: number, end: number): boolean {
    if (!COUNTED.has(message.name)) return false;
    this.cursor.position = start;
    const valueEnd = this.cursor.enter(end);
    return readMaskedCount(this.cursor.bytes, this.cursor.position, valueEnd, end) !== undefined;
  }

  private foreign(message: Message, tag: number, start: number, end: number): string | undefined {
    if (tag !== ((FOREIGN_KEY_FIELD << 3) | WireType.length)) return undefined;
    const { cursor } = this;
    cursor.position = start;
    const valueEnd = cursor.enter(end);
    const member = foreignMember(cursor.bytes.subarray(cursor.position, valueEnd));
    if (!member || message.byName.has(member.key) || member.key === UNKNOWN_FIELDS_KEY) return undefined;
    return this.key(member.key) + member.source;
  }

  private member({ field, values, source }: Member, depth: number, level: number): string {
    if (!field) return source;
    const key = this.key(field.jsonName);
    if (!field.repeated) return key + this.value(field, values, depth, level);
    const items: string[] = [];
    for (let i = 0; i < values.length; i += 2) {
      items.push(this.value(field, [values[i]!, values[i + 1]!], depth, level + 1));
    }
    return key + this.enclose('[', items, ']', level);
  }

  private value(field: Field, values: Ranges, depth: number, level: number): string {
    const { cursor } = this;
    const end = values[1]!;
    cursor.position = values[0]!;
    switch (field.type) {
      case 'message':
        return this.object(messageOf(field.message), this.payloads(values), depth + 1, level);
      case 'string': {
        cursor.enter(end);
        return JSON.stringify(textOf(cursor.bytes, cursor.position, end - cursor.position));
      }
      case 'bytes': {
        cursor.enter(end);
        const bytes = cursor.bytes.subarray(cursor.position, end);
        return `"${field.hexId ? hexOf(bytes) : Buffer.from(bytes).toString('base64')}"`;
      }
      case 'bool':
        return cursor.uint64(end) === 0n ? 'false' : 'true';
      case 'double':
        return jsonDouble(cursor.double(end));
      case 'fixed32':
        return String(cursor.fixed32(end));
      case 'uint32':
        return String(cursor.int32(end) >>> 0);
      case 'int32':
      case 'enum':
        return String(cursor.int32(end));
      case 'sint32': {
        const zigzag = cursor.int32(end);
        return String((zigzag >>> 1) ^ -(zigzag & 1));
      }
      case 'int64':
        return `"${BigInt.asIntN(64, cursor.uint64(end))}"`;
      case 'uint64':
        return `"${cursor.uint64(end)}"`;
      case 'fixed64':
        return `"${cursor.fixed64(end)}"`;
      case 'sfixed64':
        return `"${BigInt.asIntN(64, cursor.fixed64(end))}"`;
    }
  }

  /** The same places without the lengths before them. */
  private payloads(values: Ranges): Ranges {
    const { cursor } = this;
    const payloads: Ranges = [];
    for (let i = 0; i < values.length; i += 2) {
      cursor.position = values[i]!;
      const end = cursor.enter(values[i + 1]!);
      payloads.push(cursor.position, end);
    }
    return payloads;
  }

  private key(name: string): string {
    return this.indent === '' ? `${JSON.stringify(name)}:` : `${JSON.stringify(name)}: `;
  }

  private enclose(open: string, items: string[], close: string, level: number): string {
    if (items.length === 0) return open + close;
    if (this.indent === '') return open + items.join(',') + close;
    const inner = `\n${this.indent.repeat(level + 1)}`;
    const outer = `\n${this.indent.repeat(level)}`;
    return open + inner + items.join(`,${inner}`) + outer + close;
  }
}

/** Of a oneof only the member that was sent last counts. */
function choose(field: Field, byOneof: Map<string, Field>, byField: Map<Field, Member>): void {
  const before = byOneof.get(field.oneof);
  byOneof.set(field.oneof, field);
  if (before === undefined || before === field) return;
  const member = byField.get(before);
  if (member) member.replaced = true;
  byField.delete(before);
}
