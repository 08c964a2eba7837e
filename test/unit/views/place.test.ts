import assert from 'node:assert/strict';
import type { Location } from '../../../src/model/location.ts';
import { tight } from '../../../src/views/inspector/tight.ts';
import { placeLabel, viewLocation } from '../../../src/views/source/placeLabel.ts';
import { sourceColumn } from '../../../src/views/source/sourceColumn.ts';
import { columns } from './builders.ts';

describe('the column for source', () => {
  const cases: [string, number | undefined, number | undefined, number | undefined][] = [
    ['the editor beside the panel', 2, 1, 1],
    ['the editor right of the panel', 1, 2, 2],
    ['left of the panel, where the editor is under it', 2, 2, 1],
    ['left of the panel, where there is no editor', 3, undefined, 2],
    ['right of a panel that is the first', 1, undefined, 2],
    ['any, where no panel is shown', undefined, 1, 1],
    ['any, where the editor has no column', 2, -1, 1],
  ];
  for (const [what, panel, editor, expected] of cases) {
    it(`is ${what}`, () => assert.equal(sourceColumn(panel, editor), expected));
  }
});

describe('a place for the page', () => {
  const files = { label: (file: string) => file.replace('/home/user/shop/', '') };
  const candidate = { file: '/home/user/shop/src/agent.ts', line: 45, score: 1, why: ['same path'] };

  it('is said as people say it', () => assert.equal(placeLabel(candidate, files), 'src/agent.ts:45'));

  it('gives no path of this machine away', () => {
    const location: Location = { tier: 'exact', how: 'Said so.', best: candidate, candidates: [candidate] };
    const view = viewLocation(location, files);
    assert.deepEqual(view, {
      tier: 'exact',
      how: 'Said so.',
      label: 'src/agent.ts:45',
      candidates: [{ label: 'src/agent.ts:45', why: ['same path'] }],
    });
    assert.doesNotMatch(JSON.stringify(view), /home/);
  });

  it('has no label where there is nothing to open', () => {
    assert.equal('label' in viewLocation({ tier: 'none', how: '', candidates: [] }, files), false);
  });
});

describe('columns for a message', () => {
  it('leave the buffer they are views of behind', () => {
    const pool = new ArrayBuffer(1 << 16);
    const trace = { ...columns([{ name: 'a' }]), start: new Float64Array(pool, 8, 1), flags: new Uint16Array(1) };
    trace.start[0] = 2.5;
    const sent = tight(trace);
    assert.equal(sent.start.buffer.byteLength, 8);
    assert.deepEqual([...sent.start], [2.5]);
    assert.equal(sent.flags, trace.flags, 'what is alone in its buffer is not copied');
    assert.deepEqual({ ...sent, start: 0 }, { ...trace, start: 0 });
  });
});
