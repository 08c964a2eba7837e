import type { Finding } from '../family.ts';
import { type Family, MILLISECOND } from '../family.ts';
import { present } from '../plain.ts';

/** GitHub Copilot Chat. */
export const copilot: Family = {
  name: 'copilot',
  detects: fields => fields.hasPrefix('copilot_chat.'),
  table: {
    texts: { session: ['copilot_chat.chat_session_id', 'copilot_chat.session_id'], step: ['copilot_chat.turn_count'] },
    firstToken: [{ key: 'copilot_chat.time_to_first_token', unit: MILLISECOND }],
    rawInput: ['copilot_chat.user_request'],
  },
  read: fields => {
    const text = fields.text('copilot_chat.reasoning_content');
    const hasOutput = fields.has('gen_ai.output.messages');
    if (text === undefined || hasOutput) return {};
    return present<Finding>({ output: [{ role: 'assistant', parts: [{ type: 'reasoning', text }] }] });
  },
};
