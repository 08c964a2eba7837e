import assert from 'node:assert/strict';
import { encodePartialSuccess, encodeRetryInfo, encodeStatus } from '../../../src/otlp/status.ts';
import { decode, type Plain } from './oracle.ts';
import { SIGNALS } from './samples.ts';

describe('answers', () => {
  it('says a status', () => {
    const status = decode('RpcStatus', encodeStatus(3, 'wrong: día'));
    assert.equal(status['code'], 3);
    assert.equal(status['message'], 'wrong: día');
    assert.deepEqual(status['details'], []);
  });

  it('leaves out what is at its default', () => {
    assert.equal(encodeStatus(0, '').length, 0);
  });

  for (const [seconds, expected, nanos] of [
    [1, '1', 0],
    [0.25, '0', 250_000_000],
    [2.5, '2', 500_000_000],
    [86400, '86400', 0],
  ] as const) {
    it(`asks to wait ${seconds} seconds`, () => {
      const status = decode('RpcStatus', encodeStatus(14, 'later', [encodeRetryInfo(seconds)]));
      const [any] = status['details'] as Plain[];
      assert.equal(any?.['type_url'], 'type.googleapis.com/google.rpc.RetryInfo');
      const { retry_delay: delay } = decode('RetryInfo', any['value'] as Uint8Array) as { retry_delay: Plain };
      assert.equal(String(delay['seconds']), expected);
      assert.equal(delay['nanos'], nanos);
    });
  }

  const responses = {
    traces: ['ExportTraceServiceResponse', 'rejected_spans'],
    logs: ['ExportLogsServiceResponse', 'rejected_log_records'],
    metrics: ['ExportMetricsServiceResponse', 'rejected_data_points'],
  } as const;
  for (const signal of SIGNALS) {
    const [name, rejected] = responses[signal];
    it(`says how many ${signal} were refused`, () => {
      const { partial_success: partial } = decode(name, encodePartialSuccess(signal, 300, 'no ids')) as {
        partial_success: Plain;
      };
      assert.equal(String(partial[rejected]), '300');
      assert.equal(partial['error_message'], 'no ids');
    });

    it(`can warn without refusing ${signal}, and says nothing where nothing is wrong`, () => {
      const { partial_success: partial } = decode(name, encodePartialSuccess(signal, 0, 'mind')) as {
        partial_success: Plain;
      };
      assert.equal(String(partial[rejected]), '0');
      assert.equal(partial['error_message'], 'mind');
      assert.equal(encodePartialSuccess(signal, 0, '').length, 0);
    });
  }
});
