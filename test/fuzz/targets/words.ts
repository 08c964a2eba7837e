import { MESSAGES } from '../../../src/otlp/schema.ts';
import type { Random } from '../random.ts';

/** What the JSON wire is made of. */
export const JSON_WORDS: readonly Uint8Array[] = [
  ...new Set(
    [...MESSAGES.values()].flatMap(({ fields }) => fields.flatMap(({ jsonName, protoName }) => [jsonName, protoName])),
  ),
  '@unknownFields',
  '__proto__',
]
  .map(name => `"${name}":`)
  .concat(
    [
      'null',
      'true',
      '{}',
      '[]',
      '[{',
      '}]',
      '""',
      '"\\ud83e"',
      '"\\u0000"',
      '-0',
      '1e400',
      '1e-5',
      '"NaN"',
      '"Infinity"',
    ],
    [
      '18446744073709551615',
      '"-9223372036854775808"',
      '9007199254740993',
      '1.0',
      '"0x1"',
      '01',
      '+1',
      ',',
      ':',
      '//',
      '"CAE="',
    ],
  )
  .map(text => Buffer.from(text));

/** Strings, numbers, words and brackets; what is in no token is white space or wrong already. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[a-z]+|[^\s]/g;

/** JSON text, behind its first byte, with a token or two replaced, added, left out or put elsewhere. */
export function mutateTokens(input: Uint8Array, random: Random): Uint8Array {
  // Letters and bytes are the same in this encoding, so nothing else changes.
  const tokens: string[] = Buffer.from(input.subarray(1)).toString('latin1').match(TOKENS) ?? [];
  for (let i = random.below(2); i >= 0; i--) {
    const at = random.below(tokens.length + 1);
    const word = Buffer.from(random.pick(JSON_WORDS)).toString('latin1');
    const token = tokens[at];
    switch (random.below(5)) {
      case 0:
      case 1:
        tokens[at] = word;
        break;
      case 2:
        tokens.splice(at, 1);
        break;
      case 3:
        tokens.splice(at, 0, word);
        break;
      case 4:
        if (token !== undefined) {
          tokens.splice(random.below(tokens.length), 0, ...tokens.slice(at, at + 1 + random.length(30)));
        }
    }
  }
  return Buffer.concat([input.subarray(0, 1), Buffer.from(tokens.join(random.once(20) ? ' ' : ''), 'latin1')]);
}
