import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { scanLogs } from '../../../src/otlp/scanLogs.ts';
import { scanTraces } from '../../../src/otlp/scanTraces.ts';
import { requestOf } from '../../../src/otlp/schema.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import { applyBlanking, planBlanking } from '../../../src/store/blank.ts';
import { FRAME_HEADER, FRAME_SIGNALS, framesOf, isIntact } from '../../../src/store/segmentFile.ts';
import { REQUESTS, utf8 } from '../../unit/otlp/samples.ts';
import { mutateBytes } from '../mutateBytes.ts';
import { Random } from '../random.ts';
import type { Target } from '../target.ts';
import { mutateFields, randomFields, readFields, writeFields } from '../wireTree.ts';
import { unlessMalformed } from './openers.ts';

const SIGNALS = ['traces', 'logs'] as const;

/**
 * Deleting spans and log records where they lie in a segment. The first byte of an input says the signal, the second what
 * stays; the rest is a request, which lies in the segment twice.
 */
export const blankTarget: Target = {
  name: 'blank',
  covers: /\/src\/store\/(blank|deadFinder|filler)/,
  seeds: () =>
    SIGNALS.map((signal, i) => Buffer.concat([Buffer.of(i, 3), jsonToProto(signal, utf8(REQUESTS[signal]))])),
  generate(random) {
    const kind = random.below(2);
    const fields = randomFields(requestOf(SIGNALS[kind]!), random);
    return Buffer.concat([Buffer.of(kind, random.below(256)), writeFields(fields)]);
  },
  mutate(input, random, other) {
    if (random.once(3)) return mutateBytes(input, random, other);
    const message = requestOf(SIGNALS[(input[0] ?? 0) % 2]!);
    const fields = readFields(input.subarray(2), message);
    mutateFields(fields, message, random);
    return Buffer.concat([Buffer.of(input[0] ?? 0, random.below(256)), writeFields(fields, random)]);
  },
  allowedMs: length => 200 + length / 100,
  run(input) {
    const signal = SIGNALS[(input[0] ?? 0) % 2]!;
    const choice = input[1] ?? 0;
    const body = input.subarray(2);
    const found = unlessMalformed(() => placesOf(signal, body));
    if (!found) return;
    check(signal, body, found, choice);
  },
};

interface Place {
  offset: number;
  length: number;
  /** Offsets of the messages around it. */
  around: readonly number[];
}

function placesOf(signal: (typeof SIGNALS)[number], body: Uint8Array): Place[] {
  const scan = signal === 'traces' ? scanTraces(body) : scanLogs(body);
  return Array.from({ length: scan.count }, (_, i) => {
    const scope = scan.scopes[scan.scope[i]!]!;
    const resource = scan.resources[scope.resource]!;
    return { offset: scan.offsets[i]!, length: scan.lengths[i]!, around: [scope.offset, resource.offset] };
  });
}

function check(signal: (typeof SIGNALS)[number], body: Uint8Array, places: readonly Place[], choice: number): void {
  const frame = frameOf(signal, body);
  const before = Buffer.concat([frame, frame]);
  const random = new Random(choice);
  const staying: { offset: number; length: number }[] = [];
  const dead: typeof staying = [];
  const offsets = new Set<number>();
  for (const request of [FRAME_HEADER, frame.length + FRAME_HEADER]) {
    for (const { offset, length, around } of places) {
      const item = { offset: request + offset, length };
      if (choice === 0 || random.below(3) > 0) dead.push(item);
      else {
        staying.push(item);
        for (const place of [request, request + offset, ...around.map(each => request + each)]) offsets.add(place);
      }
    }
  }
  const alive = { offsets: Uint32Array.from([...offsets].sort((a, b) => a - b)), looseLogs: false, metrics: false };
  const content = Buffer.from(before);
  const plan = planBlanking(content, alive);
  assert.ok(content.equals(before), 'a plan changes nothing');
  const changed = applyBlanking(content, plan);
  assert.equal(content.length, before.length);
  assert.deepEqual(plan.damaged, [], 'a sound segment is said to be damaged');
  assert.equal(plan.alive, staying.length > 0, 'whether anything stays');
  for (const { offset, length } of staying) {
    assert.ok(content.subarray(offset, offset + length).equals(before.subarray(offset, offset + length)), 'what stays');
  }
  for (const { offset, length } of dead) {
    // What may be left of a dead item: the head of a filler of six bytes at most, then zeros.
    assert.ok(
      content.subarray(offset + 6, offset + length).every(byte => byte === 0),
      'a dead item can still be read',
    );
  }
  const patched = Buffer.from(before);
  for (const { offset, length } of changed) content.copy(patched, offset, offset, offset + length);
  assert.ok(patched.equals(content), 'something changed beside what is said to have changed');
  for (const each of framesOf(content)) {
    assert.ok(isIntact(content, each), 'the checksum of a request');
    const request = content.subarray(each.offset, each.offset + each.length);
    // Throws where it is no request any more.
    placesOf(signal, request);
  }
  assert.equal([...framesOf(content)].length, 2);
  const again = planBlanking(content, alive);
  assert.deepEqual([again.dead, again.requests, again.damaged], [[], [], []], 'there is nothing left to do');
  // As a crash leaves it: some blocks are on disk, some are not.
  const torn = Buffer.from(before);
  for (let at = 0; at < torn.length; at += 16) if (random.once(2)) content.copy(torn, at, at, at + 16);
  applyBlanking(torn, plan);
  assert.ok(torn.equals(content), 'done again after a crash it is something else');
}

function frameOf(signal: (typeof SIGNALS)[number], body: Uint8Array): Buffer {
  const header = Buffer.alloc(FRAME_HEADER);
  header.write('SP', 'latin1');
  header.writeUInt8(1, 2);
  header.writeUInt8(FRAME_SIGNALS.indexOf(signal), 3);
  header.writeUInt32LE(body.length, 4);
  header.writeDoubleLE(1_760_000_000_000, 8);
  header.writeUInt32LE(crc32(body), 16);
  return Buffer.concat([header, body]);
}
