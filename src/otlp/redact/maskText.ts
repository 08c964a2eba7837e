import type { SecretNames } from './keyNames.ts';
import { maskMembers } from './maskMembers.ts';

/** What stands where a credential stood. */
export const MASKED = '[masked]';

/** A part of a text, from the first character to before the last. */
export interface Range {
  start: number;
  end: number;
}

/**
 * Credentials that are known by their shape. Each begins where no character of its own kind stands before it, so that a
 * long text is read once and base64 of something else is left alone.
 */
const SHAPES: readonly RegExp[] = [
  // OpenAI, Anthropic, OpenRouter, Langfuse; `sk-learn` is none of them.
  /(?<![A-Za-z0-9_-])sk-(?:proj|ant|or|svcacct|admin|lf|None)-(?=[A-Za-z_-]{0,200}\d|[A-Za-z0-9_]{20})[A-Za-z0-9_-]{16,}/g,
  /(?<![A-Za-z0-9_-])sk-(?=[A-Za-z0-9]{20}|[A-Za-z]{0,15}\d)[A-Za-z0-9]{16,}(?![A-Za-z0-9_-])/g,
  // Stripe, Groq, xAI, Perplexity, Hugging Face, npm, GitLab
  /(?<![A-Za-z0-9_-])(?:[sr]k_(?:live|test)_|gsk_|xai-|pplx-|hf_|npm_|glpat-)(?=[A-Za-z]{0,200}[A-Z0-9])[A-Za-z0-9_-]{16,}/g,
  // AWS
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  // GitHub
  /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/g,
  // Slack
  /(?<![A-Za-z0-9])(?:xox[a-z]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,})/g,
  // Google
  /(?<![A-Za-z0-9_/+-])AIza[A-Za-z0-9_-]{30,}/g,
  /(?<![A-Za-z0-9_/+-])ya29\.[A-Za-z0-9_-]{20,}/g,
  // JWT, signed, encrypted, or without a signature
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,2}/g,
];

const SCHEME = /(?<![A-Za-z0-9_-])(Bearer|Basic)([ \t]+)([A-Za-z0-9._~+/=:-]{6,})/gi;
const HEADER =
  /((?:^|[\n"'])(?:proxy-authorization|authorization|set-cookie|cookie|x-api-key|api-key|x-auth-token|x-goog-api-key|x-amz-security-token|private-token)[ \t]*:[ \t]*)([^\s"'\\][^\r\n"'\\]*)/gi;
/** User, then password: up to the last @ before the host. */
const USERINFO = /(:\/\/[^\s/?#:@"'<>\\]{0,256}:)([^\s/?#"'<>\\]{1,1024})@/g;
const PARAMETER = /(^|[?&;\s])([A-Za-z0-9_.~-]{2,64})=([^&;\s"'<>\\#]+)/g;
const SIGNATURES = /^(?:x-amz-(?:signature|security-token)|x-goog-signature|sig|signature)$/i;
const PEM = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;

/**
 * Replaces the credentials in a text by {@link MASKED} and leaves everything around them. Linear in the length of the
 * text, whatever it is.
 */
export function maskText(text: string, names: SecretNames): { text: string; count: number } {
  let count = 0;
  const mask = (secret: string) => {
    if (isHarmless(secret)) return secret;
    // What was found inside it before is counted.
    if (!secret.includes(MASKED)) count++;
    return MASKED;
  };
  let masked = maskPem(text, mask);
  masked = maskMembers(masked, names, mask);
  masked = masked.replace(HEADER, (_all, name: string, value: string) => name + mask(value));
  masked = masked.replace(SCHEME, (all: string, scheme: string, blank: string, secret: string, at: number) =>
    isCredential(scheme, secret, at === 0 && all.length === masked.length) ? scheme + blank + mask(secret) : all,
  );
  for (const shape of SHAPES) masked = masked.replace(shape, secret => mask(secret));
  masked = masked.replace(USERINFO, (all: string, before: string, password: string) =>
    isPlaceholder(password) ? all : `${before}${mask(password)}@`,
  );
  masked = masked.replace(PARAMETER, (all: string, before: string, name: string, value: string) => {
    const signed = (before === '?' || before === '&') && SIGNATURES.test(name) && value.length >= 16;
    if (!signed && (!names.has(name) || isPlaceholder(value))) return all;
    // In prose and in code what follows is as often a word or an expression as a value.
    if (!/[?&;]/.test(before) && isCode(name, value)) return all;
    return `${before}${name}=${mask(value)}`;
  });
  return { text: masked, count };
}

/** A key's own lines; one that was cut off before its end is masked as far as it goes. */
function maskPem(text: string, mask: (secret: string) => string): string {
  let masked = '';
  let at = 0;
  PEM.lastIndex = 0;
  for (let begin = PEM.exec(text); begin; begin = PEM.exec(text)) {
    const start = begin.index + begin[0].length;
    const rest = /(?:(?!-----)[^"'])*/y;
    rest.lastIndex = start;
    const end = start + (rest.exec(text)?.[0].length ?? 0);
    masked += text.slice(at, start) + mask(text.slice(start, end));
    at = end;
    PEM.lastIndex = end;
  }
  return masked + text.slice(at);
}

/** Whether what follows a scheme is a credential and not the next word of a sentence. */
function isCredential(scheme: string, secret: string, whole: boolean): boolean {
  if (scheme.toLowerCase() === 'basic') {
    if (!/^[A-Za-z0-9+/_-]{4,}={0,2}$/.test(secret)) return false;
    const plain = Buffer.from(secret, 'base64').toString('utf8');
    return plain.includes(':') && !/[\p{Cc}\ufffd]/u.test(plain);
  }
  if (whole) return !/^[A-Za-z]{1,15}$/.test(secret) && !/^(?:realm|error)=/.test(secret);
  if (/^(?:realm|error|scope)=/.test(secret)) return false;
  return secret.length >= 20 ? /[A-Z0-9_=]|^[a-z]{24,}$/.test(secret) : secret.length >= 8 && /\d/.test(secret);
}

/** Text that says nothing, or that somebody has masked before. */
export function isHarmless(secret: string): boolean {
  return (
    secret === '' ||
    /^[\s*•.xX]*$/.test(secret) ||
    /^(?:true|false|null|none|undefined|nil|include|omit|same-origin|unset)$/i.test(secret) ||
    (secret.length < 40 && /^(?:bearer |basic )?\W*(?:masked|redacted|filtered|hidden|removed)\W*$/i.test(secret))
  );
}

/** A name in braces that something else would have to be put in for. */
function isPlaceholder(value: string): boolean {
  return /^(?:\$?\{[^}]*\}|\$[A-Z_]+|%s|:[a-z_]+|<[^>]*>|\[[a-z]*\])$/i.test(value);
}

function isCode(name: string, value: string): boolean {
  return /[()[\]{},]/.test(value) || value === name || value.endsWith(`.${name}`) || value.length < 4;
}
