import type { Family } from '../family.ts';

/** Anthropic's own SDK: the conventions, and its finish reason under a name of its own. */
export const anthropic: Family = {
  name: 'anthropic',
  detects: fields => fields.span.scope.name.startsWith('com.anthropic.') || fields.hasPrefix('anthropic.'),
  table: { finishReasons: ['anthropic.message.stop_reason'], toolResult: ['anthropic.tool_result.content'] },
};
