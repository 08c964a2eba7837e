import * as vscode from 'vscode';
import type { CollectorApi } from '../../collector/api.ts';
import { SPAN_SCHEME } from '../../contributions.ts';
import { parseSpanId, parseTraceId } from '../../model/ids.ts';
import type { FullSpanRef } from './spanAnswers.ts';

/** Spans as read-only JSON documents, so that the editor's own search, folding and comparison work on them. */
export class SpanDocuments implements vscode.TextDocumentContentProvider {
  readonly #collector: Pick<CollectorApi, 'spanDetails'>;

  constructor(collector: Pick<CollectorApi, 'spanDetails'>) {
    this.#collector = collector;
  }

  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SPAN_SCHEME, this);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [, trace = '', span = ''] = /^\/([0-9a-f]{32})\/([0-9a-f]{16})\.json$/.exec(uri.path) ?? [];
    const traceId = parseTraceId(trace);
    const spanId = parseSpanId(span);
    const details = traceId && spanId && (await this.#collector.spanDetails(traceId, spanId));
    if (!details) return '// This span is not in the store any more.\n';
    return details.rawCut ? `${details.raw}\n// The rest is left out: the span is very large.\n` : details.raw;
  }

  async open(ref: FullSpanRef, column: vscode.ViewColumn | undefined): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SPAN_SCHEME, path: `/${ref.traceId}/${ref.spanId}.json` });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, {
      preview: true,
      preserveFocus: true,
      ...(column === undefined ? {} : { viewColumn: column }),
    });
  }
}
