import * as vscode from 'vscode';
import type { SearchVocabulary } from '../../collector/api.ts';
import { completionsAt } from '../../model/search/complete.ts';
import { DisposableStore } from '../disposables.ts';
import { type BoxAction, type BoxItem, boxItems, type Removal } from './boxItems.ts';
import { hasErrors, withErrors } from './compose.ts';
import { mistakeIn } from './mistake.ts';
import type { SearchMemory } from './searchMemory.ts';
import { rangeLabel, type TraceFilter } from './traceFilter.ts';

/** How the box was left: with what was written, and what is to be done with it. */
export interface Choice {
  draft: TraceFilter;
  action: Exclude<BoxAction['type'], 'nothing' | 'write' | 'use' | 'toggleErrors'>;
}

interface Row extends vscode.QuickPickItem {
  item?: BoxItem;
}

const NOTHING_KNOWN: SearchVocabulary = { keys: [] };

/**
 * The filter box: what is written is checked at every key, and rows below it complete it. Answers what was chosen, or
 * `undefined` where it was left by Escape.
 */
export function showSearchBox(
  start: TraceFilter,
  memory: SearchMemory,
  vocabulary: Promise<SearchVocabulary>,
): Promise<Choice | undefined> {
  const disposables = new DisposableStore();
  const box = disposables.add(vscode.window.createQuickPick<Row>());
  let draft = start;
  let known = NOTHING_KNOWN;
  let left = false;
  /** Rows that were there for Enter, now or before. */
  const offered = new WeakSet<BoxItem>();
  let shown: { text: string; items: BoxItem[]; active: BoxItem } | undefined;

  const show = (): void => {
    if (left) return;
    const { sections, active } = boxItems({
      draft,
      mistake: mistakeIn(draft.text),
      completions: completionsAt(draft.text, draft.text.length, known),
      recent: memory.recent,
      saved: memory.saved,
    });
    box.title = draft.range === undefined ? 'Filter Traces' : `Filter Traces · ${rangeLabel(draft.range)}`;
    // What only has more rows now keeps the one that the user went to.
    const chosen = shown?.text === draft.text ? box.activeItems[0]?.label : undefined;
    offered.add(active);
    shown = { text: draft.text, items: sections.flatMap(({ items }) => items), active };
    const rows = sections.flatMap(({ title, items }) => [
      ...(title === '' ? [] : [separator(title)]),
      ...items.map(row),
    ]);
    box.items = rows;
    const again = rows.find(({ item, label }) => item && label === chosen);
    box.activeItems = again ? [again] : rows.filter(({ item }) => item === active);
  };
  const write = (text: string): void => {
    draft = { ...draft, text };
    box.value = text;
    show();
  };

  return new Promise(resolve => {
    const leave = (choice: Choice | undefined): void => {
      left = true;
      resolve(choice);
      disposables.dispose();
    };
    const accept = (action: BoxAction): void => {
      switch (action.type) {
        case 'nothing':
          break;
        case 'write':
          write(action.text);
          break;
        case 'toggleErrors':
          write(withErrors(draft.text, !hasErrors(draft.text)));
          break;
        case 'use':
          leave({ draft: action.filter, action: 'apply' });
          break;
        default:
          leave({ draft: { ...draft, text: draft.text.trim() }, action: action.type });
      }
    };
    disposables.add(
      box.onDidAccept(() => {
        if (!shown) return;
        // A click selects a row, Enter the active one.
        const taken = (box.selectedItems[0] ?? box.activeItems[0])?.item;
        const isThere = taken && shown.items.includes(taken);
        // It was a row of what was written a moment before. Enter at once after the last key is meant for what is written.
        const same = isThere ? taken : shown.items.find(({ label }) => label === taken?.label);
        const isEnter = taken === undefined || offered.has(taken);
        if (same || isEnter) accept((same ?? shown.active).action);
      }),
    );
    disposables.add(
      box.onDidChangeValue(text => {
        if (text === draft.text) return;
        draft = { ...draft, text };
        show();
      }),
    );
    disposables.add(
      box.onDidTriggerItemButton(async ({ item }) => {
        if (item.item?.removal) await remove(memory, item.item.removal);
        show();
      }),
    );
    disposables.add(box.onDidHide(() => leave(undefined)));
    vocabulary.then(
      value => {
        known = value;
        show();
      },
      // Without it the keys that are always known are offered.
      () => {},
    );
    keepOrder(box);
    box.placeholder = 'checkout service:shop error duration:>200ms -health';
    box.value = draft.text;
    show();
    box.show();
  });
}

function row(item: BoxItem): Row {
  const { label, description, detail, removal } = item;
  return {
    label,
    ...(description !== undefined && { description }),
    ...(detail !== undefined && { detail }),
    ...(removal && { buttons: [{ iconPath: new vscode.ThemeIcon('close'), tooltip: 'Remove' }] }),
    // What is written is a search and no filter of these rows.
    alwaysShow: true,
    item,
  };
}

function separator(label: string): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/**
 * Keeps rows and separators where they were put; otherwise rows whose labels resemble what is written come first. Editors
 * have this property, though it is not among the types; where it is not, only the order is another.
 */
function keepOrder(box: vscode.QuickPick<Row> & { sortByLabel?: boolean }): void {
  box.sortByLabel = false;
}

function remove(memory: SearchMemory, removal: Removal): Promise<void> {
  return removal.type === 'recent' ? memory.forgetRecent(removal.filter) : memory.removeSaved(removal.name);
}
