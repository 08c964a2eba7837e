import assert from 'node:assert/strict';
import { countMetricPoints } from '../../../src/otlp/scanMetrics.ts';
import { requestOf, type Signal } from '../../../src/otlp/schema.ts';
import { jsonToProto, protoToJson } from '../../../src/otlp/transcode.ts';
import { REQUEST_NAMES, REQUESTS, utf8 } from '../../unit/otlp/samples.ts';
import { mutateBytes } from '../mutateBytes.ts';
import { secondOpinion } from '../oracle.ts';
import type { Random } from '../random.ts';
import { Finding, type Target } from '../target.ts';
import { mutateFields, randomFields, readFields, writeFields } from '../wireTree.ts';
import { agreeOnLogs, agreeOnTraces } from './agree.ts';
import { openLogs, openTraces, unlessMalformed } from './openers.ts';
import { sameMessage } from './sameMessage.ts';

/** Export requests as protobuf: the scanner, the decoders and the printer, against each other and against protobufjs. */
export function protobufTarget(signal: Signal): Target {
  const message = requestOf(signal);
  return {
    name: signal,
    covers: /\/src\/otlp\/(?!status|json(?!Printer)|keyTable|splice)/,
    seeds: () => [jsonToProto(signal, utf8(REQUESTS[signal])), new Uint8Array()],
    generate: random => writeFields(randomFields(message, random), random),
    mutate(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
      if (random.once(2)) return mutateBytes(input, random, other);
      const fields = readFields(input, message);
      for (let i = random.below(3); i >= 0; i--) mutateFields(fields, message, random);
      return writeFields(fields, random);
    },
    allowedMs: length => 200 + length / 100,
    run: body => check(signal, body),
  };
}

function check(signal: Signal, body: Uint8Array): void {
  const before = Buffer.from(body);
  const theirs = secondOpinion(REQUEST_NAMES[signal], body);
  let opened: unknown;
  if (signal === 'traces') {
    const traces = openTraces(body);
    if (traces && theirs) agreeOnTraces(traces, theirs);
    opened = traces;
  } else if (signal === 'logs') {
    const logs = openLogs(body);
    if (logs && theirs) agreeOnLogs(logs, theirs);
    opened = logs;
  } else opened = unlessMalformed(() => countMetricPoints(body));
  assert.ok(before.equals(body), 'the body was changed while it was read');
  // protobufjs refuses more, text that is not UTF-8 for example; what it takes is a valid message.
  if (theirs !== undefined && opened === undefined && !isStricter(signal, body)) {
    throw new Finding('protobufjs reads it and the scanner refuses it');
  }
  const json = unlessMalformed(() => protoToJson(signal, body));
  if (json === undefined) {
    // A span without ids may be broken: it is refused alone.
    if (opened !== undefined && signal !== 'traces') throw new Finding('the scanner takes it and it cannot be printed');
    return;
  }
  JSON.parse(json);
  const back = jsonToProto(signal, utf8(json));
  assert.equal(protoToJson(signal, back), json, 'printed again it is another text');
  if (theirs !== undefined) sameMessage(theirs, secondOpinion(REQUEST_NAMES[signal], back));
}

/**
 * Whether it was refused for its depth, which the two count differently by one or two, or for a number longer than ten
 * bytes in a field that protobufjs skips without a look.
 */
function isStricter(signal: Signal, body: Uint8Array): boolean {
  try {
    protoToJson(signal, body);
  } catch (error) {
    return error instanceof Error && /deep|longer than ten bytes/.test(error.message);
  }
  return false;
}
