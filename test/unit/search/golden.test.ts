import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSearch } from '../../../src/model/search/parse.ts';
import { SearchError } from '../../../src/model/search/query.ts';
import type { TraceSummary } from '../../../src/model/summary.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import {
  BRACES,
  BROKEN_BRACES,
  BROKEN_TERMS,
  type Broken,
  type Golden,
  TERMS,
  WORDS,
} from '../../fixtures/search/queries.ts';
import { EARLIER_SPANS, LOGS, SPANS, TRACES, traceIdOf } from '../../fixtures/search/traces.ts';
import { type DecodedTrace, naiveSearch } from '../../harness/naiveSearch.ts';
import { logsRequest, spansRequest, traceIdsOf } from '../../harness/searchData.ts';
import { decodedTraces, SearchedStore } from '../../harness/searchStore.ts';

const nameOf = new Map([...TRACES.keys()].map(name => [traceIdOf(name), name]));
const namesOf = (traces: readonly TraceSummary[]) => traces.map(({ traceId }) => nameOf.get(traceId)).join(' ');

describe('what queries find', () => {
  let folder: string;
  let traces: DecodedTrace[];
  let store: SearchedStore;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanside-test-'));
    const writer = new StoreWriter(folder);
    writer.commit([EARLIER_SPANS, SPANS].map(spansRequest));
    writer.commit([logsRequest(LOGS)]);
    writer.close();
    traces = decodedTraces([folder], traceIdsOf(SPANS));
    store = new SearchedStore(folder);
  });
  after(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const table = (title: string, queries: readonly Golden[]) =>
    describe(title, () => {
      for (const [query, found] of queries) {
        it(`${query.trim() || 'no words at all'} finds ${found || 'nothing'}`, async () => {
          const naive = naiveSearch({ query: parseSearch(query) }, traces);
          assert.equal(namesOf(naive.map(({ summary }) => summary)), found);
          assert.equal(namesOf(await store.all({ text: query, limit: 4 })), found);
        });
      }
    });

  table('by words', WORDS);
  table('by terms', TERMS);
  table('by TraceQL', BRACES);
});

describe('what is wrong in a query', () => {
  const table = (title: string, queries: readonly Broken[]) =>
    describe(title, () => {
      for (const [query, carets, says] of queries) {
        it(`${query} is pointed at`, () => {
          const { position, end, message } = mistakeIn(query);
          assert.equal(`${' '.repeat(position)}${'^'.repeat(end - position)}`, carets);
          assert.match(message, says);
        });
      }
    });

  table('of words and terms', BROKEN_TERMS);
  table('of TraceQL', BROKEN_BRACES);
});

function mistakeIn(query: string): SearchError {
  try {
    parseSearch(query);
  } catch (error) {
    if (error instanceof SearchError) return error;
    throw error;
  }
  assert.fail('it has none');
}
