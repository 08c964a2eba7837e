import assert from 'node:assert/strict';
import { variableLines } from '../../../src/environment/variableLines.ts';
import { hostsFor } from '../../../src/receiver/addresses.ts';
import type { ReceiverState } from '../../../src/receiver/state.ts';
import { isAcceptableToken, makeToken, tokenHeaders } from '../../../src/receiver/token.ts';

function listening(...hosts: string[]): ReceiverState {
  const endpoints = hosts.map(host => ({ url: `http://${host}:4318`, port: 4318, host }));
  const [main] = endpoints;
  assert.ok(main);
  return { phase: 'listening', endpoints, main, taken: [] };
}

describe('the variables that are copied', () => {
  it('name an address that others can reach, and the token', () => {
    assert.equal(
      variableLines(listening('127.0.0.1', '172.17.0.1'), 'T'),
      'OTEL_EXPORTER_OTLP_ENDPOINT=http://172.17.0.1:4318\nOTEL_EXPORTER_OTLP_HEADERS=x-spanside-token=T\n',
    );
  });

  it('name no address that stands for every interface', () => {
    const [line] = variableLines(listening('127.0.0.1', '0.0.0.0'), 'T').split('\n');
    assert.match(line ?? '', /=http:\/\/(?!0\.0\.0\.0)[\d.]+:4318$/);
  });
});

describe('a token', () => {
  it('E-05: of 32 bytes, never the same, and the same after the decoding of headers', () => {
    const [one, other] = [makeToken(), makeToken()];
    assert.notEqual(one, other);
    assert.equal(Buffer.from(one, 'base64url').length, 32);
    assert.ok(isAcceptableToken(one));
    const value = tokenHeaders(one).split('=')[1] ?? '';
    // Java decodes a plus as a space.
    assert.equal(decodeURIComponent(value.replaceAll('+', ' ')), one);
  });

  for (const bad of ['', 'short', 'with a space in it', 'a,b=c,d=e,f=g,h=i', 'x'.repeat(600)]) {
    it(`is not ${JSON.stringify(bad.slice(0, 30))}`, () => assert.ok(!isAcceptableToken(bad)));
  }
});

describe('the hosts of a bind address', () => {
  const cases: [string, readonly string[] | undefined][] = [
    ['localhost', ['127.0.0.1', '::1']],
    ['', ['127.0.0.1', '::1']],
    ['127.0.0.1', ['127.0.0.1', '::1']],
    ['::1', ['127.0.0.1', '::1']],
    ['127.0.0.2', ['127.0.0.1', '::1', '127.0.0.2']],
    ['0.0.0.0', ['0.0.0.0', '::1']],
    ['::', ['0.0.0.0', '::']],
    [' 172.17.0.1 ', ['127.0.0.1', '::1', '172.17.0.1']],
    ['[fd00::1]', ['127.0.0.1', '::1', 'fd00::1']],
    ['devbox.example', undefined],
    ['0', undefined],
  ];
  for (const [address, hosts] of cases) {
    it(`${JSON.stringify(address)}: ${hosts?.join(', ') ?? 'none'}`, () => assert.deepEqual(hostsFor(address), hosts));
  }
});
