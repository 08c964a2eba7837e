/**
 * The port to ask for again after a reload, so that running programs and terminals go on; none where the port of the
 * settings (`wanted`, 0 for any free one) was had: an older free port would else be preferred the next time that one is
 * taken, although nothing sends to it any more.
 */
export function portToRemember(wanted: number, main: number): number | undefined {
  return wanted === main ? undefined : main;
}
