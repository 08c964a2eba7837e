import { isUtf8 } from 'node:buffer';
import { MAX_DEPTH } from './cursor.ts';
import { jsonPath } from './jsonPath.ts';
import { MalformedError } from './malformed.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

/** Bytes that may follow a backslash, `u` apart. */
const ESCAPES = new Set([...'"\\/bfnrt'].map(letter => letter.charCodeAt(0)));

/** First bytes of a value. */
export const Open = { object: 0x7b, list: 0x5b, string: QUOTE, null: 0x6e, true: 0x74, false: 0x66 } as const;
export const Close = { object: 0x7d, list: 0x5d } as const;
const COLON = 0x3a;
const COMMA = 0x2c;

/**
 * Reads strict JSON (RFC 8259) token by token from its bytes, without building values: numbers keep their digits, strings
 * that have no escapes are copied as they are, keys sent twice are seen twice. The last string or number read lies
 * between `start` and `end`.
 */
export class JsonText {
  readonly bytes: Uint8Array;
  position = 0;
  start = 0;
  end = 0;
  /** Whether the last string has escapes. */
  escaped = false;
  private readonly buffer: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      throw new MalformedError('the body begins with a byte order mark; send JSON without one');
    }
    if (!isUtf8(bytes)) throw new MalformedError('the body is not UTF-8 text');
  }

  /** The next byte that is not white space, not consumed; -1 at the end. */
  peek(): number {
    const { bytes } = this;
    for (; this.position < bytes.length; this.position++) {
      const byte = bytes[this.position]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
    }
    return -1;
  }

  /** Consumes `byte` where it is next. */
  accept(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.position++;
    return true;
  }

  /** After a member or an element: true where another follows, false where `close` ended the list. */
  more(close: number): boolean {
    const byte = this.peek();
    this.position++;
    if (byte === COMMA) return true;
    if (byte === close) return false;
    this.position--;
    throw this.error(`expected a comma or "${String.fromCharCode(close)}"`);
  }

  /** Reads a member's key and its colon; the key is the last string. */
  key(): void {
    if (this.peek() !== QUOTE) throw this.error('expected a key in double quotes');
    this.string();
    const { start, end, escaped } = this;
    if (!this.accept(COLON)) throw this.error('expected a colon');
    this.start = start;
    this.end = end;
    this.escaped = escaped;
  }

  /** Reads a string; the cursor is at its quote. */
  string(): void {
    const { bytes } = this;
    const from = this.position + 1;
    this.escaped = false;
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) {
        this.start = from;
        this.end = i;
        this.position = i + 1;
        return;
      }
      if (byte === BACKSLASH) {
        this.escaped = true;
        const letter = bytes[++i]!;
        if (letter === 0x75 && /^[0-9a-fA-F]{4}$/.test(this.slice(i + 1, i + 5))) i += 4;
        else if (!ESCAPES.has(letter)) throw this.error('a string has an escape that JSON does not know');
      } else if (byte < 0x20) throw this.error('a string has a control character that is not escaped');
    }
    throw this.error('a string does not end');
  }

  /** Reads a number by JSON's grammar; its digits are {@link raw}. */
  number(): void {
    const from = this.position;
    let i = from;
    if (this.bytes[i] === MINUS) i++;
    const first = i;
    i = this.digits(i);
    let valid = i > first && (i === first + 1 || this.bytes[first] !== ZERO);
    if (this.bytes[i] === DOT) {
      const after = this.digits(i + 1);
      valid &&= after > i + 1;
      i = after;
    }
    const exponent = this.bytes[i];
    if (exponent === 0x65 || exponent === 0x45) {
      const sign = this.bytes[i + 1];
      const begin = sign === 0x2b || sign === MINUS ? i + 2 : i + 1;
      i = this.digits(begin);
      valid &&= i > begin;
    }
    if (!valid) throw this.error('not a number');
    this.start = from;
    this.end = i;
    this.position = i;
  }

  private digits(from: number): number {
    let i = from;
    while (i < this.bytes.length && this.bytes[i]! >= ZERO && this.bytes[i]! <= 0x39) i++;
    return i;
  }

  /** Reads `true`, `false` or `null`. */
  word(word: string): void {
    if (this.slice(this.position, this.position + word.length) !== word) throw this.error('not a JSON value');
    this.position += word.length;
  }

  /** Moves over one value of any kind, checking it. Not recursive, and never deeper than {@link MAX_DEPTH}. */
  skip(): void {
    const open: number[] = [];
    do {
      const byte = this.peek();
      if (byte === Open.object || byte === Open.list) {
        if (open.length >= MAX_DEPTH) throw this.error(`values are nested more than ${MAX_DEPTH} deep`);
        this.position++;
        const close = byte === Open.object ? Close.object : Close.list;
        if (!this.accept(close)) {
          open.push(close);
          if (close === Close.object) this.key();
          continue;
        }
      } else if (byte === QUOTE) this.string();
      else if (byte === Open.true) this.word('true');
      else if (byte === Open.false) this.word('false');
      else if (byte === Open.null) this.word('null');
      else this.number();
      // A value has ended: the lists it was the last of end too.
      while (open.length > 0 && !this.more(open.at(-1)!)) open.pop();
      if (open.at(-1) === Close.object) this.key();
    } while (open.length > 0);
  }

  /** The source of the last string or number, escapes as they are. */
  raw(): string {
    return this.buffer.toString('utf8', this.start, this.end);
  }

  /** The last string, unescaped. Halves of a surrogate pair that stand alone stay alone. */
  text(): string {
    return this.escaped ? (JSON.parse(this.slice(this.start - 1, this.end + 1)) as string) : this.raw();
  }

  private slice(start: number, end: number): string {
    return this.buffer.toString('utf8', start, end);
  }

  /** Names the place of `at` in the document, and what is wrong there. */
  error(what: string, at = this.position): MalformedError {
    const place = jsonPath(this.bytes, at);
    return new MalformedError(place === '' ? `${what} (byte ${at})` : `${place}: ${what}`);
  }
}
