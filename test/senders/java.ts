import path from 'node:path';
import { cached, type Say } from '../harness/cache.ts';
import { answers, run } from '../harness/processes.ts';
import { assertQuiet, type Send, type SentSpan, sentSpans } from './sent.ts';

const AGENT = '2.33.1';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const REQUESTS = 5;

/** The OpenTelemetry agent for Java and a program for it. */
export interface Java {
  agent: string;
  classes: string;
}

/** Brings the agent and compiles the program; `undefined`, and said aloud, where there is no JDK or no Maven. */
export async function provideJava(say: Say): Promise<Java | undefined> {
  for (const [tool, how] of [
    ['javac', '-version'],
    ['mvn', '--version'],
  ] as const) {
    if (await answers(tool, [how])) continue;
    say(`SKIPPED: there is no ${tool} here, so nothing is sent by the Java agent.`);
    return undefined;
  }
  const folder = await cached(`java-agent-${AGENT}`, async folder => {
    say('Bringing the OpenTelemetry agent for Java; only the first time.');
    const artifact = `-Dartifact=io.opentelemetry.javaagent:opentelemetry-javaagent:${AGENT}`;
    await run('mvn', ['-B', '-q', COPY, artifact, `-DoutputDirectory=${folder}`], { timeout: 300_000 });
  });
  const classes = path.join(folder, 'classes');
  await run('javac', ['-d', classes, path.join(import.meta.dirname, 'java/Greetings.java')]);
  return { agent: path.join(folder, `opentelemetry-javaagent-${AGENT}.jar`), classes };
}

/**
 * Runs a program that asks itself for greetings, with the agent.
 * @param environment for the agent, beside what it needs to send
 */
export function javaAgent(java: Java, protocol: 'http/protobuf' | 'grpc', environment: NodeJS.ProcessEnv = {}): Send {
  return async endpoint => {
    const env = {
      ...process.env,
      ...environment,
      OTEL_SERVICE_NAME: 'greetings',
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      // Sends while the program still runs: what is left to its end has to be sent in the time that its end is given.
      OTEL_BSP_SCHEDULE_DELAY: '200',
      // The second one prints each span to the log of the program: that is what was sent.
      OTEL_TRACES_EXPORTER: 'otlp,console',
    };
    const args = [`-javaagent:${java.agent}`, '-cp', java.classes, 'Greetings', String(REQUESTS)];
    const log = await run('java', args, { env, timeout: 60_000 });
    assertQuiet('The Java agent', log, /\] (WARN|ERROR) |Exception/);
    const printed = log.matchAll(/LoggingSpanExporter - '(.*?)' : ([0-9a-f]{32}) ([0-9a-f]{16}) /g);
    const spans = [...printed].map(([, name, traceId, spanId]) => ({ name, traceId, spanId }) as SentSpan);
    if (spans.length !== 2 * REQUESTS) throw new Error(`The agent printed ${spans.length} spans:\n${log}`);
    return sentSpans(spans);
  };
}
