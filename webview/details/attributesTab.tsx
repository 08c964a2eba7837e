import { useEffect, useRef, useState } from 'preact/hooks';
import { displayValue } from '../../src/model/viewValue.ts';
import type { SpanDetails } from '../../src/protocol/details.ts';
import type { Inspector } from '../state/inspector.ts';
import { SearchField } from '../ui/controls.tsx';
import { AttributeList, DroppedNote } from './attributeList.tsx';
import { valueOpener } from './openValue.ts';

/** All attributes of a span as they were sent, with a search over keys and values. */
export function AttributesTab({ page, details }: { page: Inspector; details: SpanDetails }) {
  const [wanted, setWanted] = useState('');
  const field = useRef<HTMLElement>(null);
  const asked = page.focusSearch.value;
  useEffect(() => {
    if (asked > 0) field.current?.focus();
  }, [asked]);
  const { attributes } = details;
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const found = attributes.filter(({ key, value }) => {
    if (words.length === 0) return true;
    const text = `${key} ${displayValue(value)}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
  return (
    <>
      <div class="search">
        <SearchField label="Search keys and values" value={wanted} onInput={setWanted} fieldRef={field} />
        {words.length > 0 && (
          <span class="quiet" role="status">
            {found.length} of {attributes.length}
          </span>
        )}
      </div>
      {found.length > 0 && (
        <AttributeList
          attributes={found}
          copy={(text, what) => page.copy(text, what)}
          onOpen={valueOpener(page, details, 'attributes', attributes)}
        />
      )}
      {attributes.length === 0 && <p class="quiet">This span has no attributes.</p>}
      {attributes.length > 0 && found.length === 0 && <p class="quiet">No attribute has this in its key or value.</p>}
      <DroppedNote count={details.droppedAttributesCount} what="attributes" />
    </>
  );
}
