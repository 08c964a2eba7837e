import { type Family, kindNames, sinceStart } from '../family.ts';
import { present, textOf } from '../plain.ts';

/** Mastra: the conventions, with what went into and came out of each kind of span under a name of that kind. */
export const mastra: Family = {
  name: 'mastra',
  detects: fields => fields.hasPrefix('mastra.'),
  table: {
    kind: {
      key: 'mastra.span.type',
      values: kindNames({
        agent: 'agent_run',
        chat: 'model_inference llm_generation',
        chain:
          'model_step model_chunk llm_chunk workflow_step workflow_conditional workflow_conditional_eval workflow_parallel workflow_loop workflow_sleep workflow_wait_event processor_run',
        tool: 'tool_call mcp_tool_call',
        workflow: 'workflow_run',
        other: 'generic',
      }),
    },
    texts: { session: ['mastra.metadata.sessionId', 'mastra.metadata.threadId'], user: ['mastra.metadata.userId'] },
    tags: ['mastra.tags'],
    metadata: { prefixes: ['mastra.metadata.'] },
  },
  read: fields => {
    const type = fields.text('mastra.span.type') ?? '';
    return present({
      rawInput: fields.json(`mastra.${type}.input`, 'input'),
      rawOutput: fields.json(`mastra.${type}.output`, 'output'),
      timeToFirstTokenNano: sinceStart(fields, textOf(fields.json('mastra.completion_start_time'))),
      // Around the calls of its steps since there are spans for each; before, the call itself.
      kind: type === 'model_generation' ? (fields.has('gen_ai.request.model') ? 'chat' : 'chain') : undefined,
    });
  },
};
