import type { Finding } from './family.ts';
import type { Fields } from './fields.ts';
import type { GenAiKind } from './genai.ts';

/** Fields that alone make no span one of a model program: an HTTP span in a session has them too. */
const BESIDE = new Set<string>(['incomplete', 'tags', 'metadata', 'finishReasons', 'exclusive', 'streaming']);

/**
 * The kind of a span: what it says outright, else what its fields imply. `undefined` where there is nothing to tell of
 * it; `other` where there is, and what kind it is nobody said.
 */
export function kindOf(found: Finding, fields: Fields): GenAiKind | undefined {
  if (found.kind !== undefined) return found.kind;
  if (found.tool?.name !== undefined || found.tool?.id !== undefined) return 'tool';
  const hasModel = found.requestModel !== undefined || found.responseModel !== undefined;
  if (found.agent?.name !== undefined && !hasModel) return 'agent';
  if (found.documents) return 'retrieval';
  if (found.agent?.name === undefined && hasModel && isCall(found, fields)) return 'chat';
  return Object.keys(found).some(key => !BESIDE.has(key)) ? 'other' : undefined;
}

function isCall(found: Finding, fields: Fields): boolean {
  return (
    found.usage !== undefined || found.input !== undefined || found.output !== undefined || fields.hasPrefix('gen_ai.')
  );
}
