/**
 * Cuts stretches out of an input, ever smaller ones, as long as it still `fails`; then makes bytes plain.
 * @param untilMs when to be content with what there is, on the clock of `performance.now()`
 */
export async function minimise(
  input: Uint8Array,
  fails: (input: Uint8Array) => Promise<boolean>,
  untilMs: number,
): Promise<Uint8Array> {
  let least = Buffer.from(input);
  for (let size = Math.max(1, least.length >> 1); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < least.length && performance.now() < untilMs; ) {
      const shorter = Buffer.concat([least.subarray(0, at), least.subarray(at + size)]);
      if (await fails(shorter)) least = shorter;
      else at += size;
    }
  }
  for (let at = 0; at < least.length && performance.now() < untilMs; at++) {
    if (least[at] === 0) continue;
    const plainer = Buffer.from(least);
    plainer[at] = 0;
    if (await fails(plainer)) least = plainer;
  }
  return least;
}
