import assert from 'node:assert/strict';
import { RowFlag } from '../../../src/model/columns.ts';
import { entrySpan, failingSpan } from '../../../src/views/inspector/entrySpan.ts';
import { columns, type Row } from './builders.ts';

const { error, hasCode, hasException, missing } = RowFlag;
const row = (flags: number, ...children: Row[]): Row => ({ name: 'x', flags, children });

/** Span ids of the builder count from 1 in display order. */
const nth = (id: string | undefined) => id && Number.parseInt(id, 16);

describe('the span by which a trace is entered', () => {
  const cases: [string, Row[], number | undefined, number | undefined][] = [
    ['nothing failed', [row(0, row(hasException))], undefined, 1],
    ['its parent is missing', [row(missing, row(0))], undefined, 2],
    ['nothing has arrived', [], undefined, undefined],
    ['one failed without a place', [row(0, row(0), row(error), row(error))], 3, 3],
    ['the cause lies deeper', [row(error | hasException, row(error | hasException, row(error)))], 2, 2],
    ['a place counts more than depth', [row(error | hasCode, row(error, row(error)))], 1, 1],
    ['a place counts more than order', [row(error, row(error), row(error | hasCode))], 3, 3],
    ['two are as deep', [row(0, row(error | hasCode), row(error | hasException))], 2, 2],
    ['a place without an error', [row(0, row(error), row(hasCode))], 2, 2],
  ];
  for (const [what, rows, failing, entry] of cases) {
    it(`where ${what}`, () => {
      assert.equal(nth(failingSpan(columns(rows))), failing);
      assert.equal(nth(entrySpan(columns(rows))), entry);
    });
  }
});
