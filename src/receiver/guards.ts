import type { IncomingHttpHeaders } from 'node:http';
import { isIP, isIPv4 } from 'node:net';
import { isEveryInterface } from './addresses.ts';
import { quoted, Refused } from './refused.ts';
import { TokenCheck } from './token.ts';

/** Names under which containers and emulators reach the machine they run on. */
const HOST_ALIASES = ['host.docker.internal', '10.0.2.2'];

/**
 * Keeps web pages out: of other names for this machine (DNS rebinding) and of other origins (forged requests). Where there
 * is a token, it keeps out everybody who does not know it as well, on this machine too.
 */
export class Guards {
  readonly #allowedHosts: ReadonlySet<string>;
  readonly #anyAddress: boolean;
  readonly #token: TokenCheck | undefined;

  /**
   * @param listeningHosts addresses the receiver is bound to
   * @param allowedHosts further names it may be called by, without port
   * @param token what senders have to know, where they have to
   */
  constructor(listeningHosts: readonly string[], allowedHosts: readonly string[], token?: string) {
    this.#allowedHosts = new Set([...HOST_ALIASES, ...listeningHosts, ...allowedHosts].map(host => host.toLowerCase()));
    // Bound to every interface it is called by addresses that are not known here; a rebound name is never an address.
    this.#anyAddress = listeningHosts.some(isEveryInterface);
    this.#token = token === undefined ? undefined : new TokenCheck(token);
  }

  /** @throws {Refused} 403 (400 where no host is named), or 401: what sends needs the token. */
  check(headers: IncomingHttpHeaders, method = 'POST'): void {
    const named = [headers[':authority'], headers.host].filter(host => typeof host === 'string');
    if (named.length === 0) throw new Refused(400, 'The request names no host.');
    for (const host of named) this.#checkHost(host);
    this.#checkOrigin(headers);
    // A preflight cannot carry it, and nothing else but POST does or tells anything.
    if (method === 'POST') this.#token?.check(headers);
  }

  /** Whether a web page of this origin may send. */
  allowsOrigin(origin: string): boolean {
    const url = URL.parse(origin);
    return (
      url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && isLoopback(bareHost(url.host) ?? '')
    );
  }

  #checkHost(authority: string): void {
    const host = bareHost(authority);
    if (host !== undefined) {
      if (isLoopback(host) || this.#allowedHosts.has(host)) return;
      if (this.#anyAddress && isIP(host) !== 0) return;
    }
    throw new Refused(
      403,
      `The host ${quoted(authority)} is not a name of this machine that is allowed; use localhost.`,
      `A program called this port by the name ${quoted(authority)}; let it use localhost or 127.0.0.1, or allow the name.`,
    );
  }

  #checkOrigin(headers: IncomingHttpHeaders): void {
    const origin = headers.origin;
    if (origin !== undefined) {
      if (this.allowsOrigin(origin)) return;
      throw new Refused(
        403,
        `Pages of the origin ${quoted(origin)} may not send here; only those of localhost may.`,
        `A web page of ${quoted(origin)} tried to send spans; only pages served from localhost may.`,
        'origin',
      );
    }
    // From localhost to 127.0.0.1 is cross-site as well; such a page names its origin, which was allowed above.
    if (headers['sec-fetch-site'] === 'cross-site') {
      throw new Refused(
        403,
        'Other web sites may not send here.',
        'A web page of another site called this port; only pages served from localhost may.',
        'origin',
      );
    }
  }
}

/** The host of an authority, lower case, without port and brackets; `undefined` where it is none. */
function bareHost(authority: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/?#@[\]\\]+))(?::\d{1,5})?$/i.exec(authority.trim());
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '');
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  return isIPv4(host) && host.startsWith('127.');
}
