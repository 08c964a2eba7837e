import assert from 'node:assert/strict';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import { SearchError } from '../../../../src/model/search/query.ts';

/** Whether a search has a mistake just where the carets of `where` stand, and says so in these words. */
export function rejects(text: string, where: string, message: RegExp): void {
  assert.throws(
    () => parseSearch(text),
    (error: unknown) => {
      assert.ok(error instanceof SearchError, String(error));
      const { position, end } = error;
      assert.equal(' '.repeat(position) + '^'.repeat(end - position), where, error.message);
      assert.match(error.message, message);
      assert.match(error.message, /^\S.*\.$/s, 'a sentence');
      return true;
    },
  );
}
