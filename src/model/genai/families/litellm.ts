import type { Family, Finding } from '../family.ts';
import { present } from '../plain.ts';

/** LiteLLM's own callback: the conventions in several generations at once, and requests as the provider got them. */
export const litellm: Family = {
  name: 'litellm',
  detects: fields =>
    /^litellm\b/.test(fields.span.scope.name) || fields.span.name === 'litellm_request' || fields.hasPrefix('litellm.'),
  table: {
    texts: { user: ['llm.user', 'metadata.user_api_key_user_id'] },
    cost: { total: ['hidden_params.response_cost', 'gen_ai.cost.total_cost', 'litellm.response_cost'] },
    streaming: ['llm.is_streaming'],
  },
  // The request as the provider got it, beneath the span of the call: not another call.
  read: fields => present<Finding>({ kind: fields.span.name === 'raw_gen_ai_request' ? 'other' : undefined }),
};
