import type { IncomingHttpHeaders } from 'node:http';
import { quoted } from './refused.ts';
import type { RequestAbout, RequestProtocol } from './requestLog.ts';

/** What the head of a request says of it, cut and without control characters. */
export function aboutOf(
  { url, headers }: { url?: string | undefined; headers: IncomingHttpHeaders },
  protocol: RequestProtocol,
): RequestAbout {
  const { 'user-agent': sender, 'content-length': length } = headers;
  const bytes = Number(length);
  return {
    protocol,
    // Nothing behind a question mark: credentials have been seen there.
    path: quoted(url?.split(/[?#]/, 1)[0] || '/'),
    ...(sender !== undefined && { sender: quoted(sender) }),
    ...(length !== undefined && Number.isSafeInteger(bytes) && { bytes }),
  };
}
