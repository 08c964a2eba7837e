import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSearch } from '../../../../src/model/search/parse.ts';

const root = join(import.meta.dirname, '../../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** What stands in the first two columns of the README's table of searches. */
function readmeSearches(): string[] {
  const text = read('README.md');
  const section = text.slice(text.indexOf('\n## Search\n'), text.indexOf('\n## The command line\n'));
  const rows = section.split('\n').filter(line => line.startsWith('|'));
  return rows
    .slice(2)
    .flatMap(row => row.split(/(?<!\\)\|/).slice(1, 3))
    .flatMap(cell => [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1] ?? ''));
}

describe('searches that the documents show', () => {
  const walkthrough = /```\n(.*?)```/s.exec(read('media/walkthrough/search.md'))?.[1]?.trim().split('\n') ?? [];
  const searches = [...readmeSearches(), ...walkthrough];

  it('are many', () => assert.ok(searches.length >= 40, `${searches.length}`));

  for (const search of searches) it(search, () => void parseSearch(search));
});
