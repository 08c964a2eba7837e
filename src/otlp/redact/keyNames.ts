/** How many parts of a name, from its end, make a key: `http.request.header.x-api-key` is `key`, `api key`, `x api key`, … */
const MOST_PARTS = 5;
const LONGEST_KEY = 256;
const MOST_KNOWN = 2_000;

/** What separates the parts of a name, besides a capital letter after a small one. */
export const SEPARATORS = ['_', '-', '.', ' ', ':', '/'] as const;
const SEPARATOR = /[_\-. :/]/;

/** First words of keys that unlock something; a `key` by itself is the word for a name. */
const KEYS_TO = [
  'access',
  'account',
  'api',
  'encryption',
  'function',
  'functions',
  'master',
  'private',
  'secret',
  'shared',
  'signing',
  'subscription',
  'webhook',
];

/** Names whose values are credentials, each as its words. */
export const SECRET_NAMES: readonly (readonly string[])[] = [
  ...[
    'authorization',
    'cookie',
    'cookies',
    'credential',
    'credentials',
    'passphrase',
    'passwd',
    'password',
    'passwords',
    'pwd',
    'secret',
    'secrets',
    'token',
  ].map(word => [word]),
  ...KEYS_TO.flatMap(first => [
    [first, 'key'],
    [first, 'keys'],
  ]),
  ['connection', 'string'],
];

/**
 * Words before `token` that make it a piece of text or a place in a list. Such names are kept: a page token says where
 * the next page begins, and a model's tokens are what it reads and writes.
 */
const HARMLESS_TOKENS = [
  ...['page', 'next', 'previous', 'prev', 'continuation', 'sync', 'start', 'resume', 'pagination', 'cursor'],
  ...['bos', 'eos', 'pad', 'sep', 'cls', 'unk', 'mask', 'stop', 'special', 'new', 'first', 'last', 'per'],
  ...['input', 'output', 'prompt', 'completion', 'cached', 'reasoning', 'total', 'max', 'cancellation'],
];

/** Tells by its name whether an attribute holds a credential. */
export class SecretNames {
  readonly #secret: ReadonlySet<string>;
  readonly #harmless: ReadonlySet<string>;
  /** Programs send the same names over and over. */
  readonly #known = new Map<string, boolean>();

  /** @param extra names of the user, of one or more words */
  constructor(extra: readonly string[] = []) {
    const own = extra.map(name => partsOf(name).join(''));
    this.#secret = new Set([...SECRET_NAMES.map(words => words.join('')), ...own]);
    const harmless = HARMLESS_TOKENS.map(word => `${word}token`);
    this.#harmless = new Set(harmless.filter(name => !own.includes(name)));
  }

  /**
   * Whether the last words of a name are those of a credential: `x-api-key`, `llm.apiKey`, `DB_PASSWORD`, `authorization.0`;
   * not `input_tokens`, `token_count`, `tokenizer`, `page_token`.
   */
  has(name: string): boolean {
    let known = this.#known.get(name);
    if (known === undefined) {
      known = this.#find(name);
      if (this.#known.size < MOST_KNOWN && name.length <= LONGEST_KEY) this.#known.set(name, known);
    }
    return known;
  }

  #find(name: string): boolean {
    // The working directory, as every shell hands it on.
    if (name === 'PWD' || name.endsWith('.PWD')) return false;
    const parts = partsOf(name);
    let last = parts.length;
    // Lists that were flattened number their elements.
    while (last > 0 && /^\d+$/.test(parts[last - 1]!)) last--;
    let joined = '';
    let found = false;
    for (let at = last - 1; at >= 0 && at >= last - MOST_PARTS; at--) {
      if (parts[at] === '') break;
      joined = parts[at] + joined;
      if (this.#harmless.has(joined)) return false;
      found ||= this.#secret.has(joined);
    }
    return found;
  }
}

/** The words of a name in small letters; '' where two separators follow each other. */
export function partsOf(name: string): string[] {
  return name
    .slice(-LONGEST_KEY)
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/([a-z0-9])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$2_')
    .split(SEPARATOR)
    .map(part => part.toLowerCase());
}
