import * as vscode from 'vscode';
import type { CollectorApi } from '../../collector/api.ts';
import { SPAN_SCHEME } from '../../contributions.ts';
import { rawSpanPath, rawSpanText } from './rawSpan.ts';
import type { FullSpanRef } from './spanAnswers.ts';

/** Spans as read-only JSON documents, so that the editor's own search, folding and comparison work on them. */
export class SpanDocuments implements vscode.TextDocumentContentProvider {
  readonly #collector: Pick<CollectorApi, 'rawSpan'>;

  constructor(collector: Pick<CollectorApi, 'rawSpan'>) {
    this.#collector = collector;
  }

  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SPAN_SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    return rawSpanText(this.#collector, uri.path);
  }

  async open(ref: FullSpanRef, column: vscode.ViewColumn | undefined): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SPAN_SCHEME, path: rawSpanPath(ref.traceId, ref.spanId) });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, {
      preview: true,
      preserveFocus: true,
      ...(column === undefined ? {} : { viewColumn: column }),
    });
  }
}
