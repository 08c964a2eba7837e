import type { ComponentChildren } from 'preact';

interface ActionLinkProps {
  class?: string;
  /** A link in a row is no tab stop of its own: Enter does the same. */
  tabIndex?: number;
  onClick(): void;
  children: ComponentChildren;
}

/** A link to a place that only the editor can open: it leads there, so it is a link, and the page has no address for it. */
export function ActionLink({ class: className, tabIndex, onClick, children }: ActionLinkProps) {
  return (
    // biome-ignore lint/a11y/useValidAnchor: it leads to a place, which the editor opens
    <a
      href="#place"
      class={className}
      tabIndex={tabIndex}
      onClick={event => {
        event.preventDefault();
        event.stopPropagation();
        onClick();
      }}
      onDblClick={event => event.stopPropagation()}
    >
      {children}
    </a>
  );
}
