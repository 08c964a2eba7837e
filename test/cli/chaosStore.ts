import { writeSync } from 'node:fs';
import { StoreWriter } from '../../src/store/writer.ts';
import { spanId, traceBody, traceId } from '../harness/requests.ts';
import { Chance } from './chaos.ts';

// Stores, deletes, compresses and cleans until it is killed; says on its standard output what is done for good.

const [folder = '', seed = '', round = ''] = process.argv.slice(2);
console.log = () => {};
const chance = new Chance(Number(seed));
const writer = new StoreWriter(folder);
const say = (what: string, trace: number) => writeSync(1, `${what} ${trace}\n`);
const filler = 'x'.repeat(40_000);
const alive: number[] = [];
let next = Number(round) * 100_000 + 1;
say('begun', 0);

for (;;) {
  const act = chance.next();
  if (act < 0.6 || alive.length === 0) {
    const trace = next++;
    const spans = Array.from({ length: 1 + chance.below(20) }, (_, i) => ({
      spanId: spanId(i + 1),
      traceId: traceId(trace),
      attributes: { secret: `secret of ${trace}.`, filler },
    }));
    writer.add([{ signal: 'traces', body: traceBody(spans), receivedAt: Date.now() }]);
    await writer.sync();
    say('stored', trace);
    alive.push(trace);
    if (chance.next() < 0.5) writer.index();
  } else if (act < 0.8) {
    const trace = alive.splice(chance.below(alive.length), 1)[0] ?? 0;
    say('deleting', trace);
    await writer.deleteTraces([Buffer.from(traceId(trace), 'hex')]);
    say('deleted', trace);
  } else if (act < 0.95) await writer.compress(true);
  else await writer.tidy();
}
