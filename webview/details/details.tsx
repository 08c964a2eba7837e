import { RowFlag } from '../../src/model/columns.ts';
import { formatCount } from '../../src/model/format.ts';
import type { SpanDetails } from '../../src/protocol/details.ts';
import type { ShownDetails } from '../state/detailsRequests.ts';
import type { Inspector } from '../state/inspector.ts';
import type { TraceView } from '../state/traceView.ts';
import { Button, IconButton } from '../ui/controls.tsx';
import { Text } from '../ui/text.tsx';
import { notesOf } from '../waterfall/rowNotes.ts';
import { AttributesTab } from './attributesTab.tsx';
import { EventsTab } from './eventsTab.tsx';
import { LinksTab } from './linksTab.tsx';
import { Logs } from './logs.tsx';
import { Overview } from './overview.tsx';
import { RawTab } from './rawTab.tsx';
import { ResourceTab } from './resourceTab.tsx';
import { SourceLine } from './sourceLine.tsx';
import { Tabs } from './tabs.tsx';
import { Title } from './title.tsx';

interface DetailsProps {
  page: Inspector;
  trace: TraceView;
  /** Back to the rows. */
  onLeave(): void;
  /** Whether the details take the whole panel and need a way back. */
  isPage: boolean;
}

/** Everything about the selected span. */
export function Details({ page, trace, onLeave, isPage }: DetailsProps) {
  const row = page.selected.value;
  const shown = page.details.shown.value;
  if (row < 0) return <p class="quiet">Select a span to see what it says.</p>;
  const details = shown.status === 'ready' ? shown.details : undefined;
  const location = shown.status === 'ready' ? shown.location : undefined;
  const notes = notesOf(trace, row).map(note => note.sentence);
  return (
    <section
      class="details"
      aria-label="Selected span"
      onKeyDown={event => {
        if (event.key === 'Escape') onLeave();
      }}
    >
      <div class="details-head">
        {isPage && (
          <button type="button" class="icon-button back" aria-label="Back to the spans" onClick={onLeave}>
            <span class="codicon codicon-arrow-left" />
          </button>
        )}
        <div class="details-title">
          <Title trace={trace} row={row} details={details} />
          {location && (
            <SourceLine
              key={trace.spanIdOf(row)}
              location={location}
              onOpen={candidate => page.goToSource(row, candidate === undefined ? {} : { candidate })}
            />
          )}
        </div>
        {!trace.has(row, RowFlag.missing) && (
          <div class="actions">
            <IconButton
              icon="json"
              label="Open the span as JSON"
              onClick={() => page.post({ type: 'openRaw', spanId: trace.spanIdOf(row) })}
            />
            <IconButton
              icon="copy"
              label="Copy span ID"
              onClick={() => page.copy(trace.spanIdOf(row), 'the span ID')}
            />
            <IconButton
              icon="list-tree"
              label="Copy trace ID"
              onClick={() => page.copy(trace.columns.traceId, 'the trace ID')}
            />
          </div>
        )}
      </div>
      {[...notes, ...(details?.warnings ?? [])].map(warning => (
        <p class="warning">
          <span class="codicon codicon-warning" aria-hidden="true" />
          <Text text={warning} />
        </p>
      ))}
      {details !== undefined && details.maskedValues > 0 && (
        <p class="quiet masked">
          <span class="codicon codicon-lock" aria-hidden="true" />{' '}
          {details.maskedValues === 1 ? 'One value was' : `${formatCount(details.maskedValues)} values were`} masked
          before the span was kept.
        </p>
      )}
      {details ? (
        <DetailTabs key={details.spanId} {...{ page, trace, row, details }} />
      ) : (
        <Pending page={page} shown={shown} />
      )}
    </section>
  );
}

interface DetailTabsProps {
  page: Inspector;
  trace: TraceView;
  row: number;
  details: SpanDetails;
}

function DetailTabs({ page, trace, row, details }: DetailTabsProps) {
  const { attributes, events, links, logs, resource } = details;
  const copy = (text: string, what: string) => page.copy(text, what);
  return (
    <Tabs
      active={page.tab.value}
      onSelect={tab => page.setTab(tab)}
      tabs={[
        { id: 'overview', title: 'Overview', content: () => <Overview {...{ page, trace, row, details }} /> },
        {
          id: 'attributes',
          title: 'Attributes',
          count: attributes.length,
          content: () => <AttributesTab page={page} details={details} />,
        },
        { id: 'events', title: 'Events', count: events.length, content: () => <EventsTab {...{ page, details }} /> },
        {
          id: 'logs',
          title: 'Logs',
          count: logs.length,
          content: () =>
            logs.length === 0 ? <p class="quiet">This span has no logs.</p> : <Logs logs={logs} copy={copy} />,
        },
        { id: 'links', title: 'Links', count: links.length, content: () => <LinksTab {...{ page, details }} /> },
        {
          id: 'resource',
          title: 'Resource',
          count: resource.attributes.length,
          content: () => <ResourceTab {...{ page, details }} />,
        },
        { id: 'raw', title: 'Raw', content: () => <RawTab {...{ page, details }} /> },
      ]}
    />
  );
}

/** Instead of the tabs, while there is nothing for them. */
function Pending({ page, shown }: { page: Inspector; shown: ShownDetails }) {
  if (shown.status === 'none' || shown.status === 'ready') return null;
  if (shown.status === 'loading') return <p class="quiet late">Loading the span…</p>;
  return (
    <div class="failed">
      <p>
        <Text text={shown.status === 'failed' ? shown.message : 'This span is no longer stored.'} />
      </p>
      <Button onClick={() => page.retryDetails()}>Try again</Button>
    </div>
  );
}
