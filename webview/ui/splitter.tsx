import { useRef } from 'preact/hooks';

const KEY_STEP = 16;

interface SplitterProps {
  /** Direction of the line that is dragged. */
  orientation: 'vertical' | 'horizontal';
  label: string;
  class: string;
  /** Size of the part before the line, in pixels, with its bounds. */
  value: number;
  min: number;
  max: number;
  onChange(value: number): void;
  /** Whether moving on makes the value smaller, for a part that stands behind the line. */
  reversed?: boolean;
}

/** A border that can be dragged, and moved by the arrow keys. */
export function Splitter(props: SplitterProps) {
  const { orientation, value, min, max, reversed } = props;
  const drag = useRef<{ pointer: number; value: number } | undefined>(undefined);
  const place = (event: PointerEvent) => (orientation === 'vertical' ? event.clientX : event.clientY);
  const sign = reversed ? -1 : 1;
  const change = (wanted: number) => props.onChange(Math.round(Math.max(min, Math.min(max, wanted))));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule between two blocks cannot take the focus
    <div
      role="separator"
      tabIndex={0}
      class={`splitter ${orientation} ${props.class}`}
      aria-label={props.label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(value)}
      aria-valuemin={Math.round(min)}
      aria-valuemax={Math.round(Math.max(min, max))}
      onPointerDown={event => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { pointer: place(event), value };
      }}
      onPointerMove={event => {
        if (drag.current) change(drag.current.value + sign * (place(event) - drag.current.pointer));
      }}
      onPointerUp={() => {
        drag.current = undefined;
      }}
      onKeyDown={event => {
        const forward = orientation === 'vertical' ? 'ArrowRight' : 'ArrowDown';
        const back = orientation === 'vertical' ? 'ArrowLeft' : 'ArrowUp';
        if (event.key !== forward && event.key !== back) return;
        event.preventDefault();
        change(value + (event.key === forward ? sign : -sign) * KEY_STEP);
      }}
    />
  );
}
