import type { Family } from '../family.ts';

/** Gemini CLI: the conventions, with names of operations of its own; long texts end in a note of their length. */
export const geminiCli: Family = {
  name: 'gemini-cli',
  detects: fields => fields.span.scope.name === 'gemini-cli' || fields.resource('service.name') === 'gemini-cli',
  table: {
    texts: { session: ['session.id', 'gen_ai.conversation.id'] },
    toolId: ['gen_ai.tool.call_id'],
    toolArguments: ['function_args', 'gen_ai.input.messages'],
    toolResult: ['gen_ai.output.messages'],
  },
};
