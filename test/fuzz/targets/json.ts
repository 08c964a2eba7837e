import assert from 'node:assert/strict';
import { countMetricPoints } from '../../../src/otlp/scanMetrics.ts';
import { requestOf, type Signal } from '../../../src/otlp/schema.ts';
import { jsonToProto, protoToJson } from '../../../src/otlp/transcode.ts';
import { REQUEST_NAMES, REQUESTS, SIGNALS, utf8, VALUES, withSpan, withValue } from '../../unit/otlp/samples.ts';
import { inflate, mutateBytes } from '../mutateBytes.ts';
import { secondOpinion } from '../oracle.ts';
import { Finding, type Target } from '../target.ts';
import { randomFields, writeFields } from '../wireTree.ts';
import { openLogs, openTraces, unlessMalformed } from './openers.ts';
import { sameMessage } from './sameMessage.ts';
import { JSON_WORDS, mutateTokens } from './words.ts';

/** The first byte of an input says the signal, the rest is the body. */
const inputOf = (signal: Signal, json: string): Uint8Array =>
  Buffer.concat([Buffer.of(SIGNALS.indexOf(signal)), Buffer.from(json)]);

/** Export requests as JSON text: the reader against JSON.parse, and there and back again. */
export const jsonTarget: Target = {
  name: 'json',
  covers: /\/src\/otlp\/(json|keyTable|foreign|transcode|sink|text)/,
  seeds: () => [
    ...SIGNALS.map(signal => inputOf(signal, REQUESTS[signal])),
    ...Object.values(VALUES).map(value => inputOf('traces', withValue(value))),
    ...['"kind":2', '"flags":1.0', '"endTimeUnixNano":"1e3"', '"traceId":"AB"', '"events":[{"attributes":[]}]'].map(
      member => inputOf('traces', withSpan(member)),
    ),
    inputOf('traces', withValue('{"intValue":1e3,"x":[1,{"y":null}],"@unknownFields":"CAE="}')),
  ],
  generate(random) {
    const signal = random.pick(SIGNALS);
    const body = writeFields(randomFields(requestOf(signal), random));
    const json = unlessMalformed(() => protoToJson(signal, body, random.below(3)));
    return inputOf(signal, json ?? REQUESTS[signal]);
  },
  mutate(input, random, other) {
    if (random.once(300)) return inflate(input, random, 200_000);
    return random.once(2) ? mutateTokens(input, random) : mutateBytes(input, random, other, JSON_WORDS);
  },
  allowedMs: length => 200 + length / 50,
  run(input) {
    const signal = SIGNALS[(input[0] ?? 0) % SIGNALS.length]!;
    check(signal, input.subarray(1));
  },
};

function check(signal: Signal, body: Uint8Array): void {
  const bytes = unlessMalformed(() => jsonToProto(signal, body));
  if (bytes === undefined) return;
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), 'a request is an object');
  const taken =
    signal === 'traces'
      ? openTraces(bytes)
      : signal === 'logs'
        ? openLogs(bytes)
        : unlessMalformed(() => countMetricPoints(bytes));
  if (taken === undefined) throw new Finding('what was made of the JSON is refused');
  const json = protoToJson(signal, bytes);
  const back = jsonToProto(signal, utf8(json));
  assert.equal(protoToJson(signal, back), json, 'printed again it is another text');
  const message = secondOpinion(REQUEST_NAMES[signal], bytes);
  // Text without escapes is UTF-8, or the reader has let something through.
  if (message === undefined) throw new Finding('protobufjs refuses what was made of the JSON');
  sameMessage(message, secondOpinion(REQUEST_NAMES[signal], back));
}
