/** Longest text a table holds; a name of megabytes is for the details, not for a row. */
const LONGEST = 2048;

/** Numbers distinct texts in the order they are first added. */
export class StringTable {
  readonly strings: string[] = [];
  readonly #index = new Map<string, number>();

  /** The number of `text`; longer texts are cut, and then end in an ellipsis. */
  add(text: string): number {
    const kept = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
    let at = this.#index.get(kept);
    if (at === undefined) {
      at = this.strings.push(kept) - 1;
      this.#index.set(kept, at);
    }
    return at;
  }
}
