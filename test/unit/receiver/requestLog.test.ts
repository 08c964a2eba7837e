import assert from 'node:assert/strict';
import { Refused } from '../../../src/receiver/refused.ts';
import { MOST_RECENT, RequestLog } from '../../../src/receiver/requestLog.ts';
import { sampleOf } from '../../../src/receiver/requestSample.ts';
import { traceRequest } from '../../conformance/support/wire.ts';

const about = { protocol: 'http/protobuf' } as const;

describe('log of requests', () => {
  it('notes at most ten accepted requests a second, and counts all', () => {
    const log = new RequestLog();
    const body = traceRequest();
    const until = performance.now() + 350;
    let sent = 0;
    while (performance.now() < until) {
      log.accepted(log.arrives('traces', body, about), 0, '');
      sent++;
    }
    const { accepted, requests } = log.recent();
    assert.equal(accepted, sent);
    assert.ok(sent > 1_000, `${sent} requests were tried`);
    assert.ok(requests.length >= 3 && requests.length <= 4, `${requests.length} were noted`);
    assert.equal(requests[0]?.items, 1);
  });

  it('keeps what was refused beside a program that is accepted all the time', () => {
    const log = new RequestLog();
    log.refused(new Refused(404, 'no', 'Wrong path.'), { ...about, path: '/traces' });
    for (let i = 0; i < 100; i++) log.accepted({ ...about, signal: 'traces' }, 0, '');
    const { requests } = log.recent();
    assert.ok(requests.length <= MOST_RECENT);
    assert.deepEqual(
      requests.filter(each => each.outcome === 'refused').map(({ path, cause, reason }) => [path, cause, reason]),
      [['/traces', 'path', 'Wrong path.']],
    );
  });

  it('keeps the newest of many that were refused, newest first, and counts them by cause', () => {
    const log = new RequestLog();
    for (let i = 0; i < 45; i++) log.refused(new Refused(i % 3 ? 404 : 415, 'no', `reason ${i}`), about);
    log.closed('silent', 'Nothing came.', { protocol: 'tcp' });
    const { requests, causes, refused } = log.recent();
    assert.equal(refused, 45);
    const reasons = requests.map(each => each.reason);
    assert.deepEqual(reasons.slice(0, 4), ['Nothing came.', 'reason 44', 'reason 43', 'reason 42']);
    assert.deepEqual(
      causes.map(({ cause, count, reason }) => [cause, count, reason]),
      [
        ['path', 30, 'reason 44'],
        ['contentType', 15, 'reason 42'],
        ['silent', 1, 'Nothing came.'],
      ],
    );
  });

  it('says what was taken only in part', () => {
    const log = new RequestLog();
    log.accepted(log.arrives('traces', traceRequest(), about), 2, 'two spans have no id');
    const [only] = log.recent().requests;
    assert.deepEqual([only?.outcome, only?.rejected, only?.reason], ['accepted', 2, 'two spans have no id']);
  });

  const noSample: [string, Uint8Array][] = [
    ['random bytes', Uint8Array.from([10, 255, 255, 255, 255, 15, 1])],
    ['a text', Buffer.from('hello')],
  ];
  for (const [name, body] of noSample) {
    it(`finds nothing in ${name}`, () => assert.deepEqual(sampleOf(body), {}));
  }
});
