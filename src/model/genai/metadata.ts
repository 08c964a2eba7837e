import type { PlainObject } from '../plainValue.ts';

/** What frameworks keep among the metadata of a program for themselves, and what is told elsewhere as what it is. */
const OWN =
  /^(?:LANGSMITH_|LANGCHAIN_|ls_|langgraph_|__pregel|lc_|langfuse)|^(?:checkpoint_ns|checkpoint_id|versions|revision_id|usage_metadata|runtime|sdk|(?:session|user|thread|conversation)_?[iI]d|tags)$/;

/** The metadata that a program gave. */
export function ownMetadata(sent: PlainObject | undefined): PlainObject | undefined {
  if (!sent) return undefined;
  const metadata: PlainObject = Object.create(null);
  for (const key of Object.keys(sent)) if (!OWN.test(key)) metadata[key] = sent[key]!;
  return Object.keys(metadata).length > 0 ? metadata : undefined;
}
