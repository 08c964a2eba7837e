import { type Family, type Finding, kindNames } from '../family.ts';
import type { Fields } from '../fields.ts';
import type { GenAiKind } from '../genai.ts';
import { member, present, textMember } from '../plain.ts';

const KINDS: ReadonlyMap<string, GenAiKind> = kindNames({
  chat: 'model',
  tool: 'tool',
  workflow: 'flow',
  retrieval: 'retriever indexer',
  rerank: 'reranker',
  embedding: 'embedder',
  prompt: 'prompt executable-prompt',
  evaluation: 'evaluator',
  agent: 'agent',
  chain: 'util flowstep action generate',
});

/** Genkit, with colons in its keys. */
export const genkit: Family = {
  name: 'genkit',
  detects: fields => fields.hasPrefix('genkit:'),
  table: {
    texts: { session: ['genkit:sessionId', 'genkit:metadata:sessionId'] },
    rawInput: ['genkit:input'],
    rawOutput: ['genkit:output'],
  },
  read: fields => {
    const kind = kindOf(fields);
    const name = fields.text('genkit:name');
    const isModel = kind === 'chat' || kind === 'embedding';
    return present<Finding>({
      kind,
      ...(isModel && modelOf(name)),
      tool: kind === 'tool' && name !== undefined ? { name } : undefined,
      workflow: kind === 'workflow' ? name : undefined,
      agent: kind === 'agent' && name !== undefined ? { name } : undefined,
      responseModel: textMember(member(fields.json('genkit:output'), 'raw', 'custom'), 'model', 'modelVersion'),
    });
  },
};

function kindOf(fields: Fields): GenAiKind | undefined {
  for (const key of ['genkit:metadata:subtype', 'genkit:type']) {
    const kind = KINDS.get(fields.text(key)?.toLowerCase() ?? '');
    if (kind !== undefined) return kind;
  }
  return undefined;
}

/** Models are named as `provider/model`. */
function modelOf(name: string | undefined): Finding {
  const slash = name?.indexOf('/') ?? -1;
  if (name === undefined || slash < 0) return present<Finding>({ requestModel: name });
  return { provider: name.slice(0, slash), requestModel: name.slice(slash + 1) };
}
