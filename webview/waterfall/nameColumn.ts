/** Room for a name beside its guides, so that some of it is seen at any depth. */
const NAME = 90;
/** Twistie, colour, icon and the spaces between them. */
const FURNITURE = 69;
/** The depth, where a row is deeper than there are guides for. */
const DEPTH = 34;

const WIDEST = 420;
const USUAL = 220;
const SHARE = 0.45;
/** The time axis keeps this much of a wide panel; in the narrowest there is only a duration. */
const NARROWEST_TIME = 120;
const DURATION = 60;

const NARROWEST_INDENT = 6;
/** So many levels are worth narrowing the indent for. */
const LEVELS = 12;

/** The bounds of the name column and what it has until the reader moves its border, in pixels. */
export function nameColumn(panel: number): { least: number; most: number; usual: number } {
  const needed = NAME + FURNITURE;
  const time = Math.max(DURATION, Math.min(NARROWEST_TIME, panel - needed));
  const most = Math.max(NAME, panel - time);
  return { least: NAME, most, usual: Math.round(Math.min(most, WIDEST, Math.max(USUAL, panel * SHARE))) };
}

/**
 * How far a level is indented, and how many are: deeper rows stand at the last and say their depth. Where there is no
 * room for the levels that a trace has, the indent shrinks first.
 */
export function indentation(nameWidth: number, indent: number, deepest: number): { indent: number; levels: number } {
  const room = Math.max(0, nameWidth - NAME - FURNITURE - DEPTH);
  const wanted = Math.max(1, Math.min(deepest, LEVELS));
  const shrunk = Math.min(indent, Math.max(NARROWEST_INDENT, Math.floor(room / wanted)));
  return { indent: shrunk, levels: Math.floor(room / shrunk) };
}
