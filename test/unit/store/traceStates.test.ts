import assert from 'node:assert/strict';
import { TraceState } from '../../../src/store/traceState.ts';
import { TraceStates } from '../../../src/store/traceStates.ts';

const idOf = (n: number): Uint8Array => {
  const id = Buffer.alloc(16);
  id.writeUInt32LE(n, 0);
  return id;
};

/** Stored traces 1 to `count` with so many spans each; counts how often one is read. */
function stored(count: number, spans: number, capacity: number) {
  let restored = 0;
  const states = new TraceStates(
    {
      isTrace: (row, id) => Buffer.compare(id, idOf(row)) === 0,
      restore: (row, id) => {
        restored++;
        const state = new TraceState(row, id, 5);
        for (let i = 1; i <= spans; i++) state.known.add(i, row, 1, i, 1);
        return state;
      },
    },
    capacity,
  );
  for (let row = 1; row <= count; row++) states.directory.add(idOf(row), 0, row);
  return { states, restored: () => restored };
}

describe('TraceStates', () => {
  it('keeps no more of what is only looked up than of what is written', () => {
    const { states } = stored(100, 92, 1000);
    for (let n = 1; n <= 100; n++) {
      assert.equal(states.find(idOf(n), 0)?.id, n);
      states.evict();
      assert.ok(states.weight <= 1000, `${states.weight} after ${n}`);
    }
    assert.ok(states.weight >= 900, 'it keeps what it may');
  });

  it('does not read the trace that is used again and again each time, however large it is', () => {
    const { states, restored } = stored(3, 5000, 1000);
    for (let i = 0; i < 10; i++) {
      states.find(idOf(1), 0);
      states.evict();
    }
    assert.equal(restored(), 1);
  });

  it('keeps what is not written yet', () => {
    const { states } = stored(0, 0, 10);
    const made = states.get(idOf(1), 0, 5);
    made.dirty = true;
    for (let n = 2; n <= 9; n++) states.touch([states.get(idOf(n), 0, 5)]);
    assert.equal(states.get(idOf(1), 0, 5), made);
  });
});
