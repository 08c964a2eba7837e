import { type ComponentChildren, h, type RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/**
 * Whether the toolkit's elements are there. It is asked once for each control, when it appears: one that is in use is
 * not exchanged under the reader's hands.
 */
function useToolkit(element: string): boolean {
  return useState(() => customElements.get(element) !== undefined)[0];
}

interface ButtonProps {
  children: ComponentChildren;
  onClick(): void;
  /** Name for screen readers and tooltip, for a button that is only an icon. */
  label?: string;
}

/** A button with words on it. */
export function Button({ children, onClick }: ButtonProps) {
  return useToolkit('vscode-button') ? (
    h('vscode-button', { appearance: 'secondary', onClick }, children)
  ) : (
    <button type="button" class="button" onClick={onClick}>
      {children}
    </button>
  );
}

interface IconButtonProps {
  icon: string;
  label: string;
  onClick(): void;
}

/** A small button that is a codicon; plain HTML, because there may be one for each of many values. */
export function IconButton({ icon, label, onClick }: IconButtonProps) {
  return (
    <button type="button" class="icon-button" title={label} aria-label={label} onClick={onClick}>
      <span class={`codicon codicon-${icon}`} />
    </button>
  );
}

interface SearchFieldProps {
  label: string;
  value: string;
  onInput(value: string): void;
  fieldRef: RefObject<HTMLElement | null>;
}

export function SearchField({ label, value, onInput, fieldRef }: SearchFieldProps) {
  // The toolkit's field names itself "Text field" when it is attached, whatever name it was given.
  useLayoutEffect(() => fieldRef.current?.setAttribute('aria-label', label), [label]);
  const props = {
    class: 'search-field',
    placeholder: label,
    'aria-label': label,
    value,
    ref: fieldRef,
    onInput: (event: Event) => onInput((event.target as HTMLInputElement).value),
  };
  return useToolkit('vscode-text-field') ? h('vscode-text-field', props) : h('input', { ...props, type: 'text' });
}
