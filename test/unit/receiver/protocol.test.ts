import assert from 'node:assert/strict';
import { protocolOf } from '../../../src/receiver/multiplexer.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

describe('protocolOf', () => {
  it('is undecided for every beginning of the HTTP/2 preface, and for nothing at all', () => {
    for (let length = 0; length < PREFACE.length; length++) {
      assert.equal(protocolOf(Buffer.from(PREFACE.slice(0, length))), 'undecided', `${length} bytes`);
    }
  });

  it('is HTTP/1.1 as soon as one byte differs', () => {
    for (let length = 1; length <= PREFACE.length; length++) {
      const bytes = Buffer.from(PREFACE.slice(0, length));
      bytes.writeUInt8(bytes.readUInt8(length - 1) ^ 0x20, length - 1);
      assert.equal(protocolOf(bytes), 'http1', `${length} bytes`);
    }
  });

  const decided: [string, string][] = [
    [PREFACE, 'http2'],
    [`${PREFACE}\0\0\0\x04`, 'http2'],
    ['POST /v1/traces', 'http1'],
    ['PO', 'http1'],
    ['GET', 'http1'],
    ['\x16\x03\x01', 'tls'],
    ['\x16', 'tls'],
    ['\0', 'http1'],
  ];
  for (const [start, protocol] of decided) {
    it(`${JSON.stringify(start)} is ${protocol}`, () =>
      assert.equal(protocolOf(Buffer.from(start, 'latin1')), protocol));
  }
});
