import * as vscode from 'vscode';
import type { ServiceCount } from '../../collector/api.ts';
import { plain } from '../plain.ts';
import { plural } from '../traces/labels.ts';
import { mistakeIn } from './mistake.ts';
import { rangeTerms, TIME_RANGES, type TimeRange } from './traceFilter.ts';

/** The times to search; `null` for all, `undefined` where it was left by Escape. */
export async function askRange(current: TimeRange | undefined): Promise<TimeRange | null | undefined> {
  const all = { label: 'All time', range: null };
  const custom = { label: 'Between…', description: 'two points in time', range: undefined };
  const isCurrent = (range: TimeRange | null) =>
    range === null ? current === undefined : current !== undefined && rangeTerms(range) === rangeTerms(current);
  const offered = [all, ...TIME_RANGES].map(each => ({
    ...each,
    ...(isCurrent(each.range) && { description: 'now' }),
  }));
  const picked = await vscode.window.showQuickPick([...offered, custom], {
    title: 'Time Range',
    placeHolder: 'When a trace began',
  });
  if (picked === undefined || picked === custom) return picked && askBetween(current);
  return picked.range;
}

async function askBetween(current: TimeRange | undefined): Promise<TimeRange | null | undefined> {
  const ask = (key: 'since' | 'until', prompt: string) =>
    vscode.window.showInputBox({
      title: key === 'since' ? 'Traces Since' : 'Traces Until',
      prompt,
      placeHolder: '10m, 2h, 3d, yesterday, 2026-11-21, 2026-11-21 14:00',
      value: current?.[key] ?? '',
      validateInput: text => timeMistake(key, text),
    });
  const since = await ask('since', 'How long ago or when. Leave it empty for the beginning.');
  if (since === undefined) return undefined;
  const until = await ask('until', 'How long ago or when. Leave it empty for now.');
  if (until === undefined) return undefined;
  const range = { ...(since.trim() && { since: since.trim() }), ...(until.trim() && { until: until.trim() }) };
  return Object.keys(range).length === 0 ? null : range;
}

function timeMistake(key: 'since' | 'until', text: string): string | undefined {
  const time = text.trim();
  if (time === '') return undefined;
  return mistakeIn(rangeTerms({ [key]: time }))?.message;
}

/** What a span has to take longer than, as a search writes it: `200ms`. */
export async function askDuration(): Promise<string | undefined> {
  const written = (text: string) => text.replace(/\s+/g, '').replace(/^>/, '');
  const text = await vscode.window.showInputBox({
    title: 'Slower Than',
    placeHolder: '200ms, 1.5s, 2m',
    prompt: 'Shows traces with a span that takes longer.',
    validateInput: text => (written(text) === '' ? undefined : mistakeIn(`duration:>${written(text)}`)?.message),
  });
  return text === undefined || written(text) === '' ? undefined : written(text);
}

export async function askService(services: readonly ServiceCount[]): Promise<string | undefined> {
  const items = services
    .filter(({ service }) => service !== '')
    .map(({ service, traces }) => ({ label: plain(service, 200), description: plural(traces, 'trace'), service }));
  const placeHolder = items.length > 0 ? 'Traces with a span of this service' : 'No service has sent anything yet';
  return (await vscode.window.showQuickPick(items, { title: 'Service', placeHolder }))?.service;
}

export function askName(suggested: string, taken: ReadonlySet<string>): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: 'Save Search',
    prompt: 'A name to find it by in the filter box.',
    value: suggested,
    validateInput: text => {
      if (text.trim() === '') return 'A saved search needs a name.';
      if (!taken.has(text.trim())) return undefined;
      return {
        message: 'There is a search with this name; it is replaced.',
        severity: vscode.InputBoxValidationSeverity.Warning,
      };
    },
  });
}
