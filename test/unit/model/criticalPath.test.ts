import assert from 'node:assert/strict';
import { assembleTrace } from '../../../src/model/assemble.ts';
import type { TraceColumns } from '../../../src/model/columns.ts';
import { head, nameAt, TRACE_ID } from './heads.ts';

/*
 * A column of a drawing is a millisecond; a span is drawn with = where it is on the critical path and with - where it is
 * not; the indentation of its name is its depth. A drawing is read for the spans alone, and then has to be drawn again
 * exactly as it was from what was assembled.
 */
const NAME_WIDTH = 10;

function read(drawing: string[]): TraceColumns {
  const path: number[] = [];
  const heads = drawing.map((line, i) => {
    const name = line.slice(0, NAME_WIDTH);
    const depth = name.search(/\S/) / 2;
    path.length = depth;
    const parent = path.at(-1);
    path.push(i + 1);
    const bar = line.slice(NAME_WIDTH);
    return head(i + 1, parent, bar.search(/\S/), bar.trimEnd().length, { name: name.trim() });
  });
  return assembleTrace(TRACE_ID, heads);
}

function draw(columns: TraceColumns): string[] {
  return Array.from({ length: columns.rows }, (_, row) => {
    const bar = new Array<string>(columns.start[row]! + columns.duration[row]!)
      .fill('-')
      .fill(' ', 0, columns.start[row]!);
    for (const [i, on] of columns.criticalRow.entries()) {
      if (on === row) bar.fill('=', columns.criticalStart[i], columns.criticalEnd[i]);
    }
    return ('  '.repeat(columns.depth[row]!) + nameAt(columns, row)).padEnd(NAME_WIDTH) + bar.join('');
  });
}

const DRAWINGS: Record<string, string[]> = {
  'a span alone': [
    'root      ==========', //
  ],
  'children one after the other': [
    'root      =---==---=', //
    '  a        ===',
    '  b             ===',
  ],
  'children that touch': [
    'root      ----------', //
    '  a       =====',
    '  b            =====',
  ],
  'of children side by side the last to end': [
    'root      ==------==', //
    '  a        ---',
    '  b         ======',
    '  c          ----',
  ],
  'what ran before the last to end began': [
    'root      =-------==', //
    '  a        ===',
    '  b        ----',
    '  c           ====',
  ],
  grandchildren: [
    'root      =--------=', //
    '  a        =------=',
    '    b       ==--==',
    '      c       ==',
    '    d        --',
  ],
  'a child that outlives its parent is clipped': [
    'root      ===-----', //
    '  a          =====-----',
  ],
  'a child that starts before its parent is clipped': [
    'root         -----==', //
    '  a       ---=====',
  ],
  'a child after its parent has ended is not on it': [
    'root      =====', //
    '  a            -----',
  ],
  'a grandchild outside of its parent, inside of its grandparent': [
    'root      =--======', //
    '  a        ==',
    '    b          ---',
  ],
  'the longest of several roots': [
    'one       ---', //
    'two         =----==',
    '  a          ====',
    'three         ---',
  ],
};

describe('critical path', () => {
  for (const [what, drawing] of Object.entries(DRAWINGS)) {
    it(what, () => {
      assert.deepEqual(draw(read(drawing)), drawing);
    });
  }

  it('goes through the first of children with the same times', () => {
    const columns = assembleTrace(TRACE_ID, [head(1, undefined, 0, 5), head(3, 1, 1, 4), head(2, 1, 1, 4)]);
    assert.deepEqual(
      [...columns.criticalRow].map(row => nameAt(columns, row)),
      ['span 1', 'span 2', 'span 1'],
    );
  });

  it('draws an open root out to the latest end below it', () => {
    const columns = assembleTrace(TRACE_ID, [
      head(1, undefined, 0, undefined),
      head(2, 1, 2, undefined),
      head(3, 2, 3, 8),
    ]);
    assert.deepEqual([...columns.criticalRow], [0, 1, 2]);
    assert.deepEqual([...columns.criticalStart], [0, 2, 3]);
    assert.deepEqual([...columns.criticalEnd], [2, 3, 8]);
  });

  it('leaves out what a missing parent did between its children', () => {
    const columns = assembleTrace(TRACE_ID, [head(1, 9, 0, 3), head(2, 9, 5, 8)]);
    assert.deepEqual([...columns.criticalRow], [1, 2]);
    assert.deepEqual([...columns.criticalStart], [0, 5]);
    assert.deepEqual([...columns.criticalEnd], [3, 8]);
  });

  it('has no stretch where nothing took any time', () => {
    assert.equal(assembleTrace(TRACE_ID, [head(1, undefined, 3, 3), head(2, 1, 3, 3)]).criticalRow.length, 0);
  });
});
