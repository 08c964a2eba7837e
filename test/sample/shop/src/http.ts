import { createServer, type IncomingMessage } from 'node:http';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { traced } from './telemetry.ts';

/** An answer that is not 200, for whoever called. */
export class HttpError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Answers one route; what it returns is sent as JSON. */
export type Handler = (body: unknown, url: URL) => Promise<unknown>;

/** Serves `routes` ('GET /products') on a free port and prints the address. Each request is a span of the caller's trace. */
export function serve(routes: Record<string, Handler>): void {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const route = `${request.method} ${url.pathname}`;
    const handler = routes[route];
    const caller = propagation.extract(context.active(), request.headers);
    const attributes = {
      'http.request.method': request.method ?? 'GET',
      'http.route': url.pathname,
      'url.path': url.pathname,
      'url.query': url.search.slice(1),
      'url.scheme': 'http',
      'user_agent.original': request.headers['user-agent'] ?? '',
    };
    await context.with(caller, () =>
      traced(handler ? route : `${request.method}`, { kind: SpanKind.SERVER, attributes }, async span => {
        const answer = handler
          ? handler(await readJson(request), url)
          : Promise.reject(new HttpError(404, 'Not here.'));
        const { status, body } = await answer.then(
          body => ({ status: 200, body }),
          error => ({ status: error instanceof HttpError ? error.status : 500, body: { error: error.message } }),
        );
        span.setAttribute('http.response.status_code', status);
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      }),
    );
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`);
  });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text ? JSON.parse(text) : undefined;
}

/** POSTs JSON to another service, in a client span whose context travels along. */
export async function post<T>(address: string, body: unknown): Promise<T> {
  const url = new URL(address);
  const attributes = {
    'http.request.method': 'POST',
    'url.full': url.href,
    'server.address': url.hostname,
    'server.port': Number(url.port),
  };
  return traced('POST', { kind: SpanKind.CLIENT, attributes }, async span => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    propagation.inject(trace.setSpan(context.active(), span), headers);
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    span.setAttribute('http.response.status_code', response.status);
    const answer = (await response.json()) as T & { error?: string };
    if (!response.ok) throw new HttpError(response.status, answer.error ?? response.statusText);
    return answer;
  });
}
