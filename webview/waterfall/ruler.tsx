import { scaleLinear } from 'd3-scale';
import { formatDuration } from '../../src/model/format.ts';

import { TRACK_END } from './barLayout.ts';

/** A tick and its label need this much room. */
const TICK_WIDTH = 76;
const CHARACTER_WIDTH = 7;

/** The times on the axis: round numbers, as many as there is room for. */
export function Ruler({ durationMs, width }: { durationMs: number; width: number }) {
  const scale = scaleLinear().domain([0, durationMs > 0 ? durationMs : 1]);
  const ticks = durationMs > 0 ? scale.ticks(Math.max(1, Math.floor(width / TICK_WIDTH))) : [0];
  // A label that would be cut by the end of the panel is left out; its tick still says where the time is.
  const label = (tick: number) => {
    const text = tick === 0 ? '0' : formatDuration(tick);
    return text.length * CHARACTER_WIDTH <= width * (1 - scale(tick)) + TRACK_END ? text : '';
  };
  return (
    <div class="ruler" aria-hidden="true">
      {ticks.map(tick => (
        <span class="tick" style={{ left: `${scale(tick) * 100}%` }}>
          {label(tick)}
        </span>
      ))}
    </div>
  );
}
