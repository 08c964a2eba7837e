import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { formatClock, formatCount, formatDuration, formatNanos } from '../../src/model/format.ts';
import type { Inspector } from '../state/inspector.ts';
import type { TraceView } from '../state/traceView.ts';
import { nanosOf } from '../ui/clock.ts';
import { Text } from '../ui/text.tsx';
import { visibleString } from '../ui/visibleText.ts';

/** One line of what is asked first about a trace. What does not apply is absent, not zero. */
export function Header({ page, trace }: { page: Inspector; trace: TraceView }) {
  const { columns, name } = trace;
  const started = nanosOf(columns.originUnixNano);
  const figures: ComponentChildren[] = [
    <strong title={formatNanos(BigInt(Math.round(columns.durationMs * 1e6)))}>
      {formatDuration(columns.durationMs)}
    </strong>,
    counted(columns.spanCount, 'span', 'spans'),
  ];
  const services = columns.services.filter(service => service !== '');
  if (services.length > 0) {
    figures.push(
      <span
        title={services
          .map(service => visibleString(service, 100))
          .slice(0, 40)
          .join('\n')}
      >
        {counted(services.length, 'service', 'services')}
      </span>,
    );
  }
  if (columns.errorCount > 0) {
    figures.push(
      <button type="button" class="errors" title="Go to the next error" onClick={() => nextError(page, trace)}>
        {counted(columns.errorCount, 'error', 'errors')}
      </button>,
    );
  }
  if (started > 0n) figures.push(formatClock(Number(started / 1_000_000n), Date.now()));
  return (
    <header class="header">
      <h1 title={visibleString(name, 1_000)}>
        <Text text={name.slice(0, 1_000) || 'Trace without a name'} />
      </h1>
      <p class="figures">
        {figures.map(figure => (
          <span class="figure">{figure}</span>
        ))}
      </p>
      {page.clocksDiffer.value && <ClockSwitch page={page} />}
      <Warnings warnings={columns.warnings} />
    </header>
  );
}

/** Offered where spans of several machines do not fit into each other. */
function ClockSwitch({ page }: { page: Inspector }) {
  const isOn = page.clocksAdjusted.value;
  return (
    <button
      type="button"
      class="link"
      aria-pressed={isOn}
      title={
        isOn
          ? 'Show the times as they were sent'
          : 'The clocks of the machines seem to differ. Show the spans as if they agreed.'
      }
      onClick={() => page.setClocksAdjusted(!isOn)}
    >
      {isOn ? 'clocks adjusted' : 'adjust clocks'}
    </button>
  );
}

function Warnings({ warnings }: { warnings: string[] }) {
  const [isOpen, setOpen] = useState(false);
  if (warnings.length === 0) return null;
  const shown = isOpen ? warnings : warnings.slice(0, 1);
  return (
    <div class="warnings">
      {shown.map(warning => (
        <p>
          <span class="codicon codicon-warning" aria-hidden="true" />
          <Text text={warning} />
        </p>
      ))}
      {warnings.length > 1 && (
        <button type="button" class="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'less' : `${warnings.length - 1} more`}
        </button>
      )}
    </div>
  );
}

function counted(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** The next place below the selection where an error seems to come from, around the end to the first. */
function nextError(page: Inspector, trace: TraceView): void {
  const { rows } = trace.columns;
  const from = page.selected.peek() + 1;
  for (let step = 0; step < rows; step++) {
    const row = (from + step) % rows;
    if (!trace.startsError(row)) continue;
    page.select(row, 'centre');
    return;
  }
}
