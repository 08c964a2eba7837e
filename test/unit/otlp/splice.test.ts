import assert from 'node:assert/strict';
import { scanLogs } from '../../../src/otlp/scanLogs.ts';
import { scanTraces } from '../../../src/otlp/scanTraces.ts';
import { type SplicePart, type Stretch, spliceLogs, spliceTraces } from '../../../src/otlp/splice.ts';
import { jsonToProto, protoToJson } from '../../../src/otlp/transcode.ts';
import { REQUESTS, utf8 } from './samples.ts';
import { traces } from './spans.ts';

interface Scan {
  count: number;
  offsets: Uint32Array;
  lengths: Uint32Array;
  scope: Uint32Array;
  scopes: (Stretch & { resource: number })[];
  resources: Stretch[];
}

/** The items of a scan that are wanted, with what lies around them. */
function part(body: Uint8Array, scan: Scan, wanted: (i: number) => boolean): SplicePart {
  const items = Array.from({ length: scan.count }, (_, i) => i).filter(wanted);
  const resources = scan.resources.map((resource, r) => ({
    ...resource,
    scopes: scan.scopes
      .map((scope, s) => ({
        ...scope,
        spans: items
          .filter(i => scan.scope[i] === s)
          .map(i => ({ offset: scan.offsets[i]!, length: scan.lengths[i]! })),
      }))
      .filter(scope => scope.resource === r && scope.spans.length > 0),
  }));
  return { body, resources: resources.filter(resource => resource.scopes.length > 0) };
}

function around(spans: string, more = ''): string {
  return `{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"stringValue":"b"}}],"new":1},"scopeSpans":[{"scope":{"name":"lib","new":2},"spans":[${spans}],"schemaUrl":"s","new":3}],"schemaUrl":"r","new":4,"@unknownFields":"oAYB"}]${more}}`;
}

/** Resource and scope fields come first in what is spliced, so the text is compared by content. */
function content(bytes: Uint8Array): unknown {
  return JSON.parse(protoToJson('traces', bytes));
}

describe('splicing', () => {
  it('gives back a whole request', () => {
    const json = around('{"name":"a"},{"name":"b","new":5}', ',"new":6,"@unknownFields":"oAYC"');
    const body = traces(json);
    assert.deepEqual(content(spliceTraces([part(body, scanTraces(body), () => true)])), JSON.parse(json));
  });

  it('leaves out what is not wanted and keeps all that lies around the rest', () => {
    const body = traces(around('{"name":"a"},{"name":"b"},{"name":"c"}', ',"new":6'));
    const spliced = spliceTraces([part(body, scanTraces(body), i => i !== 1)]);
    assert.deepEqual(content(spliced), JSON.parse(around('{"name":"a"},{"name":"c"}', ',"new":6')));
  });

  it('joins requests, the unknown fields of each once', () => {
    const one = traces(around('{"name":"a"}', ',"one":1'));
    const two = traces(around('{"name":"b"},{"name":"c"}', ',"two":2'));
    const spliced = spliceTraces([part(one, scanTraces(one), () => true), part(two, scanTraces(two), i => i === 1)]);
    const list = (json: string) => (JSON.parse(json) as { resourceSpans: unknown[] }).resourceSpans;
    assert.deepEqual(content(spliced), {
      resourceSpans: [...list(around('{"name":"a"}')), ...list(around('{"name":"c"}'))],
      one: 1,
      two: 2,
    });
  });

  it('copies spans byte by byte and the scanner finds them again', () => {
    const body = traces(REQUESTS.traces);
    const scan = scanTraces(body);
    const spliced = spliceTraces([part(body, scan, i => i === 0 || i === 3)]);
    const again = scanTraces(spliced);
    assert.equal(again.count, 2);
    for (const [i, original] of [0, 3].entries()) {
      assert.deepEqual(
        spliced.subarray(again.offsets[i], again.offsets[i]! + again.lengths[i]!),
        body.subarray(scan.offsets[original], scan.offsets[original]! + scan.lengths[original]!),
      );
    }
    assert.deepEqual(
      again.resources.map(resource => resource.service),
      ['shop', ''],
    );
  });

  it('splices logs', () => {
    const body = jsonToProto('logs', utf8(REQUESTS.logs));
    const spliced = spliceLogs([part(body, scanLogs(body), i => i === 0)]);
    const expected = JSON.parse(REQUESTS.logs) as { resourceLogs: { scopeLogs: { logRecords: unknown[] }[] }[] };
    expected.resourceLogs[0]!.scopeLogs[0]!.logRecords.length = 1;
    assert.deepEqual(JSON.parse(protoToJson('logs', spliced)), expected);
  });

  it('makes an empty request of nothing', () => {
    assert.equal(spliceTraces([]).length, 0);
  });
});
