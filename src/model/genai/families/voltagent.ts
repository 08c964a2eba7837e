import type { Family } from '../family.ts';

/** VoltAgent. */
export const voltagent: Family = {
  name: 'voltagent',
  detects: fields => fields.has('entity.type') && fields.has('span.type'),
  table: {
    kind: {
      key: 'span.type',
      values: new Map([
        ['agent', 'agent'],
        ['llm', 'chat'],
        ['tool', 'tool'],
        ['retriever', 'retrieval'],
        ['workflow', 'workflow'],
        ['workflow-step', 'chain'],
        ['memory', 'memory'],
        ['embedding', 'embedding'],
      ]),
    },
    texts: { requestModel: ['ai.model.name', 'llm.model'], session: ['conversation.id'], user: ['user.id'] },
    usage: { input: ['usage.prompt_tokens'], output: ['usage.completion_tokens'], total: ['usage.total_tokens'] },
    rawInput: ['llm.messages', 'agent.messages', 'input'],
    rawOutput: ['output'],
  },
};
