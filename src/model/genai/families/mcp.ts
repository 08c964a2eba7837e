import type { Family } from '../family.ts';
import type { Fields } from '../fields.ts';

/** Calls of the Model Context Protocol: from 1.39 of the conventions, and as OpenLLMetry has them. */
export const mcp: Family = {
  name: 'mcp',
  detects: fields => fields.has('mcp.method.name') || fields.has('mcp.request.argument'),
  table: {
    toolArguments: ['mcp.request.argument'],
    toolResult: ['mcp.response.value'],
  },
  read: fields => ({ kind: kindOf(fields) }),
};

/** Every call is a tool, but for prompts. */
function kindOf(fields: Fields) {
  return fields.text('mcp.method.name')?.startsWith('prompts/') ? 'prompt' : 'tool';
}
