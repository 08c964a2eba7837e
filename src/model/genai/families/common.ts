import type { Family, Finding } from '../family.ts';
import { member, nameOf, present } from '../plain.ts';

/** Names that many use, and none alone: they say whose a span is, and make none a span of a model. */
export const common: Family = {
  name: 'other',
  detects: () => true,
  table: {
    texts: {
      session: ['session.id', 'mcp.session.id'],
      user: ['user.id', 'enduser.id', 'gen_ai.user', 'llm.user', 'gen_ai.request.user'],
    },
    rawInput: ['input.value'],
    rawOutput: ['output.value'],
    tags: ['logfire.tags'],
  },
  read: fields => {
    const metadata = fields.json('metadata');
    const inMetadata = (...keys: string[]) => nameOf(member(metadata, ...keys));
    const step = /^step (\d{1,6})$/.exec(fields.span.name)?.[1];
    return present<Finding>({
      session: fields.text('session.id') ?? inMetadata('session_id', 'conversation_id', 'thread_id'),
      user: fields.text('user.id') ?? inMetadata('user_id'),
      node: inMetadata('langgraph_node'),
      step: inMetadata('langgraph_step') ?? (fields.text('gen_ai.operation.name') === 'agent_step' ? step : undefined),
    });
  },
};
