import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CollectorApi } from '../../src/collector/api.ts';
import type { TraceId } from '../../src/model/ids.ts';
import { type Collecting, collect } from '../harness/collecting.ts';
import { until } from '../harness/processes.ts';
import { spanId, type TestSpan, traceBody, traceId, traceRequest } from '../harness/requests.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { http1, JSON_TYPE, PROTOBUF } from './support/clients.ts';

const RUNS = process.env['SPANSIDE_LONG'] === undefined ? 24 : 300;
const REQUESTS = 12;
const START = 1_725_000_000_000_000_000n;
const SERVICES = ['shop', 'stock', 'mail'];

/** A span and the service that sends it. */
interface Sent {
  span: TestSpan;
  service: string;
}

/** Two traces with roots, orphans, cycles, errors, equal times, open spans and spans that are sent twice, changed. */
const batch: fc.Arbitrary<Sent[]> = fc
  .array(
    fc.record({
      trace: fc.integer({ min: 1, max: 2 }),
      id: fc.integer({ min: 1, max: 9 }),
      parent: fc.option(fc.integer({ min: 1, max: 11 }), { nil: undefined }),
      start: fc.integer({ min: 0, max: 5 }),
      length: fc.integer({ min: 0, max: 5 }),
      service: fc.constantFrom(...SERVICES),
      error: fc.boolean(),
      open: fc.boolean(),
      updated: fc.boolean(),
    }),
    { minLength: 1, maxLength: 16 },
  )
  .map(drawn => {
    const distinct = new Map(drawn.map(one => [`${one.trace} ${one.id}`, one]));
    return [...distinct.values()].flatMap(one => {
      const start = START + BigInt(one.start) * 1_000_000n;
      const end = start + BigInt(one.length) * 1_000_000n;
      const span: TestSpan = {
        traceId: traceId(one.trace),
        spanId: spanId(one.id),
        ...(one.parent !== undefined && { parentSpanId: spanId(one.parent) }),
        name: `work ${one.id}`,
        start: String(start),
        end: String(end),
        error: one.error,
      };
      const before = { ...span, end: one.open ? '0' : String(start - 1n), name: 'begun', error: !one.error };
      return [span, ...(one.updated ? [before] : [])].map(span => ({ span, service: one.service }));
    });
  });

/** Where each span goes: into one or two of some requests, which are sent in the order of their keys. */
const distribution = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 11 })), {
  minLength: 32,
  maxLength: 32,
});

describe('S-14: any order, split and overlapping re-split of the same spans', () => {
  const folder = temporaryFolder();
  let running: Collecting;
  beforeEach(async () => {
    running = await collect(folder());
  });
  afterEach(() => running.collector.dispose());

  async function send(spans: Sent[], json: boolean): Promise<void> {
    // A request per service: what stands under one resource stays under it.
    for (const service of SERVICES) {
      const own = spans.filter(sent => sent.service === service).map(({ span }) => span);
      if (own.length === 0) continue;
      const call = json
        ? { headers: JSON_TYPE, body: Buffer.from(JSON.stringify(traceRequest(own, service))) }
        : { headers: PROTOBUF, body: traceBody(own, service) };
      const { status, body } = await http1(running.port, call);
      assert.equal(status, 200, body.toString());
    }
  }

  /** @param between happens after half of the requests */
  async function holds(runs: number, between: () => Promise<void>): Promise<void> {
    const property = fc.asyncProperty(batch, distribution, fc.boolean(), async (spans, places, parallel) => {
      const ids = [...new Set(spans.map(({ span }) => span.traceId as TraceId))];
      await send(spans, false);
      const wanted = await picture(running.collector, ids, spans);
      await forget(running.collector, ids);

      const requests = Array.from({ length: REQUESTS }, (): Sent[] => []);
      spans.forEach((sent, i) => {
        const [first, second] = places[i % places.length]!;
        requests[first]!.unshift(sent);
        requests[second]!.push(sent);
      });
      const sending = requests.map((request, i) => () => send(request, i % 3 === 0));
      for (const half of [sending.slice(0, REQUESTS / 2), sending.slice(REQUESTS / 2)]) {
        if (parallel) await Promise.all(half.map(one => one()));
        else for (const one of half) await one();
        await between();
      }
      // Everything once more, as a sender does that heard no answer.
      await send([...spans].reverse(), true);
      const got = await picture(running.collector, ids, spans);
      await forget(running.collector, ids);
      assert.deepEqual(got, wanted);
    });
    await fc.assert(property, { numRuns: runs });
  }

  it(`gives the same traces (${RUNS} cases)`, async function () {
    this.timeout(RUNS * 3_000);
    await holds(RUNS, async () => {});
  });

  it(`gives the same traces when the store is closed and opened in between (${RUNS / 6} cases)`, async function () {
    this.timeout(RUNS * 3_000);
    await holds(RUNS / 6, async () => {
      await running.collector.dispose();
      running = await collect(folder());
    });
  });
});

/** All that can be seen of some traces, once everything is there, without what tells when it came. */
async function picture(collector: CollectorApi, ids: TraceId[], sent: Sent[]): Promise<object[]> {
  const pictures: object[] = [];
  for (const id of ids) {
    const versions = new Set(sent.filter(({ span }) => span.traceId === id).map(sent => JSON.stringify(sent)));
    const otlp = await until('every version of every span is there', async () => {
      const spans = otlpSpans((await collector.otlp(id)) ?? '{"resourceSpans":[]}');
      return new Set(spans).size >= versions.size && spans;
    });
    const { receivedAt, version, ...summary } = (await collector.summary(id))!;
    pictures.push({ summary, columns: await collector.columns(id), otlp: [...new Set(otlp)].sort() });
  }
  return pictures;
}

/** Each span of an export with its resource and scope. */
function otlpSpans(text: string): string[] {
  const { resourceSpans } = JSON.parse(text) as {
    resourceSpans: { resource: object; scopeSpans: { scope: object; spans: object[] }[] }[];
  };
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => spans.map(span => JSON.stringify({ resource, scope, span }))),
  );
}

async function forget(collector: CollectorApi, ids: TraceId[]): Promise<void> {
  await collector.deleteTraces(ids);
  await until('they are gone', async () => (await collector.listTraces({ limit: 1 })).total === 0);
}
