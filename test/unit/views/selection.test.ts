import assert from 'node:assert/strict';
import type { SpanId } from '../../../src/model/ids.ts';
import { PageSelection } from '../../../src/views/inspector/selection.ts';

const A = 'b7ad6b7169203331' as SpanId;
const B = '00f067aa0ba902b7' as SpanId;

describe('the selection of an inspector page', () => {
  it('is given once to a page that is there', () => {
    const selection = new PageSelection(A);
    selection.pageSpoke();
    assert.deepEqual([selection.take(), selection.take(), selection.current], [A, undefined, A]);
  });

  it('that is wanted while the page is hidden is given to the page that comes back', () => {
    const selection = new PageSelection(A);
    selection.pageSpoke();
    selection.take();
    selection.pageHidden();
    selection.want(B, false);
    assert.equal(selection.take(), B, 'sent to a page that may not be there yet');
    selection.pageSpoke();
    assert.deepEqual([selection.take(), selection.take()], [B, undefined]);
  });

  it('is not asked for again once the page shows it', () => {
    const selection = new PageSelection(A);
    selection.take();
    selection.shown(B);
    assert.equal(selection.take(), A, 'another span is no answer');
    selection.shown(A);
    assert.equal(selection.take(), undefined);
  });

  it('by hand is stronger than what was wanted before', () => {
    const selection = new PageSelection(A);
    selection.changed(B);
    assert.deepEqual([selection.take(), selection.current], [undefined, B]);
  });

  it('stays where a trace is shown again without a span, and ends with another trace', () => {
    const selection = new PageSelection(A);
    selection.want(undefined, false);
    assert.deepEqual([selection.take(), selection.current], [A, A]);
    selection.want(undefined, true);
    assert.deepEqual([selection.take(), selection.current], [undefined, undefined]);
  });
});
