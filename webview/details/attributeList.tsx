import type { ComponentChildren } from 'preact';
import type { ViewAttribute, ViewValue } from '../../src/model/viewValue.ts';
import { MoreButton, usePages } from '../ui/pages.tsx';
import { Text } from '../ui/text.tsx';
import { Value } from './value.tsx';

/** Longer keys are cut; nobody means them. */
const LONGEST_KEY = 500;
/** Of a key in the name of a button. */
const LONGEST_LABEL = 100;

interface AttributeListProps {
  /** With a `label` those that are named in plain words; their key is told on the label. */
  attributes: readonly (ViewAttribute & { label?: string })[];
  copy?: ((text: string, what: string) => void) | undefined;
  onOpen?: ((value: ViewValue) => void) | undefined;
  /** What stands behind some values, by key. */
  notes?: ReadonlyMap<string, string>;
  /** Further facts of the same list. */
  children?: ComponentChildren;
}

/** Keys and values, one under the other, in the order given. */
export function AttributeList({ attributes, copy, onOpen, notes, children }: AttributeListProps) {
  const { shown, more } = usePages();
  return (
    <>
      <dl class="attributes">
        {attributes.slice(0, shown).map(({ key, value, label }) => (
          <Fact label={label === undefined ? <Key text={key} /> : <span title={key}>{label}</span>}>
            <Value value={value} label={label ?? key.slice(0, LONGEST_LABEL)} copy={copy} onOpen={onOpen} />
            {notes?.has(key) && <span class="note-text">{notes.get(key)}</span>}
          </Fact>
        ))}
        {children}
      </dl>
      <MoreButton left={attributes.length - shown} what="attributes" onClick={more} />
    </>
  );
}

/** A line of such a list. */
export function Fact({ label, children }: { label: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The namespaces before the last dot are dimmed: what tells keys apart stands at their end. */
function Key({ text }: { text: string }) {
  const key = text.length > LONGEST_KEY ? `${text.slice(0, LONGEST_KEY)}…` : text;
  const end = key.lastIndexOf('.') + 1;
  if (key === '') return <span class="faint">empty key</span>;
  return (
    <>
      {end > 0 && (
        <span class="key-prefix">
          {key
            .slice(0, end - 1)
            .split('.')
            .map(part => (
              <>
                <Text text={`${part}.`} />
                <wbr />
              </>
            ))}
        </span>
      )}
      <Text text={key.slice(end)} />
    </>
  );
}

export function DroppedNote({ count, what }: { count: number; what: string }) {
  if (count === 0) return null;
  return (
    <p class="quiet">
      {count} more {what} {count === 1 ? 'was' : 'were'} dropped before sending, by the limits of the program's SDK.
    </p>
  );
}
