import type { PlainObject, PlainValue } from '../plainValue.ts';

/** Deeper than any message; what lies deeper makes the text unreadable rather than the reader deep. */
const DEEPEST = 60;

const WORDS: ReadonlyMap<string, PlainValue> = new Map<string, PlainValue>([
  ['None', null],
  ['True', true],
  ['False', false],
  ['null', null],
  ['true', true],
  ['false', false],
]);

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['0', '\0'],
  ['\n', ''],
]);

/**
 * Reads what Python prints of its values: dictionaries, lists, tuples, sets, texts, numbers, enumeration members
 * (`<Role.USER: 'user'>` is `user`), objects (`Message(role='user')` is an object of the named arguments), and the named
 * arguments alone as `str()` of a LangChain message has them. `undefined` where the text is anything else: it is read to
 * its end or not at all, and nothing is ever executed.
 */
export function parsePythonRepr(text: string): PlainValue | undefined {
  if (!/^\s*(?:[[{(<'"]|[A-Za-z_][\w.]*\s*[(=])/.test(text.slice(0, 200))) return undefined;
  const reader = new ReprReader(text);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof NotReadable) return undefined;
    throw error;
  }
}

/** Classes that alone tell what their objects are: LangChain's messages, the parts of Haystack's. */
function ofClass(value: PlainValue, name: string): PlainValue {
  const type = name === 'ToolCall' ? 'tool_call' : name === 'ToolCallResult' ? 'tool_result' : name;
  const isTelling = type !== name || /Message(?:Chunk)?$/.test(name);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isTelling && isObject && value['type'] === undefined) value['type'] = type;
  return value;
}

class NotReadable extends Error {}

class ReprReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  whole(): PlainValue {
    const value = /^\s*[A-Za-z_]\w*=/.test(this.text.slice(0, 100)) ? this.named('', 0) : this.value(0);
    this.blanks();
    if (this.at < this.text.length) throw new NotReadable();
    return value;
  }

  private value(depth: number): PlainValue {
    if (depth > DEEPEST) throw new NotReadable();
    this.blanks();
    const first = this.text[this.at];
    if (first === '{') return this.braces(depth);
    if (first === '[') return this.list(']', depth);
    if (first === '(') return this.list(')', depth);
    if (first === "'" || first === '"') return this.string();
    if (first === '<') return this.angle(depth);
    const number = this.match(/[-+]?(?:\d[\d_]*\.?\d*(?:[eE][-+]?\d+)?|inf|nan)\b/y);
    if (number !== undefined) {
      const value = Number(number.replaceAll('_', ''));
      return Number.isFinite(value) ? value : number;
    }
    if (this.match(/[bBuUrRfF]{1,2}(?=['"])/y) !== undefined) return this.string();
    const word = this.match(/[A-Za-z_][\w.]*/y);
    if (word === undefined) throw new NotReadable();
    if (this.text[this.at] === '(') {
      this.at++;
      return ofClass(this.named(')', depth + 1), word);
    }
    const known = WORDS.get(word);
    if (known !== undefined) return known;
    // The printed name of an enumeration's member or of a class.
    if (word.includes('.')) return word;
    throw new NotReadable();
  }

  private braces(depth: number): PlainValue {
    this.at++;
    const object: PlainObject = Object.create(null);
    const set: PlainValue[] = [];
    while (!this.closes('}')) {
      const key = this.value(depth + 1);
      if (this.takes(':')) object[typeof key === 'string' ? key : String(JSON.stringify(key))] = this.value(depth + 1);
      else set.push(key);
      if (!this.takes(',') && !this.peeks('}')) throw new NotReadable();
    }
    return set.length > 0 ? set : object;
  }

  private list(end: string, depth: number): PlainValue {
    this.at++;
    const values: PlainValue[] = [];
    while (!this.closes(end)) {
      values.push(this.value(depth + 1));
      if (!this.takes(',') && !this.peeks(end)) throw new NotReadable();
    }
    return values;
  }

  /** `name=value` pairs up to `end`, or to the end of the text where that is ''. Values without a name are a list. */
  private named(end: string, depth: number): PlainValue {
    const object: PlainObject = Object.create(null);
    const bare: PlainValue[] = [];
    let hasNames = false;
    while (!this.closes(end)) {
      this.blanks();
      const name = this.match(/[A-Za-z_]\w*(?==[^=])/y);
      if (name !== undefined) {
        this.at++;
        object[name] = this.value(depth + 1);
        hasNames = true;
      } else bare.push(this.value(depth + 1));
      // Pydantic's str() has blanks between the fields, its repr() commas.
      if (!this.takes(',') && end !== '' && !this.peeks(end)) throw new NotReadable();
    }
    if (hasNames) return object;
    return bare.length === 1 ? bare[0]! : bare;
  }

  /** `<Role.USER: 'user'>` is its value, another `<...>` the text between the brackets. */
  private angle(depth: number): PlainValue {
    const start = ++this.at;
    if (this.match(/[\w.]+:\s*/y) !== undefined) {
      const value = this.value(depth + 1);
      if (this.takes('>')) return value;
    }
    const end = this.text.indexOf('>', start);
    if (end < 0 || end - start > 500) throw new NotReadable();
    this.at = end + 1;
    return this.text.slice(start, end);
  }

  private string(): string {
    let whole = this.oneString();
    // Texts that stand side by side are one, as black and pprint break long ones.
    for (;;) {
      this.blanks();
      const next = this.text[this.at];
      if (next !== "'" && next !== '"') return whole;
      whole += this.oneString();
    }
  }

  private oneString(): string {
    const quote = this.text[this.at]!;
    const pieces: string[] = [];
    let from = ++this.at;
    for (;;) {
      const next = this.text[this.at];
      if (next === undefined) throw new NotReadable();
      if (next === quote) break;
      if (next !== '\\') {
        this.at++;
        continue;
      }
      pieces.push(this.text.slice(from, this.at));
      this.at++;
      pieces.push(this.escape());
      from = this.at;
    }
    pieces.push(this.text.slice(from, this.at));
    this.at++;
    return pieces.join('');
  }

  private escape(): string {
    const hex = this.match(/x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}/y);
    if (hex !== undefined) {
      const code = Number.parseInt(hex.slice(1), 16);
      if (code > 0x10ffff) throw new NotReadable();
      return String.fromCodePoint(code);
    }
    const next = this.text[this.at++] ?? '';
    return ESCAPES.get(next) ?? next;
  }

  private blanks(): void {
    this.match(/\s+/y);
  }

  private closes(end: string): boolean {
    if (!this.peeks(end)) return false;
    this.at += end.length;
    return true;
  }

  private peeks(end: string): boolean {
    this.blanks();
    return end === '' ? this.at >= this.text.length : this.text[this.at] === end;
  }

  private takes(character: string): boolean {
    this.blanks();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}
