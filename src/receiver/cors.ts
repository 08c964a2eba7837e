import type { IncomingHttpHeaders } from 'node:http';
import type { Guards } from './guards.ts';

const PREFLIGHT_SECONDS = '7200';
const HEADER_NAME = /^[\w-]{1,64}$/;

/** Headers of every answer, errors too: without them a page cannot see that it may try again. */
export function corsHeaders(headers: IncomingHttpHeaders, guards: Guards): Record<string, string> {
  const origin = headers.origin;
  if (origin === undefined || !guards.allowsOrigin(origin)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    // Older SDKs send by sendBeacon, which always sends credentials along.
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After',
  };
}

/** Further headers of the answer to an OPTIONS request from an allowed origin. */
export function preflightHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const allowed: Record<string, string> = { allow: 'POST, OPTIONS' };
  if (headers['access-control-request-method'] === undefined) return allowed;
  const wanted = (headers['access-control-request-headers'] ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => HEADER_NAME.test(name));
  allowed['access-control-allow-methods'] = 'POST';
  allowed['access-control-max-age'] = PREFLIGHT_SECONDS;
  if (wanted.length > 0) allowed['access-control-allow-headers'] = wanted.join(', ');
  return allowed;
}
