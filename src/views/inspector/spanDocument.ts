import * as vscode from 'vscode';
import type { CollectorApi } from '../../collector/api.ts';
import { SPAN_SCHEME } from '../../contributions.ts';
import { documentText, rawSpanPath, valuePath } from './rawSpan.ts';
import type { FullSpanRef } from './spanAnswers.ts';

/** Spans and their values as read-only documents, so that the editor's own search, folding and comparison work on them. */
export class SpanDocuments implements vscode.TextDocumentContentProvider {
  readonly #collector: Pick<CollectorApi, 'rawSpan' | 'span'>;

  constructor(collector: Pick<CollectorApi, 'rawSpan' | 'span'>) {
    this.#collector = collector;
  }

  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SPAN_SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    return documentText(this.#collector, uri.path);
  }

  /** Opens the span, or only its value at `place`. */
  async open(ref: FullSpanRef, column: vscode.ViewColumn | undefined, place?: string): Promise<void> {
    const { traceId, spanId } = ref;
    const path = place === undefined ? rawSpanPath(traceId, spanId) : valuePath(traceId, spanId, place);
    const uri = vscode.Uri.from({ scheme: SPAN_SCHEME, path });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, {
      preview: true,
      preserveFocus: true,
      ...(column === undefined ? {} : { viewColumn: column }),
    });
  }
}
