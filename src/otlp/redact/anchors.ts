import { partsOf, SECRET_NAMES, SEPARATORS } from './keyNames.ts';
import { MARK } from './maskedCount.ts';

/** Literal text without which nothing has to be masked, and what has to follow it. */
interface Anchor {
  /** At least three bytes; small letters where case does not matter. */
  literal: Uint8Array;
  /** Whether case matters, as in keys of a provider. */
  exact: boolean;
  /** Whether it is worth a look, from the first byte after the literal. */
  follows: (bytes: Uint8Array, after: number) => boolean;
}

/** An anchor as it is found: by three of its bytes, so many bytes after it begins. */
interface Place {
  anchor: Anchor;
  offset: number;
}

/** Of the literals. */
const SHORTEST = 3;
/** Pairs that are looked at before anything is decided. */
const BLOCK = 8;

/**
 * Finds the few places of a body where a credential may be, much faster than the body can be decoded. Of every literal
 * the three bytes are chosen that are seldom seen elsewhere; wherever they stand, two of them are a pair at an even
 * offset. So every second byte is looked up with the next one, and no look waits for the one before: skipping by what
 * was read, which looks at fewer bytes, took twice as long. What is found is only a hint; what is not found is not there.
 */
export class Anchors {
  /** By two bytes, the first one low: {@link FIRST} or {@link SECOND} where they may be these of the three. */
  readonly #pairs = new Uint8Array(65_536);
  /** By the lower five bits of three bytes, in which capitals are small letters: the anchors that have these. */
  readonly #triples: (Place[] | undefined)[] = new Array(32_768);

  /** @param extra names of the user for which {@link isAnchorable} holds */
  constructor(extra: readonly string[] = []) {
    for (const anchor of [...BUILT_IN, ...extra.map(userAnchor)]) {
      const { literal, exact } = anchor;
      const offset = rarest(literal);
      const cases = exact ? (byte: number) => [byte] : bothCases;
      this.#mark(cases(literal[offset]!), cases(literal[offset + 1]!), FIRST);
      this.#mark(cases(literal[offset + 1]!), cases(literal[offset + 2]!), SECOND);
      const triple = tripleAt(literal, offset);
      this.#triples[triple] = [...(this.#triples[triple] ?? []), { anchor, offset }];
    }
  }

  #mark(firsts: readonly number[], seconds: readonly number[], which: number): void {
    for (const first of firsts) for (const second of seconds) this.#pairs[first | (second << 8)]! |= which;
  }

  /** Offsets of the hints, ascending. */
  find(bytes: Uint8Array): number[] {
    const hits: number[] = [];
    if (bytes.length < SHORTEST) return hits;
    const pairs = this.#pairs;
    // Two bytes are read at once, which machines do at even addresses only.
    const start = bytes.byteOffset & 1;
    const twos = new Uint16Array(bytes.buffer, bytes.byteOffset + start, (bytes.length - start) >> 1);
    let i = 0;
    for (const end = twos.length - BLOCK; i <= end; i += BLOCK) {
      const some =
        pairs[twos[i]!]! |
        pairs[twos[i + 1]!]! |
        pairs[twos[i + 2]!]! |
        pairs[twos[i + 3]!]! |
        pairs[twos[i + 4]!]! |
        pairs[twos[i + 5]!]! |
        pairs[twos[i + 6]!]! |
        pairs[twos[i + 7]!]!;
      if (some === 0) continue;
      for (let j = i; j < i + BLOCK; j++) if (pairs[twos[j]!] !== 0) this.#look(bytes, start + 2 * j, hits);
    }
    for (let at = start + 2 * i; at + 1 < bytes.length; at += 2) this.#look(bytes, at, hits);
    return hits.length > 1 ? hits.sort((a, b) => a - b) : hits;
  }

  /** Looks closer at the two bytes at `at`. */
  #look(bytes: Uint8Array, at: number, hits: number[]): void {
    const which = this.#pairs[bytes[at]! | (bytes[at + 1]! << 8)] ?? 0;
    if ((which & FIRST) !== 0 && at + 2 < bytes.length) {
      const places = this.#triples[tripleAt(bytes, at)];
      if (places) compare(bytes, at, places, hits);
    }
    if ((which & SECOND) !== 0 && at > 0) {
      const places = this.#triples[tripleAt(bytes, at - 1)];
      if (places) compare(bytes, at - 1, places, hits);
    }
  }
}

const FIRST = 1;
const SECOND = 2;

function tripleAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! & 31) << 10) | ((bytes[at + 1]! & 31) << 5) | (bytes[at + 2]! & 31);
}

function compare(bytes: Uint8Array, triple: number, places: readonly Place[], hits: number[]): void {
  for (const { anchor, offset } of places) {
    const { literal, exact, follows } = anchor;
    const at = triple - offset;
    let same = 0;
    while (same < literal.length && literal[same] === (exact ? bytes[at + same] : lower(bytes[at + same] ?? 0))) same++;
    if (same === literal.length && follows(bytes, at + same)) hits.push(at);
  }
}

/** Pairs that are often seen in names and texts of telemetry, the commonest first. */
const COMMON = (
  'er en me es ge in se re on nt na de id ag te ss st tr or am et ce at ti sa ai ic ra ve an co th ac pe io pa sp ng op e. ' +
  'to ck .p pi em rv ro le he el ns tt ta ut po r. ap .n od ni tp p. t. rs ad ed ke i. .r _a li ht n_ ee ho ok pp .i us ne ' +
  'al n. pr rd ue ch it ou ot ri ol ry gi dd ei fo .0 ur ec .s dr sh ea la nf g. lo ar .a ie ex qu .c oo ll cl ct l. .m ts ' +
  'nd gr un ca si rt wo pu rk vi ey k. so .t t_ ma tu om sc eq pt mp da oc pl ha .f il y. ev fi os as s. ow ef ep no mi nc'
).split(' ');
const RANKS = new Map(COMMON.map((pair, rank) => [pair, COMMON.length - rank]));

/** Where the three bytes begin that make the two rarest pairs of a literal. */
function rarest(literal: Uint8Array): number {
  const weight = (at: number) => RANKS.get(String.fromCharCode(literal[at]!, literal[at + 1]!)) ?? 0;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at + 2 < literal.length; at++) {
    const common = weight(at) + weight(at + 1);
    if (common >= least) continue;
    least = common;
    best = at;
  }
  return best;
}

/** Names that the search can look for; others have to be looked for everywhere. */
export function isAnchorable(name: string): boolean {
  return /^[\x20-\x7e]+$/.test(name) && partsOf(name).some(part => part.length > 2);
}

/** The longest word of the user's name. */
function userAnchor(name: string): Anchor {
  const word = partsOf(name).reduce((a, b) => (b.length > a.length ? b : a));
  return anchor(word, () => true);
}

function anchor(text: string, follows: Anchor['follows']): Anchor {
  return { literal: Buffer.from(text.toLowerCase(), 'latin1'), exact: false, follows };
}

/** Of a key, whose provider writes it with these very letters. */
function exactly(text: string, follows: Anchor['follows']): Anchor {
  return { literal: Buffer.from(text, 'latin1'), exact: true, follows };
}

/** Where a name has ended. The tags of the fields that may follow it are letters too. */
function endsName(bytes: Uint8Array, after: number): boolean {
  const byte = bytes[after] ?? 0;
  if (byte === UNDERSCORE) return false;
  if (byte < 0x61 || byte > 0x7a || byte === 0x62 || byte === 0x6a || byte === 0x70 || byte === 0x7a) return true;
  const wireType = byte & 7;
  // Of a field that nobody knows, or of a group, which there are none of: the first asks for a closer look.
  return wireType !== 3 && wireType !== 4 && wireType < 6 && endsText(bytes, after);
}

/** Whether a length stands before what may be a short text that ends at `after`. */
function endsText(bytes: Uint8Array, after: number): boolean {
  for (let length = SHORTEST; length < 128 && length < after; length++) {
    if (bytes[after - length - 1] === length) return true;
  }
  return false;
}

/** Characters of base64 and of the tokens that are made like it. */
function run(length: number): Anchor['follows'] {
  return (bytes, after) => {
    for (let i = after; i < after + length; i++) if (!isTokenByte(bytes[i] ?? 0)) return false;
    return true;
  };
}

const UNDERSCORE = 0x5f;

function isTokenByte(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x2b && byte <= 0x39) || byte === UNDERSCORE || byte === 0x3d;
}

/** A user name, a colon, and an @ before the host ends. */
function hasUserinfo(bytes: Uint8Array, after: number): boolean {
  let colon = false;
  for (let i = after; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === 0x40 && colon) return true;
    if (byte === 0x3a) colon = true;
    else if (byte <= 0x20 || byte === 0x2f || byte === 0x3f || byte === 0x23 || byte === 0x22 || byte === 0x27) break;
  }
  return false;
}

function isBlank(bytes: Uint8Array, after: number): boolean {
  const byte = bytes[after];
  return byte === 0x20 || byte === 0x09;
}

const BUILT_IN: readonly Anchor[] = [
  ...SECRET_NAMES.flatMap(([first = '', ...rest]) =>
    rest.length === 0
      ? [anchor(first, endsName)]
      : ['', ...SEPARATORS].map(separator => anchor([first, ...rest].join(separator), endsName)),
  ),
  anchor('bearer', isBlank),
  anchor('basic', isBlank),
  anchor('private key--', () => true),
  anchor('://', hasUserinfo),
  exactly('eyJ', run(16)),
  ...['sk-', 'AKIA', 'ASIA', 'AIza', 'hf_', 'gsk_', 'xai-'].map(text => exactly(text, run(16))),
  ...['sk_live_', 'rk_live_', 'sk_test_', 'rk_test_', 'pplx-', 'npm_', 'glpat-'].map(text => exactly(text, run(16))),
  ...['p', 'o', 'u', 's', 'r'].map(kind => exactly(`gh${kind}_`, run(20))),
  exactly('github_pat_', run(20)),
  exactly('xox', run(12)),
  exactly('xapp-', run(12)),
  exactly('ya29.', run(20)),
  anchor('x-amz-signature=', () => true),
  anchor('x-amz-security-token=', () => true),
  anchor('x-goog-signature=', () => true),
  anchor('sig=', run(8)),
  anchor('signature=', run(8)),
  // A sender's own field that looks like ours has to be told from ours.
  anchor(MARK, () => true),
];

/** Either case of a letter. */
function bothCases(byte: number): number[] {
  return byte >= 0x61 && byte <= 0x7a ? [byte, byte - 0x20] : [byte];
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
