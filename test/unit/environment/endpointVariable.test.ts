import assert from 'node:assert/strict';
import {
  decides,
  ENDPOINT_VARIABLE,
  endpointToSet,
  HEADERS_VARIABLE,
  setsHeaders,
  variablesOfEnvFile,
  variablesToSet,
} from '../../../src/environment/endpointVariable.ts';
import type { ReceiverState } from '../../../src/receiver/state.ts';

function listening(port: number): ReceiverState {
  const main = { url: `http://127.0.0.1:${port}`, port, host: '127.0.0.1' };
  return { phase: 'listening', endpoints: [main], main, taken: [] };
}

function tookOver(before: number): ReceiverState {
  const state = listening(4318);
  const kept = { url: `http://127.0.0.1:${before}`, port: before, host: '127.0.0.1' };
  return { ...state, kept } as ReceiverState;
}

describe('the endpoint programs are told', () => {
  const cases: [string, ReceiverState, Record<string, unknown>[], string | undefined][] = [
    ['none at the default port', listening(4318), [{}], undefined],
    ['another port', listening(5000), [{}], 'http://127.0.0.1:5000'],
    ['the port of before, where the default one was taken over', tookOver(5000), [{}], 'http://127.0.0.1:5000'],
    ['none while the receiver is off', { phase: 'off' }, [{}], undefined],
    ['none while it waits', { phase: 'waiting', port: 5000 }, [{}], undefined],
    ['none where the environment has one', listening(5000), [{ [ENDPOINT_VARIABLE]: 'x' }], undefined],
    ['none where any environment has one', listening(5000), [{}, { [ENDPOINT_VARIABLE]: '' }], undefined],
    ['none where traces go elsewhere', listening(5000), [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'x' }], undefined],
    ['none where the name is in lower case', listening(5000), [{ otel_exporter_otlp_endpoint: 'x' }], undefined],
    ['a setting of null removes it', listening(5000), [{ [ENDPOINT_VARIABLE]: null }], 'http://127.0.0.1:5000'],
    ['other variables decide nothing', listening(5000), [{ OTEL_SERVICE_NAME: 'x' }], 'http://127.0.0.1:5000'],
  ];
  for (const [what, state, environments, expected] of cases) {
    it(what, () => assert.equal(endpointToSet(state, environments), expected));
  }
});

describe('a file of variables', () => {
  const cases: [string, boolean][] = [
    ['OTEL_EXPORTER_OTLP_ENDPOINT=http://x', true],
    ['A=1\r\n  export OTEL_EXPORTER_OTLP_ENDPOINT = "x"\r\n', true],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=', true],
    ['# OTEL_EXPORTER_OTLP_ENDPOINT=http://x', false],
    ['A=OTEL_EXPORTER_OTLP_ENDPOINT=x', false],
    ['OTEL_EXPORTER_OTLP_ENDPOINT_2=x', false],
    ['', false],
  ];
  for (const [text, expected] of cases) {
    it(`${JSON.stringify(text)} ${expected ? 'decides' : 'does not decide'}`, () =>
      assert.equal(decides(variablesOfEnvFile(text)), expected));
  }
});

describe('the token programs are told', () => {
  const token = 'abcdefghijklmnop';
  const headers = `x-spanside-token=${token}`;
  const cases: [string, number, Record<string, unknown>[], Record<string, string>][] = [
    ['at the default port the token alone', 4318, [{}], { [HEADERS_VARIABLE]: headers }],
    [
      'elsewhere the endpoint too',
      5000,
      [{}],
      { [ENDPOINT_VARIABLE]: 'http://127.0.0.1:5000', [HEADERS_VARIABLE]: headers },
    ],
    ['nobody who sends to another place', 4318, [{ [ENDPOINT_VARIABLE]: 'https://vendor.example' }], {}],
    ['nobody who has headers', 4318, [{}, { [HEADERS_VARIABLE]: 'a=b' }], {}],
    ['nobody who has headers for traces', 4318, [{ otel_exporter_otlp_traces_headers: '' }], {}],
  ];
  for (const [what, port, environments, expected] of cases) {
    it(what, () =>
      assert.deepEqual(Object.fromEntries(variablesToSet(listening(port), token, environments)), expected),
    );
  }

  it('is none where the receiver wants none, or does not listen', () => {
    assert.equal(variablesToSet(listening(4318), undefined, [{}]).size, 0);
    assert.equal(variablesToSet({ phase: 'off' }, token, [{}]).size, 0);
  });

  it('finds headers in a file of variables', () => {
    assert.ok(setsHeaders(variablesOfEnvFile('export OTEL_EXPORTER_OTLP_HEADERS="a=b"')));
    assert.ok(!setsHeaders(variablesOfEnvFile('OTEL_EXPORTER_OTLP_HEADER=a')));
  });
});
