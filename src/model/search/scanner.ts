import { SearchError } from './query.ts';

/** Nested parentheses and negations that a search may have. */
export const MOST_DEPTH = 100;

/** A place in a text that moves on over what is read. */
export class Scanner {
  readonly text: string;
  at = 0;
  #depth = 0;
  #terms = 0;
  readonly #mostTerms: number;

  constructor(text: string, mostTerms: number) {
    this.text = text;
    this.#mostTerms = mostTerms;
  }

  skipBlanks(): void {
    while (this.at < this.text.length && /\s/.test(this.text[this.at]!)) this.at++;
  }

  startsWith(token: string): boolean {
    return this.text.startsWith(token, this.at);
  }

  /** Moves over `token` where it stands here. */
  take(token: string): boolean {
    if (!this.startsWith(token)) return false;
    this.at += token.length;
    return true;
  }

  /** Moves over what a sticky pattern finds here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  /** Counts one comparison or pair of braces. @throws {SearchError} there are too many */
  countTerm(): void {
    if (++this.#terms > this.#mostTerms) {
      this.fail(`A search can have ${this.#mostTerms} comparisons at most; leave some out.`);
    }
  }

  /** Reads something nested. @throws {SearchError} it is too deep */
  nested<T>(read: () => T): T {
    if (++this.#depth > MOST_DEPTH) {
      this.fail(`This is nested more than ${MOST_DEPTH} deep; write it with fewer parentheses.`);
    }
    const result = read();
    this.#depth--;
    return result;
  }

  fail(message: string, start = this.at, end = start + 1): never {
    throw new SearchError(message, start, end);
  }
}
