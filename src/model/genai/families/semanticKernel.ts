import type { Family } from '../family.ts';
import { sentProvider } from '../provider.ts';

/** Microsoft's Semantic Kernel: the conventions of 1.27 and later, contents in span events or log records. */
export const semanticKernel: Family = {
  name: 'semantic-kernel',
  detects: fields =>
    /^(?:Microsoft\.SemanticKernel|semantic_kernel)\b/.test(fields.span.scope.name) ||
    sentProvider(fields) === 'semantic_kernel',
};
