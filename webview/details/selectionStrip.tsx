import type { Inspector } from '../state/inspector.ts';
import type { TraceView } from '../state/traceView.ts';
import { Button } from '../ui/controls.tsx';
import { Text } from '../ui/text.tsx';
import { SourceLink } from './sourceLine.tsx';

interface SelectionStripProps {
  page: Inspector;
  trace: TraceView;
  onDetails(): void;
}

/** In a panel too small for details: the selected span in one line, with the way to its source and to the rest. */
export function SelectionStrip({ page, trace, onDetails }: SelectionStripProps) {
  const row = page.selected.value;
  const shown = page.details.shown.value;
  if (row < 0) return null;
  const label = shown.status === 'ready' ? shown.location?.label : undefined;
  return (
    <div class="strip">
      <span class={`square s${trace.colourOf(row)}`} />
      <span class="strip-name">
        <Text text={trace.nameOf(row).slice(0, 300) || 'span without a name'} />
      </span>
      {label !== undefined && <SourceLink label={label} onOpen={() => page.goToSource(row)} />}
      <Button onClick={onDetails}>Details</Button>
    </div>
  );
}
