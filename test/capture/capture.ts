import type { Say } from '../harness/cache.ts';
import { run } from '../harness/processes.ts';
import { anonymous, assertAnonymous } from './anonymous.ts';
import { type Captured, writeCaptured } from './captured.ts';
import { type Family, pinned } from './family.ts';
import { type ModelServer, modelServer } from './modelServer.ts';
import { type Recorder, recorder } from './recorder.ts';
import { signalOf } from './recording.ts';
import { surround } from './surroundings.ts';
import { readExchanges, readTold } from './truth.ts';

const TIMEOUT = 120_000;

/**
 * Runs a family's program against the fake model server and writes what it sent, and what really happened, into its
 * folder.
 *
 * @param verbose whether to say what the program prints
 */
export async function capture(family: Family, say: Say, verbose: boolean): Promise<Captured> {
  const { folder, command, args, hidden, installed } = await surround(family, say);
  const model = await modelServer();
  const otlp = await recorder();
  try {
    const env = { ...surroundingVariables(folder, model, otlp), ...family.env };
    const output = await run(command, args, { cwd: folder, env, timeout: TIMEOUT });
    if (verbose) say(output);
    for (const path of [...model.missing(), ...otlp.missing()])
      say(`${family.name}: asked for ${path}, which is not here.`);
    const captured: Captured = {
      otlp: otlp.requests().map(request => ({ ...request, body: anonymous(request.body, hidden) })),
      exchanges: [...model.exchanges()],
      truth: {
        family: family.name,
        versions: pinned(family),
        ...readExchanges(model.exchanges()),
        ...readTold(output),
      },
    };
    assertWhole(captured);
    writeCaptured(family.folder, captured, installed);
    say(`${family.name}: ${summary(captured)}`);
    return captured;
  } finally {
    await Promise.all([model.close(), otlp.close()]);
  }
}

/** Throws where a recording lacks what every one has, or tells what none should. */
function assertWhole({ otlp, exchanges, truth }: Captured): void {
  if (exchanges.length === 0) throw new Error('The program asked the model server for nothing.');
  if (!otlp.some(({ path }) => signalOf(path) === 'traces')) throw new Error('The program sent no traces.');
  for (const { body } of otlp) assertAnonymous(truth.family, body.toString('latin1'));
  assertAnonymous(truth.family, JSON.stringify([exchanges, truth]));
}

function summary({ otlp, truth }: Captured): string {
  const bytes = otlp.reduce((sum, { body }) => sum + body.length, 0);
  const logs = otlp.filter(({ path }) => signalOf(path) === 'logs').length;
  const counts = `${truth.calls.length} calls, ${truth.embeddings.length} embeddings, ${truth.tools.length} tools`;
  return `${otlp.length} requests (${logs} of logs), ${bytes} bytes; ${counts}.`;
}

/** What every program is told: where to send, where the model is, and to talk to nobody else. */
function surroundingVariables(folder: string, model: ModelServer, otlp: Recorder): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LANG', 'SYSTEMROOT'].flatMap(name => (process.env[name] ? [[name, process.env[name]]] : []));
  return {
    ...Object.fromEntries(kept),
    HOME: folder,
    OTLP_HTTP: otlp.http,
    OTLP_GRPC: otlp.grpc,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.http,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_SERVICE_NAME: 'travel-guide',
    OTEL_NODE_RESOURCE_DETECTORS: 'none',
    MODEL: model.url,
    OPENAI_BASE_URL: `${model.url}/v1`,
    OPENAI_API_KEY: 'none',
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: 'none',
    DO_NOT_TRACK: 'true',
    PYTHONWARNINGS: 'ignore',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}
