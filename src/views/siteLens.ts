import * as vscode from 'vscode';
import type { CollectorApi, SiteSpan } from '../collector/api.ts';
import { Command, InternalCommand } from '../contributions.ts';
import { formatAge, formatClock, formatDuration } from '../model/format.ts';
import { safeError } from '../model/text.ts';
import { UserError } from '../model/userError.ts';
import type { WorkspaceFiles } from '../source/workspaceFiles.ts';
import { onDidChangeSetting, readSetting, registerCommand, runCommand } from './contributed.ts';
import { DisposableStore } from './disposables.ts';
import { plain } from './plain.ts';
import { SiteReports } from './siteReports.ts';
import { LENS_TOOLTIP, lensText } from './siteText.ts';
import { Throttle } from './throttle.ts';

/** Lenses make the text below them jump, so they change no more often than this, and only when their words do. */
const UPDATE_MS = 1000;
/** A large store is read in parts; the next one is asked for after this time. */
const MORE_MS = 100;

interface Lens {
  line: number;
  text: string;
}

/** Above every line that kept spans name: how many there are, how long they took, how many failed. */
export class SiteLens implements vscode.CodeLensProvider {
  readonly #reports: SiteReports;
  readonly #log: vscode.LogOutputChannel;
  readonly #disposables = new DisposableStore();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
  readonly #update = this.#disposables.add(new Throttle(UPDATE_MS, () => void this.#read()));
  readonly #more = this.#disposables.add(new Throttle(MORE_MS, () => void this.#read()));
  readonly onDidChangeCodeLenses = this.#changed.event;
  /** File -> what its lenses said when they were last given. */
  readonly #shown = new Map<string, string>();

  constructor(collector: CollectorApi, files: WorkspaceFiles, log: vscode.LogOutputChannel) {
    this.#reports = new SiteReports(collector, files);
    this.#log = log;
    const add = this.#disposables.add.bind(this.#disposables);
    add(vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this));
    add(collector.onDidCommit(() => this.#update.trigger()));
    add(
      collector.onDidChangeState(() => {
        this.#reports.forget();
        this.#update.trigger();
      }),
    );
    add(vscode.window.onDidChangeVisibleTextEditors(() => this.#update.trigger()));
    add(onDidChangeSetting(['spanside.codeLens.enabled'], () => this.#changed.fire()));
    add(registerCommand(InternalCommand.listSite, log, (file: string, line: number) => this.#list(file, line)));
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!readSetting('spanside.codeLens.enabled')) return [];
    const file = document.uri.fsPath;
    // A file that is opened before the first look has its lenses at once, not a second later.
    if (!this.#reports.loaded) await this.#load();
    const lenses = await this.#lensesOf(file);
    this.#shown.set(file, JSON.stringify(lenses));
    return lenses
      .filter(lens => lens.line <= document.lineCount)
      .map(lens => {
        const start = new vscode.Position(lens.line - 1, 0);
        return new vscode.CodeLens(new vscode.Range(start, start), {
          title: lens.text,
          tooltip: LENS_TOOLTIP,
          command: InternalCommand.listSite,
          arguments: [file, lens.line],
        });
      });
  }

  /** Looks again, as after a deletion. */
  refresh(): void {
    this.#update.trigger();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async #read(): Promise<void> {
    const files = vscode.window.visibleTextEditors
      .map(({ document }) => document.uri)
      .filter(uri => uri.scheme === 'file');
    if (files.length === 0 || !readSetting('spanside.codeLens.enabled')) return;
    await this.#load();
    for (const { fsPath } of files) {
      const shown = this.#shown.get(fsPath);
      if (shown !== undefined && shown !== JSON.stringify(await this.#lensesOf(fsPath))) return this.#changed.fire();
    }
  }

  async #load(): Promise<void> {
    try {
      if (await this.#reports.load()) this.#more.trigger();
    } catch (error) {
      this.#log.warn(`What spans say about lines could not be read: ${safeError(error)}`);
    }
  }

  async #lensesOf(file: string): Promise<Lens[]> {
    try {
      const lines = await this.#reports.linesOf(file);
      return lines.map(({ line, stats }) => ({ line, text: lensText(stats) }));
    } catch (error) {
      this.#log.warn(`The lenses of a file could not be made: ${safeError(error)}`);
      return [];
    }
  }

  /** Lists the spans of a line; the chosen one opens in the inspector. */
  async #list(file: string, line: number): Promise<void> {
    const { spans, count } = await this.#reports.spansOf(file, line);
    if (spans.length === 0) throw new UserError('The spans of this line are not in the store any more.');
    const now = Date.now();
    const picked = await vscode.window.showQuickPick(
      spans.map(span => ({
        label: `${span.error ? '$(error) ' : ''}${plain(span.name) || '(no name)'}`,
        description: [
          formatDuration(Number(span.durationNano) / 1e6),
          ...whenOf(span, now),
          ...(span.error ? ['error'] : []),
        ].join(' · '),
        span,
      })),
      {
        title:
          spans.length < count ? `The newest ${spans.length} of ${count} spans of this line` : 'Spans of this line',
      },
    );
    if (picked) await runCommand(Command.openTrace, { traceId: picked.span.traceId, spanId: picked.span.spanId });
  }
}

/** Spans of one line have one name, so the time of day is what tells them apart. */
function whenOf(span: SiteSpan, now: number): string[] {
  const started = Number(span.startTimeUnixNano / 1_000_000n);
  return [formatAge(started, now), formatClock(started, now)];
}
