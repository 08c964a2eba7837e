const INTEGER = /^-?\d+$/;
const DECIMAL = /^(-?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Longer texts are no number that fits 64 bits; reading them would only take time. */
const LONGEST_NUMBER = 400;

/** The whole number a text stands for, exactly, `1e3` and `5.0` included; `undefined` where it stands for none. */
export function integerOf(text: string): bigint | undefined {
  if (text.length > LONGEST_NUMBER) return undefined;
  if (INTEGER.test(text)) return BigInt(text);
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length;
  if (Math.abs(shift) > LONGEST_NUMBER) return undefined;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return digits % divisor === 0n ? digits / divisor : undefined;
}

/** The double a text stands for, -0 and the names of the numbers JSON has no digits for included. */
export function doubleOf(text: string): number | undefined {
  switch (text) {
    case 'NaN':
      return Number.NaN;
    case 'Infinity':
      return Number.POSITIVE_INFINITY;
    case '-Infinity':
      return Number.NEGATIVE_INFINITY;
  }
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** A double as OTLP's JSON writes it. */
export function jsonDouble(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The bytes of base64 in either alphabet, padded or not; `undefined` where the text is none. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  if (digits % 4 === 1 || (padding > 0 && text.length % 4 !== 0)) return undefined;
  if (!/^[A-Za-z0-9+/_-]*$/.test(text.slice(0, digits))) return undefined;
  return Buffer.from(text, 'base64');
}
