/** Room behind the end of the time axis, so that the label of a bar that reaches it can stand behind it. */
export const TRACK_END = 68;
/** Room before the start of the time axis. */
export const TRACK_START = 8;

const GAP = 6;
/** Width of an average character of the labels' font, in parts of its size. */
const CHARACTER = 0.56;

export type Side = 'after' | 'before' | 'over';

/**
 * Where the label of a bar and the link to its source stand: behind the bar where there is room, else before it. A link
 * that fits on neither side lies over the end of the bar; a label stays behind it, where the track leaves room.
 *
 * @param start of the bar, in pixels of the track; so are `end` and `track`, its width
 */
export function placeLabels(
  bar: { start: number; end: number; track: number },
  label: string,
  link: string | undefined,
  fontSize: number,
): { label: Side; link: Side } {
  const labelWidth = textWidth(label, fontSize) + GAP;
  const linkWidth = link === undefined ? 0 : textWidth(link, fontSize) + 2 * GAP;
  const behind = bar.track + TRACK_END - bar.end;
  const before = bar.start;
  const labelSide: Side = behind >= labelWidth || before < labelWidth ? 'after' : 'before';
  const takenBehind = labelSide === 'after' ? labelWidth : 0;
  const takenBefore = labelSide === 'before' ? labelWidth : 0;
  if (behind - takenBehind >= linkWidth) return { label: labelSide, link: 'after' };
  return { label: labelSide, link: before - takenBefore >= linkWidth ? 'before' : 'over' };
}

function textWidth(text: string, fontSize: number): number {
  return text.length * fontSize * CHARACTER;
}
