import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../harness/cache.ts';
import { collect } from '../harness/collecting.ts';
import { SENDERS, type Sender } from './all.ts';
import { type Capture, recordingProxy, writeCapture } from './capture.ts';
import { assertStored, countsOf } from './stored.ts';

// Records what real senders write into test/fixtures/captures, from where the tests send it again:
// `node test/senders/record.ts [--only TEXT]` after a build.
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const say = (line: string) => console.log(line);
// Nothing of the machine it is recorded on belongs into the recording.
process.env['OTEL_JAVA_ENABLED_RESOURCE_PROVIDERS'] = 'none';

for (const sender of SENDERS.filter(({ name }) => name.includes(values.only))) await record(sender);

async function record(sender: Sender): Promise<void> {
  const send = await sender.bring(say);
  if (!send) return;
  const folder = await mkdtemp(path.join(tmpdir(), 'spanside-record-'));
  const { collector, port } = await collect(folder);
  const counts = countsOf(collector);
  const proxy = await recordingProxy(port);
  try {
    const sent = await send(proxy.url);
    await assertStored(collector, counts, sent);
    const capture = { sender: sender.name, sent, requests: counts().requests, connections: proxy.connections() };
    const { traces } = await collector.listTraces({ limit: 1000 });
    const stored = await Promise.all(traces.map(({ traceId }) => collector.otlp(traceId)));
    assertAnonymous(capture, stored.join('\n'));
    const file = `${sender.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.bin`;
    writeCapture(path.join(root, 'test/fixtures/captures', file), capture);
    say(`${file}: ${capture.requests} requests, ${Buffer.concat(capture.connections).length} bytes`);
  } finally {
    proxy.close();
    await collector.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is compressed on the way is looked at as it was stored. */
function assertAnonymous(capture: Capture, stored: string): void {
  const written = Buffer.concat(capture.connections).toString('latin1');
  // A short host name is part of many a word.
  const host = RegExp(`(?<!\\w)${hostname().replace(/\W/g, '\\$&')}(?!\\w)`);
  for (const text of [written, stored]) {
    const found = [`${homedir()}/`, root, process.execPath, `${tmpdir()}/`].find(telling => text.includes(telling));
    if (found || host.test(text)) throw new Error(`${capture.sender} tells of this machine: ${found ?? hostname()}`);
  }
}
