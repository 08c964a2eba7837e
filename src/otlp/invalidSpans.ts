import { hexOf } from '../model/ids.ts';
import { MalformedError } from './malformed.ts';
import { mixUpHint } from './mixUp.ts';
import { ScanFlag, type TraceScan } from './scanTraces.ts';
import { textOf } from './text.ts';

/** From this share of spans without valid ids on, the request may be of another signal. */
const MOST = 0.9;
/** Enough of a name to find the span by. */
const LONGEST_NAME = 100;

type Invalid = Pick<TraceScan, 'count' | 'invalid' | 'flags' | 'ids' | 'nameOffsets' | 'nameLengths'>;

/**
 * What to tell the sender about the spans that have no valid ids, naming the first of them; '' where all have.
 * @throws {MalformedError} the request is an export of another signal.
 */
export function aboutInvalidSpans(body: Uint8Array, scan: Invalid): string {
  if (scan.invalid === 0) return '';
  const hint = scan.invalid >= MOST * scan.count ? mixUpHint('traces', body) : '';
  if (hint !== '') throw new MalformedError(hint);
  const first = scan.flags.findIndex(flags => (flags & ScanFlag.invalid) !== 0);
  const name = textOf(body, scan.nameOffsets[first] ?? 0, Math.min(scan.nameLengths[first] ?? 0, LONGEST_NAME));
  const ids = scan.ids.subarray(24 * first, 24 * first + 24);
  const traceId = isZero(ids.subarray(0, 16)) ? 'none that is valid' : hexOf(ids.subarray(0, 16));
  return `${scan.invalid} of ${scan.count} spans were refused: a trace id has 16 bytes, a span id 8, and neither is all zero. The first one is the span ${first + 1} of the request, named ${JSON.stringify(name)}, trace id ${traceId}.`;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every(byte => byte === 0);
}
