import { partsOf, SECRET_NAMES, SEPARATORS } from './keyNames.ts';
import { MARK } from './maskedCount.ts';

/** Literal text without which nothing has to be masked, and what has to follow it. */
interface Anchor {
  /** In small letters, at least three. */
  literal: Uint8Array;
  /** Whether it is worth a look, from the first byte after the literal. */
  follows: (bytes: Uint8Array, after: number) => boolean;
}

/** An anchor as it is found: by three of its bytes, so many bytes after it begins. */
interface Place {
  anchor: Anchor;
  offset: number;
}

/** Bytes that are looked at before anything is decided. */
const BLOCK = 16;

/**
 * Finds the few places of a body where a credential may be, much faster than the body can be decoded. Of every literal
 * the three bytes are chosen that are seldom seen elsewhere; wherever they stand, two of them are a pair at an even
 * offset. So every second byte is looked up with the next one, and no look waits for the one before: skipping by what
 * was read, which looks at fewer bytes, took twice as long. What is found is only a hint; what is not found is not there.
 */
export class Anchors {
  /** By two bytes: {@link FIRST} or {@link SECOND} where they may be these of the three. */
  readonly #pairs = new Uint8Array(65_536);
  /** By the lower five bits of three bytes, in which capitals are small letters: the anchors that have these. */
  readonly #triples: (Place[] | undefined)[] = new Array(32_768);

  /** @param extra names of the user for which {@link isAnchorable} holds */
  constructor(extra: readonly string[] = []) {
    for (const anchor of [...BUILT_IN, ...extra.map(userAnchor)]) {
      const { literal } = anchor;
      const offset = rarest(literal);
      this.#mark(literal, offset, FIRST);
      this.#mark(literal, offset + 1, SECOND);
      const triple = tripleAt(literal, offset);
      this.#triples[triple] = [...(this.#triples[triple] ?? []), { anchor, offset }];
    }
  }

  #mark(literal: Uint8Array, offset: number, which: number): void {
    for (const first of bothCases(literal[offset]!)) {
      for (const second of bothCases(literal[offset + 1]!)) this.#pairs[(first << 8) | second]! |= which;
    }
  }

  /** Offsets of the hints, ascending. */
  find(bytes: Uint8Array): number[] {
    const hits: number[] = [];
    const pairs = this.#pairs;
    const end = bytes.length - 1;
    let i = 0;
    for (; i + BLOCK <= end; i += BLOCK) {
      const some =
        pairs[(bytes[i]! << 8) | bytes[i + 1]!]! |
        pairs[(bytes[i + 2]! << 8) | bytes[i + 3]!]! |
        pairs[(bytes[i + 4]! << 8) | bytes[i + 5]!]! |
        pairs[(bytes[i + 6]! << 8) | bytes[i + 7]!]! |
        pairs[(bytes[i + 8]! << 8) | bytes[i + 9]!]! |
        pairs[(bytes[i + 10]! << 8) | bytes[i + 11]!]! |
        pairs[(bytes[i + 12]! << 8) | bytes[i + 13]!]! |
        pairs[(bytes[i + 14]! << 8) | bytes[i + 15]!]!;
      if (some !== 0) this.#look(bytes, i, i + BLOCK, hits);
    }
    this.#look(bytes, i, end, hits);
    return hits.length > 1 ? hits.sort((a, b) => a - b) : hits;
  }

  #look(bytes: Uint8Array, from: number, to: number, hits: number[]): void {
    const pairs = this.#pairs;
    const triples = this.#triples;
    for (let i = from; i < to; i += 2) {
      const which = pairs[(bytes[i]! << 8) | bytes[i + 1]!]!;
      if (which === 0) continue;
      if ((which & FIRST) !== 0 && i + 2 < bytes.length) {
        const places = triples[tripleAt(bytes, i)];
        if (places) compare(bytes, i, places, hits);
      }
      if ((which & SECOND) !== 0 && i > 0) {
        const places = triples[tripleAt(bytes, i - 1)];
        if (places) compare(bytes, i - 1, places, hits);
      }
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
    const { literal, follows } = anchor;
    const at = triple - offset;
    let same = 0;
    while (same < literal.length && literal[same] === lower(bytes[at + same] ?? 0)) same++;
    if (same === literal.length && follows(bytes, at + same)) hits.push(at);
  }
}

/** How often letters are seen in names and texts, out of a thousand; digits and signs are counted as frequent. */
const FREQUENCY = 'e115t92a78o72i72n70s68r66d45c45l40h35m32u30p30f20g20b18y14w13v11k9x4j3q2z2';
const FREQUENCIES = new Map(
  Array.from(FREQUENCY.matchAll(/([a-z])(\d+)/g), ([, letter = '', often]) => [letter.charCodeAt(0), Number(often)]),
);
const OTHERS = 40;

/** Where the three bytes begin that make the two rarest pairs of a literal. */
function rarest(literal: Uint8Array): number {
  const weight = (at: number) => FREQUENCIES.get(literal[at]!) ?? OTHERS;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at + 2 < literal.length; at++) {
    const common = weight(at + 1) * (weight(at) + weight(at + 2));
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
  return { literal: Buffer.from(text.toLowerCase(), 'latin1'), follows };
}

/** Where a name has ended. The tags of the fields that may follow it are letters too: b, j, p, z. */
function endsName(bytes: Uint8Array, after: number): boolean {
  const byte = bytes[after] ?? 0;
  if (byte === UNDERSCORE) return false;
  return byte < 0x61 || byte > 0x7a || byte === 0x62 || byte === 0x6a || byte === 0x70 || byte === 0x7a;
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
  anchor('eyj', run(16)),
  ...['sk-', 'akia', 'asia', 'aiza', 'hf_', 'gsk_', 'xai-'].map(text => anchor(text, run(16))),
  ...['sk_live_', 'rk_live_', 'sk_test_', 'rk_test_', 'pplx-', 'npm_', 'glpat-'].map(text => anchor(text, run(16))),
  ...['p', 'o', 'u', 's', 'r'].map(kind => anchor(`gh${kind}_`, run(20))),
  anchor('github_pat_', run(20)),
  anchor('xox', run(12)),
  anchor('xapp-', run(12)),
  anchor('ya29.', run(20)),
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
