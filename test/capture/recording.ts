import { readFileSync, writeFileSync } from 'node:fs';

/** An OTLP request as it was received, without its compression and, for gRPC, without the frame of five bytes. */
export interface Recorded {
  /** Of the request: `/v1/traces`, `/api/public/otel/v1/traces`, or gRPC's name of the method. */
  path: string;
  contentType: string;
  body: Buffer;
}

/** JSON bodies are written as text that can be read, the others in base64. */
interface Line {
  path: string;
  contentType: string;
  text?: string;
  base64?: string;
}

/** One line of JSON for each request, in the order in which they came. */
export function writeRecording(file: string, requests: readonly Recorded[]): void {
  const lines = requests.map(({ path, contentType, body }): Line => {
    const head = { path, contentType };
    return isJson(contentType) ? { ...head, text: body.toString() } : { ...head, base64: body.toString('base64') };
  });
  writeFileSync(file, lines.map(line => `${JSON.stringify(line)}\n`).join(''));
}

export function readRecording(file: string): Recorded[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map(line => {
    const { path, contentType, text, base64 } = JSON.parse(line) as Line;
    const body = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
    return { path, contentType, body };
  });
}

/** The signal that a path is for; `undefined` for one that is no OTLP export. */
export function signalOf(path: string): 'traces' | 'logs' | 'metrics' | undefined {
  const signal =
    /\/v1\/(traces|logs|metrics)$/.exec(path)?.[1] ?? /\.collector\.(trace|logs|metrics)\.v1\./.exec(path)?.[1];
  return (signal === 'trace' ? 'traces' : signal) as 'traces' | 'logs' | 'metrics' | undefined;
}

function isJson(contentType: string): boolean {
  return /^application\/json\b/.test(contentType);
}
