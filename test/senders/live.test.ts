import { serve, spanside } from '../cli/program.ts';
import { collect } from '../harness/collecting.ts';
import { until } from '../harness/processes.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { SENDERS } from './all.ts';
import type { Send, SentSpan } from './sent.ts';
import { assertSame, assertStored, countsOf } from './stored.ts';

const BRING_MS = 1_800_000;

/** Real programs send as they come; what is stored is held against what they say they sent. */
describe('real senders', () => {
  const folder = temporaryFolder();

  for (const { name, bring } of SENDERS) {
    describe(name, () => {
      let send: Send | undefined;
      before(async function () {
        this.timeout(BRING_MS);
        send = await bring(line => console.log(line));
      });

      it('delivers everything, and nothing is refused', async function () {
        if (!send) return this.skip();
        const { collector, url } = await collect(folder());
        try {
          const counts = countsOf(collector);
          await assertStored(collector, counts, await send(url));
        } finally {
          await collector.dispose();
        }
      });

      if (/logs|metrics/.test(name)) return;
      it('delivers to "spanside serve", where its traces can be read at once', async function () {
        if (!send) return this.skip();
        const server = await serve(folder());
        try {
          const sent = await send(server.url);
          const wanted = Object.values(sent.names).reduce((sum, n) => sum + n, 0);
          const list = await until(`${wanted} spans are listed`, () => listed(folder(), wanted));
          const kept: SentSpan[] = [];
          for (const traceId of list) kept.push(...(await spansOf(folder(), traceId)));
          assertSame(kept, sent);
        } finally {
          await server.stop();
        }
      });
    });
  }
});

/** Ids of the traces in a store that holds so many spans; `undefined` where it holds fewer. */
async function listed(storage: string, wanted: number): Promise<string[] | undefined> {
  const { out } = await spanside(['traces', '--json', '--limit', '1000', '--storage', storage]);
  const lines = out.split('\n').filter(line => line !== '');
  const traces = lines.map(line => JSON.parse(line) as { traceId: string; spanCount: number });
  const spans = traces.reduce((sum, { spanCount }) => sum + spanCount, 0);
  return spans >= wanted ? traces.map(({ traceId }) => traceId) : undefined;
}

async function spansOf(storage: string, traceId: string): Promise<SentSpan[]> {
  const { out } = await spanside(['trace', traceId, '--json', '--storage', storage]);
  const { spans } = JSON.parse(out) as { spans: { spanId: string; name: string }[] };
  return spans.map(({ spanId, name }) => ({ traceId, spanId, name }));
}
