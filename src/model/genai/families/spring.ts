import { type Family, type Finding, kindNames } from '../family.ts';
import { present } from '../plain.ts';

/** Spring AI, by Micrometer's observations. */
export const spring: Family = {
  name: 'spring-ai',
  detects: fields => fields.hasPrefix('spring.ai.') || fields.hasPrefix('db.vector.query.'),
  table: {
    kind: {
      key: 'spring.ai.kind',
      values: kindNames({ chain: 'chat_client advisor', tool: 'tool_call', retrieval: 'vector_store' }),
    },
    texts: { conversation: ['spring.ai.chat.client.conversation.id'] },
    toolName: ['spring.ai.tool.definition.name'],
    toolArguments: ['spring.ai.tool.call.arguments'],
    toolResult: ['spring.ai.tool.call.result'],
  },
  read: fields => {
    const text = fields.text('db.vector.query.content');
    return present<Finding>({
      kind: fields.text('spring.ai.kind') === undefined && text !== undefined ? 'retrieval' : undefined,
      input: text === undefined ? undefined : [{ role: 'input', parts: [{ type: 'text', text }] }],
    });
  },
};
