import { useMemo, useState } from 'preact/hooks';
import { formatBytes, formatCount } from '../../src/model/format.ts';
import { displayValue, isCut, type ViewValue } from '../../src/model/viewValue.ts';
import { IconButton } from '../ui/controls.tsx';
import { Text } from '../ui/text.tsx';

/** Values longer than this are folded to their beginning. */
const FOLD_CHARACTERS = 600;
const FOLD_LINES = 10;

interface ValueProps {
  value: ViewValue;
  label: string;
  copy?: ((text: string, what: string) => void) | undefined;
  /** Opens all of the value as a document; absent where that is not to be had. */
  onOpen?: ((value: ViewValue) => void) | undefined;
}

/** A value of telemetry: text only, long ones folded, JSON laid out when asked. */
export function Value({ value, label, copy, onOpen }: ValueProps) {
  const [isOpen, setOpen] = useState(false);
  const [isPretty, setPretty] = useState(false);
  const plain = displayValue(value);
  const pretty = useMemo(() => prettyJson(value, plain), [plain]);
  if (value.type === 'empty') return <span class="faint">no value</span>;
  if (value.type === 'string' && value.value === '') return <span class="faint">empty text</span>;

  const whole = isPretty && pretty !== undefined ? pretty : plain;
  const shown = isOpen || isPretty ? whole : beginningOf(whole);
  const cutFrom = 'cutFrom' in value ? value.cutFrom : undefined;
  return (
    <span class="value">
      <code class={shown.includes('\n') ? 'lines' : undefined}>
        <Text text={shown} />
        {shown.length < whole.length && '…'}
      </code>
      {whole.length !== beginningOf(whole).length && !isPretty && (
        <button type="button" class="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'show less' : `show all ${formatBytes(new Blob([whole]).size)}`}
        </button>
      )}
      {cutFrom !== undefined && (
        <span class="note-text">
          cut from {formatCount(cutFrom)} {value.type === 'string' ? 'characters' : 'elements'}
        </span>
      )}
      {onOpen && isCut(value) && (
        <button type="button" class="link" aria-label={`Open full value of ${label}`} onClick={() => onOpen(value)}>
          open full value
        </button>
      )}
      <span class="value-actions">
        {pretty !== undefined && (
          <IconButton
            icon="json"
            label={isPretty ? `Show ${label} as it was sent` : `Lay out ${label} as JSON`}
            onClick={() => setPretty(!isPretty)}
          />
        )}
        {copy && <IconButton icon="copy" label={`Copy ${label}`} onClick={() => copy(whole, label)} />}
      </span>
    </span>
  );
}

/** The beginning of a text that is too long to be shown unasked; a short text is itself. */
function beginningOf(text: string): string {
  let end = 0;
  for (let line = 0; line < FOLD_LINES; line++) {
    const next = text.indexOf('\n', end);
    if (next < 0) return text.length > FOLD_CHARACTERS ? text.slice(0, FOLD_CHARACTERS) : text;
    end = next + 1;
  }
  return text.slice(0, Math.min(end - 1, FOLD_CHARACTERS));
}

/** JSON laid out by two spaces, where the value is JSON with something in it to lay out. */
function prettyJson(value: ViewValue, text: string): string | undefined {
  const mayBe = value.type === 'array' || value.type === 'map' || value.type === 'string';
  if (!mayBe || !/^\s*[[{]/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    // Numbers beyond what a double holds would come out as others: such text is left as it is.
    if (/\d{16,}/.test(text)) return undefined;
    const pretty = JSON.stringify(parsed, undefined, 2);
    // What is laid out already needs no button for it.
    return pretty === text ? undefined : pretty;
  } catch {
    return undefined;
  }
}
