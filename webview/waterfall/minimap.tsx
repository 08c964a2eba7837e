import { useEffect, useRef } from 'preact/hooks';
import type { TraceView } from '../state/traceView.ts';
import { onThemeChange } from '../ui/theme.ts';
import { planMinimap } from './minimapPlan.ts';

interface MinimapProps {
  trace: TraceView;
  width: number;
  onPick(row: number): void;
}

/** The whole trace at a glance. A picture of what the rows say, so it is hidden from screen readers. */
export function Minimap({ trace, width, onPick }: MinimapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element || width <= 0) return;
    // After the rows: they are what one waits for.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => draw(element, trace));
    });
    const stop = onThemeChange(() => draw(element, trace));
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [trace, width]);
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas takes no focus; the keyboard has the rows themselves
    <canvas
      ref={canvas}
      class="minimap"
      aria-hidden="true"
      onClick={event => {
        const { top, height } = event.currentTarget.getBoundingClientRect();
        const { rows } = trace.columns;
        onPick(
          Math.max(0, Math.min(rows - 1, Math.floor(((event.clientY - top) / height) * Math.max(rows, height / 2)))),
        );
      }}
    />
  );
}

function draw(canvas: HTMLCanvasElement, trace: TraceView): void {
  const scale = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * scale);
  const height = Math.round(canvas.clientHeight * scale);
  const context = canvas.getContext('2d');
  if (!context || width === 0 || height === 0) return;
  canvas.width = width;
  canvas.height = height;
  const colours = readColours(canvas);
  const { start, duration, durationMs } = trace.columns;
  // Two pixels a line: thinner ones are not seen.
  const line = Math.round(2 * scale);
  const perMs = width / (durationMs > 0 ? durationMs : 1);
  for (const { row, y, error } of planMinimap(trace, Math.floor(height / line))) {
    context.fillStyle = (error || trace.startsError(row) ? colours.error : colours.services[trace.colourOf(row)]) ?? '';
    const x = Math.min(width - 1, start[row]! * perMs);
    context.fillRect(x, y * line, Math.max(scale, duration[row]! * perMs), line);
  }
}

/** A canvas knows no style sheets: the colours of the theme are read from elements' styles each time. */
function readColours(element: Element): { services: string[]; error: string } {
  const style = getComputedStyle(element);
  const services = Array.from({ length: 21 }, (_, i) => style.getPropertyValue(`--service-${i}`).trim());
  return { services, error: style.getPropertyValue('--error').trim() };
}
