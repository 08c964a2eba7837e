import { get } from 'node:http';
import { IDENTITY_PATH } from './routes.ts';

const PROBE_MS = 500;
const LONGEST_ANSWER = 1_024;

/** Whether what listens on a port of this machine says that it is Spanside. Never rejects. */
export function isSpanside(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const request = get({ host, port, path: IDENTITY_PATH, agent: false, timeout: PROBE_MS }, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > LONGEST_ANSWER) request.destroy();
      });
      response.on('end', () => resolve(namesSpanside(text)));
      response.on('error', () => resolve(false));
      response.on('close', () => resolve(false));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

function namesSpanside(text: string): boolean {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'name' in answer && answer.name === 'spanside';
  } catch {
    return false;
  }
}

/** One sentence about a taken port: who may hold it, and the cure. */
export async function takenMessage(host: string, port: number): Promise<string> {
  if (await isSpanside(host, port)) {
    return `Port ${port} is already served by Spanside, in an editor window or by another command; send there, or choose another port (0 takes a free one).`;
  }
  return `Port ${port} is taken by another program, perhaps an OpenTelemetry Collector, Jaeger or another trace viewer; stop it, or choose another port (0 takes a free one).`;
}
