import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import type { Condition } from '../../../../src/model/search/query.ts';
import { jsonToProto } from '../../../../src/otlp/transcode.ts';
import { blockFilter } from '../../../../src/store/search/blockFilter.ts';
import { gather } from '../../../../src/store/search/buildSidecar.ts';
import { Holds, Sidecar, SidecarFlag, writeSidecar } from '../../../../src/store/search/sidecar.ts';
import { FRAME_HEADER, FRAME_SIGNALS, type FrameSignal } from '../../../../src/store/segmentFile.ts';

const id = (n: number, digits: number) => n.toString(16).padStart(digits, '0');
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

function frame(signal: FrameSignal, request: object): Buffer {
  const body = jsonToProto(signal, Buffer.from(JSON.stringify(request)));
  const header = Buffer.alloc(FRAME_HEADER);
  header.write('SP', 'latin1');
  header[2] = 1;
  header[3] = FRAME_SIGNALS.indexOf(signal);
  header.writeUInt32LE(body.length, 4);
  header.writeUInt32LE(crc32(body), 16);
  return Buffer.concat([header, body]);
}

const spanOf = (n: number, more: object = {}) => ({
  traceId: id(n, 32),
  spanId: id(n, 16),
  name: `work ${n}`,
  startTimeUnixNano: String(1_000_000 + n),
  endTimeUnixNano: String(1_000_000 + 3 * n),
  ...more,
});

const spansFrame = (service: string, spans: object[]) =>
  frame('traces', {
    resourceSpans: [
      { resource: { attributes: [text('service.name', service)] }, scopeSpans: [{ scope: { name: 'tests' }, spans }] },
    ],
  });

function sidecarOf(...frames: Buffer[]): Sidecar {
  const content = Buffer.concat(frames);
  const making = gather(content);
  for (let step = making.next(); ; step = making.next()) {
    if (!step.done) continue;
    const read = Sidecar.read(writeSidecar(step.value));
    assert.ok(read);
    assert.equal(read.length, content.length);
    return read;
  }
}

const conditionOf = (search: string): Condition => {
  const { spans } = parseSearch(search);
  assert.equal(spans.type, 'spans');
  return (spans as { condition: Condition }).condition;
};

const mayHold = (sidecar: Sidecar, search: string) => {
  const filter = blockFilter(conditionOf(search));
  return Array.from({ length: sidecar.blocks }, (_, block) => filter(sidecar, block));
};

describe('What is known of a segment', () => {
  const attributes = [
    text('plain', 'Über KELVIN'),
    text('digits', '0200'),
    { key: 'int', value: { intValue: '-42' } },
    { key: 'large', value: { intValue: '9007199254740993' } },
    { key: 'double', value: { doubleValue: 2.5 } },
    { key: 'whole', value: { doubleValue: 7 } },
    { key: 'bool', value: { boolValue: true } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'first' }, { intValue: '5' }] } } },
  ];
  const sidecar = sidecarOf(
    spansFrame('Shop', [
      spanOf(50, {
        attributes,
        kind: 2,
        status: { code: 2, message: 'no stock' },
        events: [{ name: 'exception', attributes: [text('exception.type', 'Gone')] }],
        links: [{ traceId: id(9, 32), spanId: id(9, 16), attributes: [text('why', 'because')] }],
      }),
    ]),
  );

  for (const search of [
    'plain:"über kelvin"',
    '{ .plain = "Über KELVIN" }',
    'digits:200',
    'digits:0200',
    'int:-42',
    'int:"-42"',
    'large:9007199254740993',
    'double:2.5',
    'whole:7',
    '{ .whole = 7.0 }',
    'bool:true',
    'list:FIRST',
    'list:5',
    'service:shop',
    'name:"Work 50"',
    'kind:server',
    'status:error',
    'message:"no stock"',
    'event:exception',
    'exception.type:gone',
    'event.exception.type:gone',
    'why:because',
    'scope:tests',
    'plain:*',
    'plain:!=x',
    'plain:/x.*/',
    'digits:>5',
    'duration:100ns',
    'duration:>99ns',
    'duration:<=100ns',
    'anything',
  ]) {
    it(`may hold ${search}`, () => assert.deepEqual(mayHold(sidecar, search), [true]));
  }
  for (const search of [
    'plain:other',
    'other:"über kelvin"',
    'int:42',
    'large:9007199254740992',
    'double:2',
    'bool:false',
    'service:tests',
    'name:shop',
    'kind:client',
    'missing:*',
    'missing:>5',
    'duration:>101ns',
    'duration:<99ns',
    'service:shop name:other',
  ]) {
    it(`cannot hold ${search}`, () => assert.deepEqual(mayHold(sidecar, search), [false]));
  }

  it('is told apart by blocks, which are all of the content', () => {
    const padded = (n: number) => spanOf(n, { attributes: [text('pad', 'x'.repeat(30_000)), text('n', `n${n}`)] });
    const spans = Array.from({ length: 8 }, (_, n) => padded(n + 1));
    const many = sidecarOf(spansFrame('one', spans), spansFrame('two', [spanOf(9)]));
    assert.ok(many.blocks >= 3);
    let end = 0;
    for (let block = 0; block < many.blocks; block++) {
      assert.equal(many.startOf(block), end);
      end = many.endOf(block);
      for (const { from, to } of many.groupsOf(block)) assert.ok(from >= many.startOf(block) && to <= end);
    }
    assert.equal(end, many.length);
    for (let n = 1; n <= 8; n++) assert.equal(mayHold(many, `n:n${n}`).filter(Boolean).length, 1);
    assert.equal(many.spans, 9);
    assert.equal(many.blockAt(many.startOf(1)), 1);
    assert.equal(many.blockAt(many.startOf(1) - 1), 0);
  });

  it('says how late a trace may have begun: at any time where something has no start', () => {
    assert.equal(sidecarOf(spansFrame('a', [spanOf(3), spanOf(2)])).latestOf(0), 1_000_003n);
    const never = spanOf(2, { startTimeUnixNano: '0' });
    assert.equal(sidecarOf(spansFrame('a', [spanOf(3), never])).latestOf(0), 0x7fff_ffff_ffff_ffffn);
  });

  it('has log records, which may be of any trace', () => {
    const records = [{ traceId: id(1, 32), body: { stringValue: 'hello' }, attributes: [text('level', 'warn')] }];
    const logs = sidecarOf(frame('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] }));
    assert.equal(logs.holdsOf(0), Holds.logs);
    assert.deepEqual([logs.logs, logs.spans, logs.latestOf(0)], [1, 0, 0x7fff_ffff_ffff_ffffn]);
    assert.deepEqual(mayHold(logs, 'level:warn'), [true]);
    assert.deepEqual(mayHold(logs, 'level:error'), [false]);
    assert.deepEqual(mayHold(logs, 'duration:>1ns'), [false]);
  });

  it('says where a span came twice', () => {
    const repeats = (...spans: object[]) => sidecarOf(spansFrame('a', spans)).flags & SidecarFlag.repeats;
    assert.equal(repeats(spanOf(1), spanOf(2)), 0);
    assert.equal(repeats(spanOf(1), spanOf(2), spanOf(1, { name: 'again' })), SidecarFlag.repeats);
    assert.equal(repeats(spanOf(1), spanOf(2, { spanId: id(1, 16) })), 0);
  });

  it('holds none of the values', () => {
    const secret = 'a-secret-that-is-nowhere-else';
    const making = gather(spansFrame(secret, [spanOf(1, { name: secret, attributes: [text(secret, secret)] })]));
    let step = making.next();
    while (!step.done) step = making.next();
    assert.equal(Buffer.from(writeSidecar(step.value)).includes(secret), false);
  });

  it('is not believed where a byte of it is another', () => {
    const making = gather(spansFrame('a', [spanOf(1)]));
    let step = making.next();
    while (!step.done) step = making.next();
    const bytes = writeSidecar(step.value);
    assert.ok(Sidecar.read(bytes));
    for (let at = 0; at < bytes.length; at++) {
      const turned = Uint8Array.from(bytes);
      turned[at]! ^= 0x10;
      // Nobody reads the rest of the head.
      if (at >= 28 && at < 32) continue;
      assert.equal(Sidecar.read(turned), undefined, `byte ${at}`);
    }
    assert.equal(Sidecar.read(bytes.subarray(0, -1)), undefined);
    assert.equal(Sidecar.read(bytes.subarray(0, 10)), undefined);
  });
});
