import { connect } from 'node:net';
import { http1, http2, PROTOBUF } from '../../conformance/support/clients.ts';
import { traceRequest } from '../../conformance/support/wire.ts';
import { Random } from '../random.ts';
import { ReceiverChild } from '../receiverChild.ts';
import { Finding, type Target } from '../target.ts';
import { Ending, mutateSession, seedSessions } from './sessions.ts';

/** Connections between two looks at whether all is well. */
const EVERY = 24;
/** After something was found each connection is looked at alone for so long, to know which it was. */
const ALONE = 2_000;
/** How long a connection that is left open gets to answer. */
const PATIENCE_MS = 12;
const SETTLE_MS = 5_000;
const MOST_HEAP = 300 * 1024 * 1024;

/** A whole receiver in a process of its own, on a loopback port, by the bytes of connections. */
export function receiverTarget(): Target {
  let child: ReceiverChild | undefined;
  let recent: Uint8Array[] = [];
  let alone = 0;

  /** All that has to hold between two connections. */
  async function check(): Promise<void> {
    const body = traceRequest();
    const framed = Buffer.concat([Buffer.of(0, 0, 0, 0, body.length), body]);
    const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
    const grpc = { 'content-type': 'application/grpc', te: 'trailers' };
    const { port } = child!;
    const [first, second, third] = await soon([
      http1(port, { headers: PROTOBUF, body }),
      http2(port, { headers: PROTOBUF, body }),
      http2(port, { path, headers: grpc, body: framed }),
    ]);
    const statuses = [first?.status, second?.status, third?.trailers['grpc-status']].join(' ');
    if (statuses !== '200 200 0') throw new Finding(`valid requests are answered ${statuses}`);
    const until = performance.now() + SETTLE_MS;
    for (;;) {
      const { connections, held, heap, surprises } = await child!.ask('state');
      if (surprises[0] !== undefined) throw new Finding(`something failed inside: ${surprises[0]}`);
      if (heap > MOST_HEAP) throw new Finding('its heap grows and grows');
      if (connections === 0 && held === 0) return;
      if (performance.now() > until)
        throw new Finding(`left behind: ${connections} connections, ${held} bytes of the budget`);
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  async function checked(): Promise<Finding | undefined> {
    try {
      await check();
      return undefined;
    } catch (error) {
      return (
        child?.ended ?? (error instanceof Finding ? error : new Finding(`a valid request failed: ${String(error)}`))
      );
    }
  }

  async function renew(): Promise<void> {
    await child?.stop();
    child = await ReceiverChild.start();
  }

  return {
    name: 'receiver',
    covers: /\/src\/receiver\//,
    seeds: seedSessions,
    generate: random => random.pick(seedSessions()),
    mutate: mutateSession,
    // What is slow here is left to the timeouts of the receiver.
    allowedMs: () => Number.POSITIVE_INFINITY,
    start: renew,
    stop: async () => child?.stop(),
    coverage: async () => (child && !child.ended ? (await child.ask('coverage')).scripts : []),
    settled: check,
    async run(input) {
      await send(child!.port, input);
      recent.push(input);
      if (alone > 0) alone--;
      else if (recent.length < EVERY && !child!.ended) return;
      const found = await checked();
      const suspects = recent;
      recent = [];
      if (!found) return;
      await renew();
      if (suspects.length === 1) throw found;
      alone = ALONE;
      for (const suspect of suspects) {
        await send(child!.port, suspect);
        const again = await checked();
        if (!again) continue;
        await renew();
        throw new Finding(again.message, suspect);
      }
      throw new Finding(`${found.message} (no single one of ${suspects.length} connections does it alone)`, input);
    },
  };
}

async function soon<T extends readonly unknown[]>(promises: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Finding('valid requests are not answered')), 10_000);
  });
  try {
    return (await Promise.race([Promise.all(promises), late])) as T;
  } finally {
    clearTimeout(timer);
  }
}

/** Writes a session to the port as it says it is to be written. Resolves when the connection is gone on this side. */
async function send(port: number, input: Uint8Array): Promise<void> {
  const [ending = 0, split = 0] = input;
  const bytes = input.subarray(2);
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    if (answer.length < 4_096) answer += chunk.toString('latin1');
  });
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  const random = new Random(split);
  const pieces = split < 64 ? 1 : 1 + random.below(5);
  for (let i = 0, at = 0; i < pieces && !socket.destroyed; i++) {
    const end = i === pieces - 1 ? bytes.length : at + random.below(bytes.length - at + 1);
    await new Promise<void>(resolve => socket.write(bytes.subarray(at, end), () => resolve()));
    if (pieces > 1) await new Promise(resolve => setImmediate(resolve));
    at = end;
  }
  if (ending % 3 === Ending.reset) socket.resetAndDestroy();
  else {
    if (ending % 3 === Ending.finish) socket.end();
    const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
    await closed;
    clearTimeout(timer);
  }
  await closed;
  const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
  if (status?.startsWith('5') && status !== '503') throw new Finding(`answered ${status}`);
}
