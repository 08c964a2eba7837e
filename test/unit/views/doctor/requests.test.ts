import assert from 'node:assert/strict';
import { Refused } from '../../../../src/receiver/refused.ts';
import type { RefusalCause } from '../../../../src/receiver/requestLog.ts';
import { RequestLog } from '../../../../src/receiver/requestLog.ts';
import { findingOf, found } from './makeFacts.ts';

/** What a receiver remembers of one refusal of this cause. */
function refusedFor(cause: RefusalCause, times = 1) {
  const log = new RequestLog();
  const refused = new Refused(400, 'no', 'A reason with its cure.', cause);
  for (let i = 0; i < times; i++) {
    log.refused(refused, { protocol: 'http/protobuf', path: '/', sender: 'OTel-Exporter/1' });
  }
  return log.recent();
}

describe('doctor: requests', () => {
  const CURES: [RefusalCause, RegExp, RegExp][] = [
    ['tls', /https/, /http:\/\//],
    ['notHttp', /not HTTP/, /OTLP exporters/],
    ['http2', /HTTP\/2/, /proxy/],
    ['path', /wrong path/, /without a path/],
    ['method', /POST/, /POST/],
    ['contentType', /content type/, /application\/x-protobuf/],
    ['encodingMixUp', /encoding/, /application\/json/],
    ['grpcOverHttp1', /HTTP\/1\.1/, /NO_PROXY/],
    ['grpcMethod', /gRPC method/, /TraceService/],
    ['compression', /compresses/, /gzip/],
    ['malformed', /not valid OTLP/, /exporter/],
    ['host', /name/, /allowedHosts/],
    ['origin', /web page/, /localhost/],
    ['token', /token/, /Copy Endpoint/],
    ['size', /too large/, /smaller batches/],
    ['headers', /headers/, /OTEL_EXPORTER_OTLP_HEADERS/],
    ['timeout', /in time/, /stopped/],
    ['connections', /connections/, /one exporter/i],
    ['busy', /not be taken/, /disk/],
    ['silent', /nothing came/, /probe/],
  ];
  for (const [cause, title, cure] of CURES) {
    it(`names the cause and the cure of ${cause}`, () => {
      const finding = findingOf({ requests: refusedFor(cause) }, `requests.${cause}`);
      assert.match(finding.title, title);
      assert.match(finding.cure, cure);
      assert.match(finding.detail, /A reason with its cure\. Sent by OTel-Exporter\/1\./);
    });
  }

  it('counts', () => {
    assert.match(findingOf({ requests: refusedFor('path', 3) }, 'requests.path').title, /\(3 times\)/);
  });

  it('makes no problem of what is past, once others are accepted', () => {
    const recent = refusedFor('path');
    const accepted = (after: number) => ({ at: Date.now() + after, outcome: 'accepted', protocol: 'grpc' }) as const;
    const soon = { ...recent, requests: [accepted(5_000), ...recent.requests] };
    assert.equal(findingOf({ requests: soon }, 'requests.path').severity, 'problem');
    const later = { ...recent, requests: [accepted(120_000), ...recent.requests] };
    const finding = findingOf({ requests: later }, 'requests.path');
    assert.equal(finding.severity, 'info');
    assert.match(finding.detail, /others were accepted since/);
  });

  it('orders by how bad and how likely it is', () => {
    const log = new RequestLog();
    for (const cause of ['silent', 'malformed', 'tls'] as const)
      log.refused(new Refused(400, '', '', cause), { protocol: 'tcp' });
    assert.deepEqual(found({ requests: log.recent() }), ['requests.tls', 'requests.malformed', 'requests.silent']);
  });

  it('says that nothing came, and offers a test trace', () => {
    const counts = { requests: 0, spans: 0, logs: 0, metricPoints: 0, refused: 0, muted: 0 };
    const finding = findingOf({ requests: { accepted: 0 }, receiver: { counts } }, 'requests.none');
    assert.deepEqual(
      finding.actions?.map(({ label }) => label),
      ['Send a Test Trace'],
    );
  });

  const counts = { requests: 3, spans: 0, logs: 5, metricPoints: 0, refused: 0, muted: 0 };
  it('says that only logs came', () => assert.deepEqual(found({ receiver: { counts } }), ['requests.noTraces']));
  it('says that all that came was muted', () =>
    assert.deepEqual(found({ receiver: { counts: { ...counts, logs: 0, muted: 5 } } }), ['requests.muted']));

  it('says what was kept only in part', () => {
    const log = new RequestLog();
    log.accepted({ protocol: 'grpc', signal: 'traces', services: ['shop'] }, 2, 'two spans have no id');
    const finding = findingOf({ requests: log.recent() }, 'requests.partly');
    assert.match(finding.detail, /two spans have no id Sent by shop/);
  });
});
