import { readFileSync } from 'node:fs';
import { cp, symlink } from 'node:fs/promises';
import path from 'node:path';
import { cached, root, type Say } from './cache.ts';
import { answers, run } from './processes.ts';

export const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Versions that install together; the distribution is published as a pre-release only. */
const PYTHON_SDK = '1.45.2';
const PYTHON_DISTRO = '0.66b2';

/** Copies the programs that are traced in the tests into a folder, with the packages they import. */
export async function copyPrograms(folder: string): Promise<void> {
  await cp(path.join(root, 'test/sample/checkout'), folder, { recursive: true });
  await cp(path.join(root, 'test/fixtures/python'), folder, { recursive: true });
  await linkModules(folder);
}

/** Lets a copied program find the packages of the checkout. */
export async function linkModules(folder: string): Promise<void> {
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
}

/** The environment of a traced program: nothing of OpenTelemetry but where to send, and how where that is told. */
export function tracedEnvironment(endpoint: string, protocol?: Protocol): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  return {
    ...Object.fromEntries(kept),
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    ...(protocol ? { OTEL_EXPORTER_OTLP_PROTOCOL: protocol } : {}),
  };
}

/** Runs a program that prints `exported MILLISECONDS` when its last export has been answered; gives that time. */
async function exported(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const output = await run(command, args, { cwd, env, timeout: 60_000 });
  const time = /^exported (\d+)$/m.exec(output)?.[1];
  // An SDK that could not send says so and ends well; such a run has to fail here, not as a trace that never comes.
  if (!time || /error|refused|unavailable/i.test(output)) throw new Error(`The program did not export:\n${output}`);
  return Number(time);
}

/** Sends one trace named `name` by the JavaScript SDK. */
export function sendFromNode(folder: string, name: string, endpoint: string, protocol?: Protocol): Promise<number> {
  return exported(process.execPath, ['checkout.mjs', name], folder, tracedEnvironment(endpoint, protocol));
}

/** A virtual environment with the Python SDK; `undefined`, and said aloud, where there is no Python. */
export async function providePython(say: Say): Promise<string | undefined> {
  if (!(await answers('python3', ['-c', 'import venv, ensurepip']))) {
    say('SKIPPED: there is no python3 with venv here, so nothing is sent by the Python SDK.');
    return undefined;
  }
  const folder = await cached(`python-opentelemetry-${PYTHON_SDK}`, async folder => {
    say('Installing the Python SDK of OpenTelemetry into a virtual environment; only the first time.');
    await run('python3', ['-m', 'venv', folder]);
    const packages = [
      `opentelemetry-sdk==${PYTHON_SDK}`,
      `opentelemetry-exporter-otlp==${PYTHON_SDK}`,
      `opentelemetry-distro==${PYTHON_DISTRO}`,
    ];
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    await run(path.join(folder, 'bin/python'), pip, { timeout: 300_000 });
  });
  return path.join(folder, 'bin');
}

/** Sends one trace named `name` by the Python SDK, set up by its own `opentelemetry-instrument`. */
export function sendFromPython(
  bin: string,
  folder: string,
  name: string,
  endpoint: string,
  protocol?: Protocol,
): Promise<number> {
  const args = [path.join(bin, 'python'), 'checkout.py', name];
  return exported(path.join(bin, 'opentelemetry-instrument'), args, folder, tracedEnvironment(endpoint, protocol));
}

/** The number of the only line of a file that holds `text`: so that tests name code and not line numbers. */
export function lineOf(file: string, text: string): number {
  const lines = readFileSync(file, 'utf8').split('\n');
  const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
  if (found.length !== 1) throw new Error(`${file} has ${found.length} lines with ${JSON.stringify(text)}, not one.`);
  return found[0]!;
}
