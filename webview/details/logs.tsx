import { formatDuration } from '../../src/model/format.ts';
import type { ViewLog } from '../../src/protocol/details.ts';
import { MoreButton, usePages } from '../ui/pages.tsx';
import { Text } from '../ui/text.tsx';
import { AttributeList } from './attributeList.tsx';
import { Value } from './value.tsx';

interface LogsProps {
  logs: ViewLog[];
  copy(text: string, what: string): void;
}

/** The logs of a span with all that came with them. */
export function Logs({ logs, copy }: LogsProps) {
  const { shown, more } = usePages();
  return (
    <>
      <ol class="logs">
        {logs.slice(0, shown).map(log => (
          <LogLine log={log} copy={copy} isWhole />
        ))}
      </ol>
      <MoreButton left={logs.length - shown} what="logs" onClick={more} />
    </>
  );
}

interface LogLineProps {
  log: ViewLog;
  copy?: (text: string, what: string) => void;
  isWhole?: boolean;
}

export function LogLine({ log, copy, isWhole }: LogLineProps) {
  return (
    <li class="log">
      <span class={`severity ${severityClass(log.severityNumber)}`}>
        <Text text={log.severity.slice(0, 20)} />
      </span>
      <span class="log-body">
        {log.eventName !== '' && (
          <span class="log-event">
            <Text text={log.eventName} />{' '}
          </span>
        )}
        {log.body.type === 'empty' ? null : <Value value={log.body} label="log" copy={copy} />}
        {isWhole && log.scope !== '' && (
          <span class="note-text">
            <Text text={log.scope} />
          </span>
        )}
        {isWhole && log.attributes.length > 0 && <AttributeList attributes={log.attributes} copy={copy} />}
      </span>
      <span class="offset">{signed(log.offsetMs)}</span>
    </li>
  );
}

/** An offset with its sign: `+1.34 s`, `-2 ms`. */
export function signed(ms: number): string {
  return ms < 0 ? formatDuration(ms) : `+${formatDuration(ms)}`;
}

/** The numbers of the log data model: 13 to 16 are warnings, from 17 on errors. */
function severityClass(number: number): string {
  return number >= 17 ? 'is-error' : number >= 13 ? 'is-warning' : '';
}
