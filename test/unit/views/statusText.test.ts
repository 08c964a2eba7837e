import assert from 'node:assert/strict';
import type { ReceiverCounts, ReceiverState } from '../../../src/collector/api.ts';
import { statusText, type Told } from '../../../src/views/statusText.ts';

const counts: ReceiverCounts = { requests: 3, spans: 24, logs: 0, metricPoints: 0, refused: 0, muted: 0 };
const told: Told = { terminals: true, debugSessions: true };
const endpoint = (port: number) => ({ url: `http://127.0.0.1:${port}`, port, host: '127.0.0.1' });

function listening(port: number, taken: number[] = [], others: number[] = []): ReceiverState {
  const main = endpoint(port);
  return { phase: 'listening', main, endpoints: [main, ...others.map(endpoint)], taken };
}

describe('the status item', () => {
  const cases: [string, ReceiverState, string, string][] = [
    ['the port and the traces', listening(4318), ':4318 · 6 traces', 'normal'],
    ['another port with a warning', listening(5000, [4318]), ':5000 · 6 traces', 'warning'],
    ['4317 alone taken without one', listening(4318, [4317]), ':4318 · 6 traces', 'normal'],
    ['that it is off', { phase: 'off' }, 'off', 'normal'],
    ['that it waits', { phase: 'waiting', port: 4318 }, '$(loading~spin) :4318', 'normal'],
    ['a failure', { phase: 'failed', message: 'x' }, '$(error) failed', 'error'],
  ];
  for (const [what, state, text, level] of cases) {
    it(`shows ${what}`, () => {
      const status = statusText(state, { started: true, traces: 6, counts, unseen: false, wanted: 4318, told });
      assert.equal(status.text, `$(list-tree) Spanside ${text}`);
      assert.equal(status.level, level);
      assert.match(status.spoken, /^Spanside/);
    });
  }

  const tooltip = (
    state: ReceiverState,
    changes: Partial<ReceiverCounts> = {},
    view: { wanted?: number; told?: Told } = {},
  ) =>
    statusText(state, {
      started: true,
      traces: 0,
      counts: { ...counts, ...changes },
      unseen: false,
      wanted: 4318,
      told,
      ...view,
    }).tooltip.join('\n');

  it('says whose port it is and what to do', () => {
    assert.match(
      tooltip(listening(5000, [4318])),
      /4318 is held.*OTEL_EXPORTER_OTLP_ENDPOINT=http:\/\/127\.0\.0\.1:5000/,
    );
    assert.doesNotMatch(tooltip(listening(4318)), /held/);
    assert.match(tooltip(listening(4318, [4317])), /4317 is held/);
    assert.match(tooltip(listening(4318, [], [4317, 4318])), /Also on port 4317\./);
  });

  it('says that another window has the port, and does not warn of it', () => {
    const state: ReceiverState = { ...listening(5000, [4318, 4317]), byWindow: true } as ReceiverState;
    const text = tooltip(state);
    assert.match(text, /4318 is served by another window, which hands over.* told to send to 5000/);
    assert.doesNotMatch(text, /another program/);
    const { level, spoken } = statusText(state, {
      started: true,
      traces: 0,
      counts,
      unseen: false,
      wanted: 4318,
      told,
    });
    assert.equal(level, 'normal');
    assert.match(spoken, /because port 4318 is another window's/);
  });

  it('counts what was handed over to other windows', () => {
    assert.match(
      tooltip(listening(4318), { handedOver: 1_234 }),
      /1,234 items handed over to the windows they belong to/,
    );
    assert.doesNotMatch(tooltip(listening(4318)), /handed over/);
  });

  const telling: [Told, string][] = [
    [told, 'New terminals, tasks and debug sessions are told to send to 5000; other programs want OTEL'],
    [
      { terminals: true, debugSessions: false },
      'New terminals and tasks are told to send to 5000; other programs want OTEL',
    ],
    [
      { terminals: false, debugSessions: true },
      'window. Debug sessions are told to send to 5000; other programs want OTEL',
    ],
    [{ terminals: false, debugSessions: false }, 'Programs that you start are not told; give them OTEL'],
  ];
  for (const [who, sentence] of telling) {
    it(`says who is told: ${sentence}`, () => {
      assert.ok(tooltip(listening(5000, [4318]), {}, { told: who }).includes(sentence));
    });
  }

  it('does not warn of a free port that was asked for', () => {
    assert.equal(
      statusText(listening(5000), { started: true, traces: 0, counts, unseen: false, wanted: 0, told }).level,
      'normal',
    );
  });

  it('tells the last refusal in one line', () => {
    const text = tooltip(listening(4318), { refused: 2, lastRefusal: { at: 0, reason: 'Sent to\n/v1/trace.' } });
    assert.match(text, /2 requests refused\.\nLast: Sent to \/v1\/trace\./);
  });

  it('warns of refused requests until somebody has looked', () => {
    const refused = { ...counts, refused: 11, lastRefusal: { at: 0, reason: 'Sent to /v1/trace.' } };
    const view = { started: true, traces: 6, counts: refused, wanted: 4318, told };
    const unseen = statusText(listening(4318), { ...view, unseen: true });
    assert.deepEqual([unseen.text, unseen.level], ['$(list-tree) Spanside :4318 · 6 traces · 11 refused', 'warning']);
    assert.match(unseen.spoken, /11 requests refused$/);
    const seen = statusText(listening(4318), { ...view, unseen: false });
    assert.deepEqual([seen.text, seen.level], ['$(list-tree) Spanside :4318 · 6 traces', 'normal']);
    assert.match(seen.tooltip.join('\n'), /11 requests refused/);
  });

  it('is not "off" before it has started', () => {
    assert.match(
      statusText({ phase: 'off' }, { started: false, traces: 0, counts, unseen: false, wanted: 4318, told }).text,
      /…$/,
    );
  });
});
