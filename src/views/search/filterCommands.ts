import type * as vscode from 'vscode';
import type { CollectorApi } from '../../collector/api.ts';
import { Command } from '../../contributions.ts';
import { UserError } from '../../model/userError.ts';
import { registerCommand } from '../contributed.ts';
import { describeFilter } from '../traces/header.ts';
import { nameOf, serviceOf, type TreeNode } from '../traces/nodes.ts';
import type { TracesView } from '../traces/treeView.ts';
import { slowerThan, withErrors, withoutTimes, withValue } from './compose.ts';
import { mistakeIn } from './mistake.ts';
import { askDuration, askName, askRange, askService } from './questions.ts';
import { type Choice, showSearchBox } from './searchBox.ts';
import type { SearchMemory } from './searchMemory.ts';
import { isFiltering, NO_FILTER, type TimeRange, type TraceFilter } from './traceFilter.ts';

export interface FilterCommandParts {
  collector: Pick<CollectorApi, 'listServices' | 'searchVocabulary'>;
  view: TracesView;
  memory: SearchMemory;
  log: vscode.LogOutputChannel;
}

/** Commands that choose which traces are listed. */
export function registerFilterCommands(parts: FilterCommandParts): vscode.Disposable[] {
  const { collector, view, memory, log } = parts;
  const use = (filter: TraceFilter) => {
    view.setFilter(filter);
    return memory.use(filter);
  };
  const useErrors = (on: boolean) => use({ ...view.filter, text: withErrors(view.filter.text, on) });
  const useValue = (key: 'service' | 'name', value: string | undefined) => {
    if (!value) throw new UserError(`Select a trace or a span with a ${key} in the list; it is filtered by that.`);
    const text = withValue(view.filter.text, key, value);
    const mistake = mistakeIn(text);
    if (mistake) throw new UserError(`It cannot be filtered by this ${key}: ${mistake.message}`);
    return use({ ...view.filter, text });
  };
  const selected = (node: TreeNode | undefined) => node ?? view.selectedNode;
  const save = async (filter: TraceFilter) => {
    if (!isFiltering(filter)) throw new UserError('Filter the list first; then the search can be saved.');
    const taken = new Set(memory.saved.map(({ name }) => name));
    const name = (await askName(describeFilter(filter), taken))?.trim();
    if (name) await memory.save({ name, filter });
  };

  return [
    registerCommand(Command.filterTraces, log, async () => {
      let draft = view.filter;
      const vocabulary = collector.searchVocabulary();
      // What is asked aside leads back to the box, so that one filter can be made of several parts.
      for (;;) {
        const choice = await showSearchBox(draft, memory, vocabulary);
        if (choice === undefined) return;
        if (choice.action === 'apply') return use(choice.draft);
        if (choice.action === 'save') await save(choice.draft);
        draft = await changed(choice, collector);
      }
    }),
    registerCommand(Command.clearFilter, log, () => use(NO_FILTER)),
    registerCommand(Command.errorsOnly, log, () => useErrors(true)),
    registerCommand(Command.anyStatus, log, () => useErrors(false)),
    registerCommand(Command.setTimeRange, log, async () => {
      const range = await askRange(view.filter.range);
      if (range !== undefined) await use(withRange(view.filter, range));
    }),
    registerCommand(Command.searchAllTime, log, () => use({ text: withoutTimes(view.filter.text) })),
    registerCommand(Command.saveSearch, log, () => save(view.filter)),
    registerCommand(Command.filterByService, log, (node?: TreeNode) => {
      const row = selected(node);
      return useValue('service', row && serviceOf(row));
    }),
    registerCommand(Command.filterByName, log, (node?: TreeNode) => {
      const row = selected(node);
      return useValue('name', row && nameOf(row));
    }),
  ];
}

/** The draft with what was asked for aside; as it was where that was left by Escape. */
async function changed({ draft, action }: Choice, collector: Pick<CollectorApi, 'listServices'>): Promise<TraceFilter> {
  const { text } = draft;
  switch (action) {
    case 'askDuration': {
      const duration = await askDuration();
      return duration === undefined ? draft : { ...draft, text: slowerThan(text, duration) };
    }
    case 'askService': {
      const service = await askService(await collector.listServices());
      return service === undefined ? draft : { ...draft, text: withValue(text, 'service', service) };
    }
    case 'askRange': {
      const range = await askRange(draft.range);
      return range === undefined ? draft : withRange(draft, range);
    }
    default:
      return draft;
  }
}

function withRange({ text }: TraceFilter, range: TimeRange | null): TraceFilter {
  return range === null ? { text } : { text, range };
}
