import type { Family } from '../family.ts';

/** LlamaStack's server: what goes into and comes out of each route and provider. */
export const llamaStack: Family = {
  name: 'llama-stack',
  detects: fields =>
    fields.has('__root__') || /^llama_stack\b/.test(fields.span.scope.name) || fields.has('__autotraced__'),
  table: { rawInput: ['__args__', 'input', 'inputs'], rawOutput: ['output', 'outputs'] },
};
