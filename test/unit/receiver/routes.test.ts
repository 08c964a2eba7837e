import assert from 'node:assert/strict';
import { quoted, Refused } from '../../../src/receiver/refused.ts';
import { signalOfMethod, signalOfPath } from '../../../src/receiver/routes.ts';

function refusal(call: () => unknown): Refused {
  try {
    call();
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
  throw new Error('It was taken');
}

describe('routes', () => {
  it('a query and a fragment do not matter', () => {
    assert.equal(signalOfPath('/v1/traces?key=/v1/logs'), 'traces');
    assert.equal(signalOfPath('/a/v1/metrics#x'), 'metrics');
  });

  it('a prefix may contain what is almost a signal path', () => {
    assert.equal(signalOfPath('/v1/tracesX/v1/traces'), 'traces');
    assert.equal(signalOfPath('/my/v1/v1/logs'), 'logs');
  });

  it('the case of a path matters, and the answer says which is right', () => {
    assert.match(refusal(() => signalOfPath('/V1/Logs')).message, /the path is \/v1\/logs/);
  });

  it('a path that is none names the root', () => {
    assert.match(refusal(() => signalOfPath('')).reason, /sent to \/; the path is \/v1\/traces/);
    assert.match(refusal(() => signalOfPath('*')).reason, /sent to \*; the path is \/v1\/traces/);
  });

  it('a hundred thousand slashes take no time', () => {
    const began = performance.now();
    refusal(() => signalOfPath(`${'/v1/'.repeat(100_000)}x`));
    refusal(() => signalOfPath('/'.repeat(100_000)));
    assert.ok(performance.now() - began < 200);
  });

  it('only the three methods of OTLP are methods', () => {
    assert.equal(signalOfMethod('/opentelemetry.proto.collector.logs.v1.LogsService/Export'), 'logs');
    for (const path of [
      '/opentelemetry.proto.collector.logs.v1.TraceService/Export',
      '/opentelemetry.proto.collector.trace.v1.TraceService/Export/',
      '/opentelemetryxproto.collector.trace.v1.TraceService/Export',
      '/v1/traces',
    ]) {
      assert.equal(refusal(() => signalOfMethod(path)).grpcCode, 12, path);
    }
  });

  it('what is quoted holds no control characters and is cut', () => {
    assert.equal(quoted('a\u001b[31m\u202eb\nc'), 'a\ufffd[31m\ufffdb\ufffdc');
    assert.equal(quoted('x'.repeat(101)), `${'x'.repeat(100)}…`);
  });
});
