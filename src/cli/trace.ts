import { withGenAi } from '../model/genai/genaiJson.ts';
import { BUILT_IN_PRICES } from '../model/genai/prices.ts';
import { traceGenAi } from '../model/genai/trace.ts';
import { parseTraceId, type TraceId } from '../model/ids.ts';
import { traceToJson } from '../model/plainJson.ts';
import { terminalJson } from '../model/text.ts';
import { UserError } from '../model/userError.ts';
import { openView, type StorageOptions } from './storage.ts';
import { traceText } from './traceText.ts';

interface TraceOptions extends StorageOptions {
  json?: boolean;
  otlp?: boolean;
}

/**
 * Prints one trace: for people, as plain JSON, or as OTLP JSON. The plain JSON is a `TraceJson`; spans of language-model
 * programs carry what they say, in whichever convention, as `genai`, and so does the trace: see `GenAi`, `TraceGenAi`.
 */
export async function showTrace(idText: string, options: TraceOptions): Promise<void> {
  const traceId = traceIdOf(idText);
  const view = await openView(options);
  try {
    const content = view.trace(traceId);
    if (!content)
      throw new UserError(`There is no trace ${traceId} in this store. "spanside traces" lists what there is.`);
    if (options.otlp) {
      process.stdout.write(`${terminalJson(content.otlp())}\n`);
      return;
    }
    const columns = content.columns();
    if (options.json) {
      const { summary } = content;
      const trace = { summary, spans: content.spans(), logs: content.logs(), warnings: columns.warnings };
      const understood = traceGenAi(trace.spans, trace.logs, BUILT_IN_PRICES);
      const json = withGenAi(traceToJson(trace), understood);
      process.stdout.write(`${terminalJson(JSON.stringify(json, undefined, 2))}\n`);
      return;
    }
    for (const line of traceText(content.summary, columns)) process.stdout.write(`${line}\n`);
  } finally {
    view.close();
  }
}

/** @throws {UserError} the text is no trace id. */
export function traceIdOf(text: string): TraceId {
  const traceId = parseTraceId(text);
  if (!traceId) throw new UserError(`"${text.slice(0, 80)}" is no trace id: it has 32 hexadecimal digits.`);
  return traceId;
}
