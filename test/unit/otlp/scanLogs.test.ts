import assert from 'node:assert/strict';
import { hexOf } from '../../../src/model/ids.ts';
import { scanLogs } from '../../../src/otlp/scanLogs.ts';
import { countMetricPoints } from '../../../src/otlp/scanMetrics.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import { decode, encode, type Plain } from './oracle.ts';
import { REQUESTS, utf8 } from './samples.ts';
import { SPAN_ID, TRACE_ID, text } from './spans.ts';

function logs(...records: Plain[]): Uint8Array {
  return encode('ExportLogsServiceRequest', { resource_logs: [{ scope_logs: [{ log_records: records }] }] });
}

describe('the scanner of logs', () => {
  it('finds the records of a request that uses every field', () => {
    const body = jsonToProto('logs', utf8(REQUESTS.logs));
    const scan = scanLogs(body);
    assert.equal(scan.count, 3);
    assert.deepEqual([...scan.times], [1n, 0n, 0n]);
    assert.equal(hexOf(scan.traceIds), TRACE_ID.toString('hex') + '0'.repeat(64));
    assert.equal(hexOf(scan.spanIds), SPAN_ID.toString('hex') + '0'.repeat(32));
    assert.deepEqual([...scan.scope], [0, 0, 0]);
    assert.deepEqual(
      scan.scopes.map(scope => scope.resource),
      [0],
    );
    assert.deepEqual(
      scan.resources.map(resource => resource.service),
      ['shop'],
    );
    const first = decode('LogRecord', body.subarray(scan.offsets[0]!, scan.offsets[0]! + scan.lengths[0]!));
    assert.equal(first['event_name'], 'e');
  });

  const times: [what: string, record: Plain, time: bigint][] = [
    ['when it happened', { time_unix_nano: 5, observed_time_unix_nano: 7 }, 5n],
    ['when it was observed, where it does not say when it happened', { observed_time_unix_nano: 7 }, 7n],
    ['no time', {}, 0n],
  ];
  for (const [what, record, time] of times) {
    it(`takes ${what}`, () => assert.deepEqual([...scanLogs(logs(record)).times], [time]));
  }

  it('takes an explicit time of zero for none', () => {
    // A record with the observed time first and a zero after it.
    const record = Buffer.from('5907000000000000000900000000000000000', 'hex').subarray(0, 18);
    const body = Buffer.concat([Buffer.from([0x0a, 22, 0x12, 20, 0x12, 18]), record]);
    assert.deepEqual([...scanLogs(body).times], [7n]);
  });

  it('takes ids of the wrong length for none', () => {
    const scan = scanLogs(logs({ trace_id: Buffer.alloc(15, 1), span_id: Buffer.alloc(9, 1) }, { trace_id: TRACE_ID }));
    assert.equal(hexOf(scan.traceIds), '0'.repeat(32) + TRACE_ID.toString('hex'));
    assert.equal(hexOf(scan.spanIds), '0'.repeat(32));
  });
});

describe('counting metric points', () => {
  it('counts the points of every kind', () => {
    assert.equal(countMetricPoints(jsonToProto('metrics', utf8(REQUESTS.metrics))), 6);
  });

  it('counts none where there is none', () => {
    assert.equal(countMetricPoints(new Uint8Array()), 0);
    const metric = { name: 'm', metadata: [text('a', 'b')], gauge: {} };
    const body = encode('ExportMetricsServiceRequest', {
      resource_metrics: [{ scope_metrics: [{ metrics: [metric] }] }],
    });
    assert.equal(countMetricPoints(body), 0);
  });
});
