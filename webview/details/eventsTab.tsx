import type { SpanDetails } from '../../src/protocol/details.ts';
import type { Inspector } from '../state/inspector.ts';
import { preciseClock } from '../ui/clock.ts';
import { MoreButton, usePages } from '../ui/pages.tsx';
import { Text } from '../ui/text.tsx';
import { AttributeList, DroppedNote } from './attributeList.tsx';
import { ExceptionBlock } from './exception.tsx';
import { signed } from './logs.tsx';
import { valueOpener } from './openValue.ts';

/** The keys that an exception's block has told already. */
const TOLD = new Set(['exception.type', 'exception.message', 'exception.stacktrace']);

export function EventsTab({ page, details }: { page: Inspector; details: SpanDetails }) {
  const { shown, more } = usePages();
  return (
    <>
      {details.events.length === 0 && <p class="quiet">This span has no events.</p>}
      {details.events.slice(0, shown).map((event, number) => (
        <section class="entry">
          <h3>
            <Text text={event.name || 'event without a name'} />
            <span class="offset" title={preciseClock(event.timeUnixNano)}>
              {signed(event.offsetMs)}
            </span>
          </h3>
          {event.exception && (
            <ExceptionBlock
              exception={event.exception}
              onFrame={frame => page.post({ type: 'openFrame', spanId: details.spanId, frame })}
            />
          )}
          <AttributeList
            attributes={event.exception ? event.attributes.filter(({ key }) => !TOLD.has(key)) : event.attributes}
            copy={(text, what) => page.copy(text, what)}
            onOpen={valueOpener(page, details, `events/${number}`, event.attributes)}
          />
          <DroppedNote count={event.droppedAttributesCount} what="attributes" />
        </section>
      ))}
      <MoreButton left={details.events.length - shown} what="events" onClick={more} />
      <DroppedNote count={details.droppedEventsCount} what="events" />
    </>
  );
}
