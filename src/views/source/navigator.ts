import * as vscode from 'vscode';
import { Command, type SpanRef } from '../../contributions.ts';
import type { Candidate, Location } from '../../model/location.ts';
import { UserError } from '../../model/userError.ts';
import { openCandidate } from '../../source/vscodeOpen.ts';
import { setContextKey } from '../contributed.ts';
import { CurableError, Hint } from '../failure.ts';
import type { FullSpanRef, SpanAnswers } from '../inspector/spanAnswers.ts';
import { plain } from '../plain.ts';
import { type FileLabels, placeLabel } from './placeLabel.ts';

export interface OpenOptions {
  /** Whether the editor takes the focus. */
  focus: boolean;
  column?: number | undefined;
  /** Number of the candidate the user has chosen already. */
  candidate?: number;
  /** Number of a frame of the span's exceptions, in place of the span itself. */
  frame?: number;
  /** Whether an inspector shows the span, and with it why it leads nowhere. */
  shown?: boolean;
}

/** Goes from a span to its line: at once where that is clear, by a choice where it is not. */
export class SourceNavigator {
  readonly #answers: SpanAnswers;
  readonly #files: FileLabels;

  constructor(answers: SpanAnswers, files: FileLabels) {
    this.#answers = answers;
    this.#files = files;
  }

  /**
   * Of a trace without a span the one that failed is meant, else the first.
   *
   * @throws {Hint} where the span leads nowhere, with the reason.
   * @throws {UserError} where the span or the chosen place is gone.
   */
  async open(ref: SpanRef, options: OpenOptions): Promise<void> {
    const spanId = ref.spanId ?? (await this.#answers.entrySpan(ref.traceId));
    const full: FullSpanRef | undefined = spanId && { traceId: ref.traceId, spanId };
    const location = full && (await this.#find(full, options.frame));
    if (location === undefined) {
      throw new CurableError('This span is not in the store any more.', {
        title: 'Refresh',
        command: Command.refreshTraces,
      });
    }
    const place = await choose(location, this.#files, options);
    if (place === undefined) return;
    await openCandidate(place, {
      preserveFocus: !options.focus,
      ...(options.column === undefined ? {} : { column: options.column }),
    });
    setContextKey('spanside.source.opened', true);
  }

  #find(ref: FullSpanRef, frame: number | undefined): Promise<Location | undefined> {
    return frame === undefined ? this.#answers.locate(ref) : this.#answers.locateTarget(ref, frame);
  }
}

/** The place to open; `undefined` where the user chose none. */
async function choose(
  location: Location,
  files: FileLabels,
  { candidate: chosen, shown = false }: OpenOptions,
): Promise<Candidate | undefined> {
  if (chosen !== undefined) {
    const candidate = location.candidates[chosen];
    if (candidate === undefined) throw new UserError('That place is not a candidate any more. Select the span again.');
    return candidate;
  }
  if (location.best !== undefined) return location.best;
  if (location.candidates.length === 0) throw new Hint(location.how, shown);
  const picked = await vscode.window.showQuickPick(
    location.candidates.map(candidate => ({
      label: placeLabel(candidate, files),
      detail: plain(candidate.why.join(', '), 300),
      candidate,
    })),
    { title: 'Go to Source', placeHolder: plain(location.how, 300) },
  );
  return picked?.candidate;
}
