import * as vscode from 'vscode';
import type { CollectorApi } from '../collector/api.ts';
import { Command, InternalCommand, type SpanRef } from '../contributions.ts';
import { formatAge, formatDuration } from '../model/format.ts';
import { parseTraceId, type TraceId } from '../model/ids.ts';
import { UserError } from '../model/userError.ts';
import { registerCommand } from './contributed.ts';
import { CurableError } from './failure.ts';
import type { InspectorPanels } from './inspector/panels.ts';
import { plain } from './plain.ts';
import type { SiteLens } from './siteLens.ts';
import type { SourceNavigator } from './source/navigator.ts';
import { clearDetail, isWorthClearing, keptSentence } from './storeText.ts';
import { durationMs, plural } from './traces/labels.ts';
import type { TreeNode } from './traces/nodes.ts';
import { refOf } from './traces/treeItem.ts';
import type { TracesView } from './traces/treeView.ts';

/** How many of the newest traces a command offers when it is run without one. */
const OFFERED = 50;

/** What a command gets: a row of the tree and perhaps all selected ones, a reference, or nothing from the palette. */
type Target = TreeNode | SpanRef | undefined;

export interface TraceCommandParts {
  collector: CollectorApi;
  view: TracesView;
  panels: InspectorPanels;
  navigator: SourceNavigator;
  lens: SiteLens;
  log: vscode.LogOutputChannel;
}

/** Commands on traces and on the list of them. */
export function registerTraceCommands(parts: TraceCommandParts): vscode.Disposable[] {
  const { collector, view, panels, navigator, log } = parts;

  const targets = async (target: Target, all?: readonly TreeNode[]): Promise<SpanRef[]> => {
    const refs = all?.length ? all.flatMap(node => refOf(node) ?? []) : toRef(target);
    if (refs.length > 0) return refs;
    if (view.selection.length > 0) return view.selection;
    const chosen = await chooseTrace(collector);
    return chosen ? [chosen] : [];
  };
  const one = async (target: Target): Promise<SpanRef | undefined> => (await targets(target))[0];
  const pin = async (refs: readonly SpanRef[], on: boolean): Promise<void> => {
    const ids = distinct(refs);
    if (ids.length === 0) return;
    await collector.pinTraces(ids, on);
    view.refresh();
    const what = plural(ids.length, 'trace');
    vscode.window.setStatusBarMessage(on ? `$(pinned) ${what} pinned` : `$(pin) ${what} no longer pinned`, 5000);
  };
  const forgotten = (storesLeft: number, gone: readonly TraceId[] = []) => {
    view.refreshWithout(gone);
    panels.checkAll();
    parts.lens.refresh();
    const kept = keptSentence(storesLeft);
    if (kept !== undefined) void vscode.window.showInformationMessage(kept);
  };

  return [
    registerCommand(Command.openTrace, log, async (target: Target) => {
      const ref = await one(target);
      // A click in the tree leaves the focus there, so that the arrow keys go on.
      if (ref) panels.open(ref, { focus: target === undefined });
    }),
    registerCommand(Command.openTraceInNewPanel, log, async (target: Target) => {
      const ref = await one(target);
      if (ref) panels.open(ref, { newPanel: true, focus: true });
    }),
    registerCommand(Command.goToSource, log, async (target: Target) => {
      const shown = target === undefined && view.selection.length === 0 ? panels.activeSpan() : undefined;
      const ref = shown ?? (await one(target));
      if (!ref) return;
      const focus = target === undefined;
      await navigator.open(ref, { focus, column: panels.sourceColumn(), shown: panels.shows(ref) });
    }),
    registerCommand(Command.inspectorGoToSource, log, () => panels.run('goToSource')),
    registerCommand(Command.inspectorCollapseAll, log, () => panels.run('collapseAll')),
    registerCommand(Command.inspectorExpandAll, log, () => panels.run('expandAll')),
    registerCommand(Command.inspectorFind, log, () => panels.run('focusSearch')),
    registerCommand(Command.copyTraceId, log, async (target: Target, all?: TreeNode[]) => {
      const ids = distinct(await targets(target, all));
      if (ids.length > 0) await vscode.env.clipboard.writeText(ids.join('\n'));
    }),
    registerCommand(Command.pinTraces, log, async (target: Target, all?: TreeNode[]) =>
      pin(await targets(target, all), true),
    ),
    registerCommand(Command.unpinTraces, log, async (target: Target, all?: TreeNode[]) =>
      pin(await targets(target, all), false),
    ),
    registerCommand(Command.deleteTraces, log, async (target: Target, all?: TreeNode[]) => {
      // Spans that are selected along with traces are no reason to delete their traces.
      const refs = (await targets(target, all)).filter(ref => ref.spanId === undefined);
      if (refs.length === 0) throw new UserError('Only whole traces can be deleted. Select the trace of this span.');
      const ids = distinct(refs);
      if (ids.length > 1 && !(await confirmed(`Delete ${plural(ids.length, 'trace')}?`, 'Delete'))) return;
      const selectBeside = view.selectionAfter(ids);
      forgotten(await collector.deleteTraces(ids), ids);
      selectBeside();
    }),
    registerCommand(Command.clearTraces, log, async () => {
      const info = await collector.storeInfo();
      if (!isWorthClearing(info)) return view.refresh();
      if (!(await confirmed('Delete all traces of this workspace?', 'Delete All', clearDetail(info, Date.now()))))
        return;
      forgotten(await collector.clear());
    }),
    registerCommand(Command.pauseTraces, log, () => view.setPaused(true)),
    registerCommand(Command.resumeTraces, log, () => view.setPaused(false)),
    registerCommand(Command.groupByService, log, () => view.setGrouped(true)),
    registerCommand(Command.showFlat, log, () => view.setGrouped(false)),
    registerCommand(Command.refreshTraces, log, () => view.refresh()),
    registerCommand(InternalCommand.loadMore, log, (node: TreeNode) => view.loadMore(node)),
  ];
}

/** A reference out of whatever a caller passes: other extensions may run these commands too. */
function toRef(target: Target): SpanRef[] {
  if (typeof target !== 'object' || target === null) return [];
  if ('kind' in target) return [refOf(target) ?? []].flat();
  const traceId = typeof target.traceId === 'string' ? parseTraceId(target.traceId) : undefined;
  if (traceId === undefined) return [];
  return [target.spanId === undefined ? { traceId } : { traceId, spanId: target.spanId }];
}

function distinct(refs: readonly SpanRef[]): TraceId[] {
  return [...new Set(refs.map(ref => ref.traceId))];
}

async function confirmed(question: string, action: string, detail?: string): Promise<boolean> {
  const options = { modal: true, ...(detail === undefined ? {} : { detail }) };
  return (await vscode.window.showWarningMessage(question, options, action)) === action;
}

async function chooseTrace(collector: CollectorApi): Promise<SpanRef | undefined> {
  const { traces } = await collector.listTraces({ limit: OFFERED });
  if (traces.length === 0) {
    throw new CurableError('There is no trace yet.', {
      title: 'Send a Sample Trace',
      command: Command.sendSampleTrace,
    });
  }
  const now = Date.now();
  const picked = await vscode.window.showQuickPick(
    traces.map(summary => ({
      label: `${summary.errorCount > 0 ? '$(error) ' : ''}${plain(summary.name) || '(no name)'}`,
      description: [
        formatDuration(durationMs(summary)),
        plural(summary.spanCount, 'span'),
        formatAge(summary.receivedAt, now),
      ].join(' · '),
      detail: plain(summary.service),
      traceId: summary.traceId,
    })),
    { title: 'Choose a Trace', matchOnDetail: true },
  );
  return picked && { traceId: picked.traceId };
}
