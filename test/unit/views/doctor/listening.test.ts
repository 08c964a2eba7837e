import assert from 'node:assert/strict';
import { findingOf, found, listeningOn } from './makeFacts.ts';

describe('doctor: listening', () => {
  it('finds nothing where all is well', () => assert.deepEqual(found({}), []));

  it('names a receiver that is off, and starts it', () => {
    const finding = findingOf({ receiver: { state: { phase: 'off' } } }, 'listening.off');
    assert.match(finding.detail, /stopped in this window/);
    assert.deepEqual(
      finding.actions?.map(({ label }) => label),
      ['Start Receiver'],
    );
    const disabled = findingOf({ receiver: { state: { phase: 'off' }, enabled: false } }, 'listening.off');
    assert.match(disabled.detail, /spanside\.receiver\.enabled/);
  });

  it('says what a receiver that failed said', () => {
    const state = { phase: 'failed', message: 'Port 80 needs administrator rights.' } as const;
    assert.equal(findingOf({ receiver: { state } }, 'listening.failed').detail, state.message);
  });

  it('names the program that has the port, and where to send instead', () => {
    const holders = [{ port: 4318, isSpanside: false, pid: 4242, program: 'otelcol' }];
    const finding = findingOf({ receiver: { state: listeningOn([5000], [4318]), holders } }, 'listening.taken');
    assert.equal(finding.severity, 'problem');
    assert.match(finding.title, /Port 4318 is held by otelcol \(process 4242\)/);
    assert.match(finding.cure, /Stop that program/);
    assert.deepEqual(finding.snippets, [
      { title: 'Send to this window', text: 'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:5000' },
    ]);
  });

  it('tells another window from another program', () => {
    const holders = [{ port: 4318, isSpanside: true, pid: 7 }];
    const finding = findingOf({ receiver: { state: listeningOn([5000], [4318]), holders } }, 'listening.taken');
    assert.match(finding.title, /another Spanside \(process 7\)/);
    assert.match(finding.cure, /close it/);
  });

  it('makes no problem of a window that hands over', () => {
    const state = { ...listeningOn([5000], [4318, 4317]), byWindow: true } as const;
    const sources = { editor: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' } };
    assert.deepEqual(found({ receiver: { state }, sources }), ['listening.otherWindow', 'listening.otherWindow']);
  });

  it('names the program that has the second port, where a window has the first', () => {
    const state = { ...listeningOn([5000], [4318, 4317]), byWindow: true } as const;
    const holders = [
      { port: 4318, isSpanside: true },
      { port: 4317, isSpanside: false, pid: 7, program: 'jaeger' },
    ];
    const finding = findingOf({ receiver: { state, holders } }, 'listening.taken');
    assert.match(finding.title, /Port 4317 is held by jaeger/);
    assert.match(findingOf({ receiver: { state, holders } }, 'listening.otherWindow').title, /Port 4318/);
  });

  it('makes no problem of the second port', () => {
    const finding = findingOf({ receiver: { state: listeningOn([4318], [4317]) } }, 'listening.taken');
    assert.equal(finding.severity, 'info');
    assert.match(finding.title, /another program/);
  });

  it('waits where the editor waits', () => {
    const finding = findingOf({ receiver: { state: { phase: 'waiting', port: 4318 } } }, 'listening.taken');
    assert.match(finding.detail, /tries again/);
  });
});
