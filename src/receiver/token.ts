import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Refused } from './refused.ts';

/** Carries the token where a program has no use for `Authorization`. */
export const TOKEN_HEADER = 'x-spanside-token';

const BYTES = 32;
/** Shorter ones can be guessed; other characters would be changed on their way through OTEL_EXPORTER_OTLP_HEADERS. */
const ACCEPTABLE = /^[\w.~-]{16,512}$/;

/** A token that nobody can guess, of characters that stay as they are in a URL, a header and a shell. */
export function makeToken(): string {
  return randomBytes(BYTES).toString('base64url');
}

export function isAcceptableToken(token: string): boolean {
  return ACCEPTABLE.test(token);
}

/** What a program puts into OTEL_EXPORTER_OTLP_HEADERS. */
export function tokenHeaders(token: string): string {
  return `${TOKEN_HEADER}=${token}`;
}

/** Lets in only who knows the token. It keeps a hash, so that the token is in no dump of it. */
export class TokenCheck {
  readonly #hash: Buffer;

  constructor(token: string) {
    this.#hash = hashOf(token);
  }

  /** @throws {Refused} 401: there is no token, or a wrong one. */
  check(headers: IncomingHttpHeaders): void {
    const sent = sentToken(headers);
    if (sent === undefined) {
      throw new Refused(
        401,
        `This receiver is open to other machines and wants its token: set OTEL_EXPORTER_OTLP_HEADERS=${TOKEN_HEADER}=TOKEN ("Copy Endpoint" in the editor copies it).`,
        'A program sent without the token, which everybody needs while the receiver is open to other machines; "Copy Endpoint" copies the variables with it.',
      );
    }
    // Of the same length whatever was sent, so that the comparison takes the same time.
    if (timingSafeEqual(hashOf(sent), this.#hash)) return;
    throw new Refused(
      401,
      'The token is not the one of this receiver; it may have been replaced: copy the endpoint again.',
      'A program sent a wrong token, perhaps one that has been replaced; "Copy Endpoint" copies the variables with the right one.',
    );
  }
}

function sentToken(headers: IncomingHttpHeaders): string | undefined {
  const own = headers[TOKEN_HEADER];
  if (typeof own === 'string') return own.trim();
  return /^bearer +(\S+)$/i.exec(headers.authorization?.trim() ?? '')?.[1];
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
