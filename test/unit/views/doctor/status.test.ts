import assert from 'node:assert/strict';
import { statusText } from '../../../../src/views/statusText.ts';
import { makeFacts } from './makeFacts.ts';

const { state, counts } = makeFacts().receiver;
const told = { terminals: true, debugSessions: true };
const view = { started: true, traces: 1, unseen: false, wanted: 4318, told };
const asks = (more: Partial<typeof counts>) =>
  statusText(state, { ...view, counts: { ...counts, ...more } }).tooltip.some(line =>
    /Why do I see no spans\?/.test(line),
  );

describe('doctor: the status bar', () => {
  it('leads to it where nothing came, or something was refused', () => {
    assert.equal(asks({ spans: 0 }), true);
    assert.equal(asks({ refused: 1 }), true);
    assert.equal(asks({}), false);
  });
});
