import { scaleLinear } from 'd3-scale';
import { formatDuration } from '../../src/model/format.ts';

/** A tick and its label need this much room. */
const TICK_WIDTH = 76;

/** The times on the axis: round numbers, as many as there is room for. */
export function Ruler({ durationMs, width }: { durationMs: number; width: number }) {
  const scale = scaleLinear().domain([0, durationMs > 0 ? durationMs : 1]);
  const ticks = durationMs > 0 ? scale.ticks(Math.max(1, Math.floor(width / TICK_WIDTH))) : [0];
  return (
    <div class="ruler" aria-hidden="true">
      {ticks.map(tick => (
        <span class="tick" style={{ left: `${scale(tick) * 100}%` }}>
          {tick === 0 ? '0' : formatDuration(tick)}
        </span>
      ))}
    </div>
  );
}
