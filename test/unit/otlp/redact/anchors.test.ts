import assert from 'node:assert/strict';
import { Anchors } from '../../../../src/otlp/redact/anchors.ts';

describe('Anchors', () => {
  it('find the same at every address, and nothing in too few bytes', () => {
    const text = Buffer.from('{"api_key":"x","Authorization":"Basic eA==","n":1}');
    const anchors = new Anchors();
    const expected = anchors.find(Uint8Array.from(text));
    assert.ok(expected.length >= 2);
    for (let at = 0; at < 8; at++) {
      const room = new Uint8Array(text.length + at);
      room.set(text, at);
      assert.deepEqual(anchors.find(room.subarray(at)), expected);
      for (let length = 0; length < 3; length++)
        assert.deepEqual(anchors.find(room.subarray(room.length - length)), []);
    }
  });
});
