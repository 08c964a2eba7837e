import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cached, type Say } from '../harness/cache.ts';
import { answers, run } from '../harness/processes.ts';

/** Of the Collector's components and of telemetrygen; later ones are not whole on every Go proxy. */
const VERSION = '0.161.0';
const BUILD_MS = 900_000;

/** Path of `telemetrygen`, built where it is not there yet; `undefined`, and said aloud, where there is no Go. */
export async function provideTelemetrygen(say: Say): Promise<string | undefined> {
  if (!(await hasGo(say, 'telemetrygen'))) return undefined;
  const folder = await cached(`telemetrygen-${VERSION}`, async folder => {
    say('Building telemetrygen; only the first time.');
    await goInstall(`github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@v${VERSION}`, folder);
  });
  return path.join(folder, 'telemetrygen');
}

/**
 * Path of an OpenTelemetry Collector with nothing in it but OTLP in, batches, and OTLP out by gRPC and HTTP; `undefined`,
 * and said aloud, where there is no Go.
 */
export async function provideCollector(say: Say): Promise<string | undefined> {
  if (!(await hasGo(say, 'the OpenTelemetry Collector'))) return undefined;
  const folder = await cached(`otelcol-${VERSION}`, async folder => {
    say('Building an OpenTelemetry Collector; only the first time, a few minutes.');
    await goInstall(`go.opentelemetry.io/collector/cmd/builder@v${VERSION}`, folder);
    const manifest = path.join(folder, 'builder.yaml');
    await writeFile(manifest, builderManifest(path.join(folder, 'build')));
    const args = ['--config', manifest, '--skip-strict-versioning'];
    await run(path.join(folder, 'builder'), args, { cwd: folder, timeout: BUILD_MS });
  });
  return path.join(folder, 'build/otelcol');
}

async function hasGo(say: Say, what: string): Promise<boolean> {
  if (await answers('go', ['version'])) return true;
  say(`SKIPPED: there is no Go here, so nothing is sent by ${what}.`);
  return false;
}

/** Installs one program of a module into a folder. */
async function goInstall(program: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0' };
  await run('go', ['install', program], { cwd: folder, env, timeout: BUILD_MS });
}

function builderManifest(output: string): string {
  const component = (kind: string, name: string) =>
    `${kind}:\n  - gomod: go.opentelemetry.io/collector/${name} v${VERSION}`;
  return [
    'dist:',
    '  name: otelcol',
    '  description: OTLP in, batches, OTLP out',
    `  output_path: ${JSON.stringify(output)}`,
    `  version: ${VERSION}`,
    component('receivers', 'receiver/otlpreceiver'),
    component('processors', 'processor/batchprocessor'),
    component('exporters', 'exporter/otlpexporter'),
    `  - gomod: go.opentelemetry.io/collector/exporter/otlphttpexporter v${VERSION}`,
    '',
  ].join('\n');
}
