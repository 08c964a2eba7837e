import assert from 'node:assert/strict';
import { parseFromInspector, parseInspectorState, parseWebUrl } from '../../../src/views/inspector/messages.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const state = { version: 1, traceId, collapsed: [spanId] };

describe('messages of the inspector page', () => {
  const good: unknown[] = [
    { type: 'ready' },
    { type: 'ready', state },
    { type: 'details', request: 3, spanId },
    { type: 'selected', spanId },
    { type: 'openSource', spanId },
    { type: 'openSource', spanId, candidate: 1, focus: true },
    { type: 'openFrame', spanId, frame: 0 },
    { type: 'openTrace', traceId, spanId },
    { type: 'openRaw', spanId },
    { type: 'openValue', spanId, place: 'attributes/0' },
    { type: 'openValue', spanId, place: 'events/12/3' },
    { type: 'copy', text: '' },
    { type: 'openUrl', url: 'https://example.com' },
    { type: 'state', state: { ...state, selected: spanId, tab: 'events', nameWidth: 300.5, detailsShare: 0.4 } },
  ];
  for (const message of good) {
    it(`takes ${JSON.stringify(message)}`, () => assert.deepEqual(parseFromInspector(message), message));
  }

  const bad: unknown[] = [
    undefined,
    null,
    'ready',
    [],
    {},
    { type: 'run', command: 'rm' },
    { type: 'invalid' },
    { type: 'details', request: -1, spanId },
    { type: 'details', request: 1.5, spanId },
    { type: 'details', request: 1, spanId: spanId.toUpperCase() },
    { type: 'details', request: 1, spanId: '../../etc/passwd' },
    { type: 'selected', spanId: '0000000000000000' },
    { type: 'openSource', spanId, candidate: '0' },
    { type: 'openSource', spanId, focus: 1 },
    { type: 'openFrame', spanId },
    { type: 'openTrace', traceId: spanId },
    { type: 'openValue', spanId },
    { type: 'openValue', spanId, place: '../../x' },
    { type: 'openValue', spanId, place: 'attributes/0\n' },
    { type: 'openValue', spanId, place: 'events/1' },
    { type: 'openValue', spanId, place: `attributes/${'9'.repeat(40)}` },
    { type: 'state', state: { ...state, adjustClocks: 1 } },
    { type: 'copy', text: 'x'.repeat(4_000_001) },
    { type: 'openUrl', url: 'https://x/'.padEnd(9000, 'x') },
    { type: 'state', state: { ...state, version: 2 } },
    { type: 'state', state: { ...state, collapsed: [1] } },
    { type: 'state', state: { ...state, nameWidth: Number.NaN } },
  ];
  for (const message of bad) {
    it(`refuses ${String(JSON.stringify(message)).slice(0, 80)}`, () =>
      assert.equal(parseFromInspector(message).type, 'invalid'));
  }

  it('says in one line what is wrong', () => {
    const refused = parseFromInspector({ type: 'details', request: 'x\ny', spanId });
    assert.ok(refused.type === 'invalid' && refused.reason.startsWith('request: ') && refused.reason.length < 300);
  });

  it('restores only a state that it knows', () => {
    assert.deepEqual(parseInspectorState(state), state);
    for (const other of [undefined, {}, { ...state, version: 0 }, { ...state, traceId: 'x' }]) {
      assert.equal(parseInspectorState(other), undefined);
    }
  });

  const urls: [string, boolean][] = [
    ['https://example.com/a?b#c', true],
    ['http://localhost:3000', true],
    ['HTTPS://EXAMPLE.COM', true],
    ['command:workbench.action.terminal.sendSequence', false],
    ['javascript:alert(1)', false],
    ['file:///etc/passwd', false],
    ['\\\\host\\share', false],
    ['//example.com', false],
    ['vscode://spanside.spanside', false],
    ['', false],
  ];
  for (const [text, expected] of urls) {
    it(`${expected ? 'opens' : 'does not open'} ${text || 'nothing'}`, () =>
      assert.equal(parseWebUrl(text) !== undefined, expected));
  }
});
