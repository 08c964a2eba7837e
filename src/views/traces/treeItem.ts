import * as vscode from 'vscode';
import { Command, InternalCommand, RowToken, type SpanRef } from '../../contributions.ts';
import { formatClock, formatCount } from '../../model/format.ts';
import { oneLine } from '../../model/text.ts';
import { plural, type RowLabel, spanLabel, spanTooltip, traceLabel, traceTooltip } from './labels.ts';
import { type ListAction, spanIdOf, type TreeNode } from './nodes.ts';

const ACTIONS: { readonly [K in ListAction]: { label: string; icon: string; command: Command } } = {
  changeFilter: { label: 'Change Filter…', icon: 'filter', command: Command.filterTraces },
  clearFilter: { label: 'Clear Filter', icon: 'clear-all', command: Command.clearFilter },
  searchAllTime: { label: 'Search All Time', icon: 'history', command: Command.searchAllTime },
};

/** Draws a row. The tooltip is left to {@link resolveTooltip}, which runs only for the row under the pointer. */
export function treeItem(node: TreeNode, now: number, children: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem('');
  item.id = node.id;
  if (children) item.collapsibleState = vscode.TreeItemCollapsibleState.Collapsed;
  switch (node.kind) {
    case 'service': {
      const { service, traces, errors } = node.service;
      const count = (number: number, noun: string) =>
        node.more ? `${formatCount(number)}+ ${noun}s` : plural(number, noun);
      item.label = oneLine(service, 80) || '(no service name)';
      item.description = [count(traces, 'trace'), ...(errors > 0 ? [count(errors, 'error')] : [])].join(' · ');
      item.iconPath = new vscode.ThemeIcon('server-process');
      item.contextValue = RowToken.service;
      item.accessibilityInformation = { label: `Service ${item.label}, ${item.description}` };
      return item;
    }
    case 'trace':
      applyLabel(item, traceLabel(node.summary, now, node.parent !== undefined));
      item.command = { command: Command.openTrace, title: 'Open', arguments: [refOf(node)] };
      return item;
    case 'span':
      applyLabel(item, spanLabel(node.columns, node.row));
      item.command = { command: Command.openTrace, title: 'Open', arguments: [refOf(node)] };
      return item;
    case 'more':
      item.label = 'Load more…';
      if (node.left !== undefined && node.left > 0) item.description = `${formatCount(node.left)} more`;
      item.iconPath = new vscode.ThemeIcon('ellipsis');
      item.contextValue = 'more';
      item.command = { command: InternalCommand.loadMore, title: 'Load More', arguments: [node] };
      return item;
    case 'action': {
      const { label, icon, command } = ACTIONS[node.action];
      item.label = label;
      item.iconPath = new vscode.ThemeIcon(icon);
      item.command = { command, title: label };
      return item;
    }
  }
}

/**
 * The tooltip is plain text, not markdown: telemetry may hold command links, remote images or theme icons, and text that
 * is escaped into markdown wraps in the middle of words.
 */
export function resolveTooltip(item: vscode.TreeItem, node: TreeNode, now: number): vscode.TreeItem {
  const lines =
    node.kind === 'trace'
      ? traceTooltip(node.summary, formatClock(Number(node.summary.startTimeUnixNano / 1_000_000n), now))
      : node.kind === 'span'
        ? spanTooltip(node.columns, node.row)
        : [];
  if (lines.length > 0) item.tooltip = lines.join('\n');
  return item;
}

/** The trace, and the span where the row is one, that a row stands for. */
export function refOf(node: TreeNode | undefined): SpanRef | undefined {
  if (node?.kind === 'trace') return { traceId: node.summary.traceId };
  // A row that stands for a parent which never arrived has nothing to select but its trace.
  if (node?.kind === 'span' && spanLabel(node.columns, node.row).context === 'missing') {
    return { traceId: node.trace.traceId };
  }
  if (node?.kind === 'span') return { traceId: node.trace.traceId, spanId: spanIdOf(node.columns, node.row) };
  return undefined;
}

function applyLabel(item: vscode.TreeItem, row: RowLabel): void {
  item.label = row.label;
  item.description = row.description;
  item.contextValue = row.context;
  // Themes give symbol icons colours of their own; here a colour means an error and nothing else.
  item.iconPath = new vscode.ThemeIcon(
    row.icon,
    new vscode.ThemeColor(row.error ? 'spanside.error' : 'icon.foreground'),
  );
  item.accessibilityInformation = { label: row.spoken };
}
