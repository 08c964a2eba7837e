import { parseSpanId } from '../../src/model/ids.ts';
import type { SpanDetails, ViewLink } from '../../src/protocol/details.ts';
import type { Inspector } from '../state/inspector.ts';
import { ActionLink } from '../ui/actionLink.tsx';
import { IconButton } from '../ui/controls.tsx';
import { MoreButton, usePages } from '../ui/pages.tsx';
import { Text } from '../ui/text.tsx';
import { AttributeList, DroppedNote } from './attributeList.tsx';
import { valueOpener } from './openValue.ts';

/** Links to spans of other traces, or of this one. */
export function LinksTab({ page, details }: { page: Inspector; details: SpanDetails }) {
  const { shown, more } = usePages();
  return (
    <>
      {details.links.length === 0 && <p class="quiet">This span has no links.</p>}
      {details.links.slice(0, shown).map((link, number) => (
        <section class="entry">
          <h3>
            <Target page={page} link={link} here={link.traceId === details.traceId} />
            <IconButton icon="copy" label="Copy trace ID" onClick={() => page.copy(link.traceId, 'the trace ID')} />
          </h3>
          {link.traceState !== '' && (
            <p class="quiet">
              trace state <Text text={link.traceState} />
            </p>
          )}
          <AttributeList
            attributes={link.attributes}
            copy={(text, what) => page.copy(text, what)}
            onOpen={valueOpener(page, details, `links/${number}`, link.attributes)}
          />
          <DroppedNote count={link.droppedAttributesCount} what="attributes" />
        </section>
      ))}
      <MoreButton left={details.links.length - shown} what="links" onClick={more} />
      <DroppedNote count={details.droppedLinksCount} what="links" />
    </>
  );
}

function Target({ page, link, here }: { page: Inspector; link: ViewLink; here: boolean }) {
  const ids = `trace ${link.traceId || 'without an ID'} span ${link.spanId || 'without an ID'}`;
  if (!link.known && !here) {
    return (
      <span>
        <Text text={ids} /> <span class="quiet">not in the store</span>
      </span>
    );
  }
  return (
    <ActionLink
      onClick={() => {
        const row = here ? (page.trace.peek()?.rowOf(link.spanId) ?? -1) : -1;
        if (row >= 0) page.select(row, 'centre');
        else
          page.post({
            type: 'openTrace',
            traceId: link.traceId,
            ...(parseSpanId(link.spanId) && { spanId: link.spanId }),
          });
      }}
    >
      <Text text={here ? `span ${link.spanId} of this trace` : ids} />
    </ActionLink>
  );
}
