import { RowFlag } from '../../src/model/columns.ts';
import { formatDuration } from '../../src/model/format.ts';
import type { SpanDetails } from '../../src/protocol/details.ts';
import type { TraceView } from '../state/traceView.ts';
import { Text } from '../ui/text.tsx';
import { kindText } from '../waterfall/kindText.ts';
import { durationLabel } from '../waterfall/rowNotes.ts';

const ERROR = 2;
const LONGEST_MESSAGE = 1_000;

interface TitleProps {
  trace: TraceView;
  row: number;
  /** Of this span; absent until they have come. */
  details: SpanDetails | undefined;
}

/** Who the span is: what its row knows is there at once, its status message comes with the details. */
export function Title({ trace, row, details }: TitleProps) {
  const service = trace.serviceOf(row);
  const isLong = trace.hasChildren(row) && trace.columns.duration[row]! > 0;
  const parts = [kindText(trace.columns.kind[row]!)];
  parts.push(
    isLong
      ? `${durationLabel(trace, row)}, self ${formatDuration(trace.columns.self[row]!)}`
      : durationLabel(trace, row),
  );
  const message = details?.status.message.slice(0, LONGEST_MESSAGE) ?? '';
  return (
    <h2 class="title">
      <span class={`square s${trace.colourOf(row)}`} />
      <span class="title-name">
        <Text text={trace.nameOf(row).slice(0, 1_000) || 'span without a name'} />
      </span>
      {service !== '' && (
        <span class="title-part">
          <Text text={service} />
        </span>
      )}
      {parts.map(part => (
        <span class="title-part">{part}</span>
      ))}
      {(trace.has(row, RowFlag.error) || details?.status.code === ERROR) && (
        <span class="title-part error-text">
          <Text text={message === '' ? 'Error' : /^error\b/i.test(message) ? message : `Error: ${message}`} />
        </span>
      )}
    </h2>
  );
}
