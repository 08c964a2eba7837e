import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

export interface Tab {
  id: string;
  title: string;
  /** Behind the title; absent for tabs that are not about a number of things. */
  count?: number;
  content: () => ComponentChildren;
}

interface TabsProps {
  tabs: Tab[];
  active: string;
  onSelect(id: string): void;
}

/** Tabs with one tab stop, arrow keys between them. Those with nothing in them are dimmed and come last. */
export function Tabs({ tabs, active, onSelect }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const ordered = [...tabs.filter(tab => tab.count !== 0), ...tabs.filter(tab => tab.count === 0)];
  const at = Math.max(
    0,
    ordered.findIndex(tab => tab.id === active),
  );
  const shown = ordered[at]!;
  const go = (to: number) => {
    const index = (to + ordered.length) % ordered.length;
    onSelect(ordered[index]!.id);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[index]?.focus();
  };
  return (
    <>
      <div
        ref={list}
        role="tablist"
        class="tabs"
        onKeyDown={event => {
          const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ordered.length - 1 }[event.key];
          if (to === undefined) return;
          event.preventDefault();
          go(to);
        }}
      >
        {ordered.map(tab => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`tab-${tab.id}`}
            class={tab.count === 0 ? 'tab empty' : 'tab'}
            aria-selected={tab.id === shown.id}
            aria-controls="tab-panel"
            tabIndex={tab.id === shown.id ? 0 : -1}
            onClick={() => onSelect(tab.id)}
          >
            {tab.title}
            {tab.count !== undefined && <span class="count">{tab.count}</span>}
          </button>
        ))}
      </div>
      {/* Focusable, so that what is longer than the panel can be scrolled by keys. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region has to take the focus */}
      <div role="tabpanel" id="tab-panel" class="tab-panel" aria-labelledby={`tab-${shown.id}`} tabIndex={0}>
        {shown.content()}
      </div>
    </>
  );
}
