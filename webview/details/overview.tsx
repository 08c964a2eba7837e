import { formatDuration, formatNanos } from '../../src/model/format.ts';
import { displayValue } from '../../src/model/viewValue.ts';
import type { SpanDetails } from '../../src/protocol/details.ts';
import type { Inspector } from '../state/inspector.ts';
import type { TraceView } from '../state/traceView.ts';
import { nanosOf, offsetMs, preciseClock } from '../ui/clock.ts';
import { AttributeList, Fact } from './attributeList.tsx';
import { ExceptionBlock } from './exception.tsx';
import { LogLine } from './logs.tsx';
import { valueOpener } from './openValue.ts';
import { factNotes, overviewFacts } from './overviewFacts.ts';

const MOST_LOGS = 20;
const MOST_EXCEPTIONS = 5;

interface OverviewProps {
  page: Inspector;
  trace: TraceView;
  row: number;
  details: SpanDetails;
}

/** What matters about this kind of span: its facts on the left, what went wrong and what was logged on the right. */
export function Overview({ page, trace, row, details }: OverviewProps) {
  const facts = overviewFacts(details.attributes, trace.categoryOf(row));
  const exceptions = details.events.flatMap(event => (event.exception ? [event.exception] : []));
  const { logs } = details;
  return (
    <div class="columns">
      <div class="facts">
        <AttributeList
          attributes={facts}
          notes={factNotes(facts)}
          copy={(text, what) => page.copy(text, what)}
          onOpen={valueOpener(page, details, 'attributes', details.attributes)}
        >
          <Times trace={trace} row={row} details={details} />
        </AttributeList>
      </div>
      {(exceptions.length > 0 || logs.length > 0) && (
        <div class="happened">
          {exceptions.slice(0, MOST_EXCEPTIONS).map(exception => (
            <ExceptionBlock
              exception={exception}
              onFrame={frame => page.post({ type: 'openFrame', spanId: details.spanId, frame })}
            />
          ))}
          {exceptions.length > MOST_EXCEPTIONS && (
            <button type="button" class="link" onClick={() => page.setTab('events')}>
              all {exceptions.length} exceptions
            </button>
          )}
          {logs.length > 0 && (
            <section aria-label="Logs">
              <h3>Logs</h3>
              <ol class="logs">
                {logs.slice(0, MOST_LOGS).map(log => (
                  <LogLine log={log} />
                ))}
              </ol>
              {logs.length > MOST_LOGS && (
                <button type="button" class="link" onClick={() => page.setTab('logs')}>
                  all {logs.length} logs
                </button>
              )}
            </section>
          )}
        </div>
      )}
    </div>
  );
}

function Times({ trace, row, details }: { trace: TraceView; row: number; details: SpanDetails }) {
  const started = offsetMs((trace.adjusted?.sent ?? trace.columns).originUnixNano, details.startTimeUnixNano);
  const shift = trace.shiftOf(row);
  const thread = ['thread.name', 'thread.id'].flatMap(key => {
    const value = details.attributes.find(attribute => attribute.key === key)?.value;
    return value ? [displayValue(value)] : [];
  })[0];
  return (
    <>
      <Fact label="started">
        <code>
          {nanosOf(details.startTimeUnixNano) > 0n ? `+${formatDuration(started)}` : 'at no time that was sent'}
        </code>
        <span class="note-text">{preciseClock(details.startTimeUnixNano)}</span>
      </Fact>
      {shift !== 0 && (
        <Fact label="adjusted to">
          <code>+{formatDuration(trace.columns.start[row]!)}</code>
          <span class="note-text">
            {formatDuration(Math.abs(shift))} {shift > 0 ? 'later' : 'earlier'} than sent: its clock seems to differ
          </span>
        </Fact>
      )}
      <Fact label="duration">
        <code>{nanosOf(details.endTimeUnixNano) > 0n ? formatNanos(nanosOf(details.durationNano)) : 'not ended'}</code>
      </Fact>
      {thread !== undefined && (
        <Fact label="thread">
          <code>{thread.slice(0, 200)}</code>
        </Fact>
      )}
    </>
  );
}
