import type { Completion } from '../../model/search/complete.ts';
import { isTraceql, parseSearch } from '../../model/search/parse.ts';
import { plain } from '../plain.ts';
import { describeFilter } from '../traces/header.ts';
import { hasErrors } from './compose.ts';
import { explain } from './explain.ts';
import type { Mistake } from './mistake.ts';
import type { SavedSearch } from './searchMemory.ts';
import { filterKey, isFiltering, rangeLabel, type TraceFilter } from './traceFilter.ts';

/** What choosing a row of the filter box does. */
export type BoxAction =
  | { type: 'nothing' | 'apply' | 'toggleErrors' | 'askDuration' | 'askRange' | 'askService' | 'save' }
  | { type: 'write'; text: string }
  | { type: 'use'; filter: TraceFilter };

export type Removal = { type: 'recent'; filter: TraceFilter } | { type: 'saved'; name: string };

export interface BoxItem {
  label: string;
  description?: string;
  detail?: string;
  action: BoxAction;
  /** What its button takes away. */
  removal?: Removal;
}

export interface BoxSection {
  /** '' for the first. */
  title: string;
  items: BoxItem[];
}

export interface BoxState {
  /** As it is written now. */
  draft: TraceFilter;
  mistake: Mistake | undefined;
  completions: readonly Completion[];
  recent: readonly TraceFilter[];
  saved: readonly SavedSearch[];
}

/** How many completions stand before all else while nothing is being written yet, and while something is. */
const OFFERED_AT_START = 5;
const OFFERED = 30;
const RECENT_OFFERED = 5;
/** Characters that a row of the box has room for. */
const LINE = 88;

/** The rows of the filter box, and which of them Enter takes. */
export function boxItems(state: BoxState): { sections: BoxSection[]; active: BoxItem } {
  const { mistake } = state;
  const completions = completionItems(state);
  // Where something is only half written, Enter goes on with it.
  const goesOn = mistake?.isUnfinished ? completions[0] : undefined;
  const [first, ...rest] =
    mistake === undefined ? [applyItem(state.draft)] : mistakeItems(mistake, goesOn !== undefined);
  const sections = [
    { title: '', items: [first, ...rest] },
    { title: 'Completions', items: completions },
    { title: 'Recent searches', items: recentItems(state) },
    { title: 'Saved searches', items: savedItems(state) },
    { title: 'Filters', items: quickItems(state) },
  ];
  return { sections: sections.filter(({ items }) => items.length > 0), active: goesOn ?? first };
}

function applyItem(draft: TraceFilter): BoxItem {
  const action: BoxAction = { type: 'apply' };
  if (!isFiltering(draft)) return { label: '$(list-flat) Show all traces', action };
  const times = draft.range === undefined ? {} : { description: plain(rangeLabel(draft.range)) };
  const meaning = draft.text === '' ? {} : { detail: plain(explain(parseSearch(draft.text).spans), 240) };
  return { label: '$(search) Show matching traces', action, ...times, ...meaning };
}

/** The place, and below it what is wrong there: rows do not wrap, so that a long message takes several. */
function mistakeItems({ message, excerpt }: Mistake, goesOn: boolean): [BoxItem, ...BoxItem[]] {
  const action: BoxAction = { type: 'nothing' };
  const words = plain(message, 400);
  if (goesOn) return [{ label: '$(edit) Not finished', description: plain(excerpt, 200), detail: words, action }];
  const [line = '', ...more] = linesOf(words);
  const first = { label: '$(error) Mistake', description: plain(excerpt, 200), detail: line, action };
  const rest = more.flatMap((label, i) => (i % 2 === 0 ? [{ label, detail: more[i + 1] ?? '', action }] : []));
  return [first, ...rest];
}

function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= LINE) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

function completionItems({ draft: { text }, completions }: BoxState): BoxItem[] {
  const offered = isAtStart(text) ? OFFERED_AT_START : OFFERED;
  return completions.slice(0, offered).map(({ insert, label, detail, from, to }) => {
    // A value ends its term; a key or an operator wants to be gone on with.
    const end = to === text.length && /[\w"*)]$/.test(insert) && !isTraceql(text) ? ' ' : '';
    return {
      label: plain(label),
      description: plain(detail),
      action: { type: 'write', text: `${text.slice(0, from)}${insert}${end}${text.slice(to)}` },
    };
  });
}

/** Whether nothing is being written at the end of the text. */
function isAtStart(text: string): boolean {
  return text === '' || /\s$/.test(text);
}

function recentItems({ draft, recent }: BoxState): BoxItem[] {
  return recent
    .filter(filter => matches(draft, filter.text) && filterKey(filter) !== filterKey(draft))
    .slice(0, RECENT_OFFERED)
    .map(filter => ({
      label: `$(history) ${plain(describeFilter(filter))}`,
      action: { type: 'use', filter },
      removal: { type: 'recent', filter },
    }));
}

function savedItems({ draft, saved }: BoxState): BoxItem[] {
  return saved
    .filter(({ name, filter }) => matches(draft, name) || matches(draft, filter.text))
    .map(({ name, filter }) => ({
      label: `$(bookmark) ${plain(name)}`,
      description: plain(describeFilter(filter)),
      action: { type: 'use', filter },
      removal: { type: 'saved', name },
    }));
}

function matches({ text }: TraceFilter, candidate: string): boolean {
  return candidate.toLowerCase().includes(text.trim().toLowerCase());
}

function quickItems({ draft, mistake }: BoxState): BoxItem[] {
  const range = draft.range === undefined ? 'all time' : rangeLabel(draft.range);
  const items: BoxItem[] = [];
  // A text with a mistake in it is first to be mended.
  if (mistake === undefined) {
    items.push(
      {
        label: `$(error) ${hasErrors(draft.text) ? 'Not only errors' : 'Errors only'}`,
        action: { type: 'toggleErrors' },
      },
      { label: '$(dashboard) Slower than…', action: { type: 'askDuration' } },
      { label: '$(server-process) Service…', action: { type: 'askService' } },
    );
  }
  items.push({ label: '$(history) Time range…', description: plain(range), action: { type: 'askRange' } });
  if (mistake === undefined && isFiltering(draft)) {
    items.push({ label: '$(bookmark) Save this search…', action: { type: 'save' } });
  }
  return items;
}
