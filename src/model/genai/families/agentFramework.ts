import type { Family, Finding } from '../family.ts';
import { sentProvider } from '../provider.ts';

/** Microsoft's Agent Framework: workflows of executors around what the conventions have. */
export const agentFramework: Family = {
  name: 'agent-framework',
  detects: fields =>
    sentProvider(fields) === 'microsoft.agent_framework' ||
    /^agent_framework\b/.test(fields.span.scope.name) ||
    fields.has('executor.id'),
  table: {
    texts: { workflow: ['workflow.name', 'workflow.id'], node: ['executor.id'] },
  },
  read: (fields): Finding => {
    if (fields.span.name.startsWith('workflow.run')) return { kind: 'workflow' };
    return /^(?:executor\.process|edge_group\.process|message\.send)\b/.test(fields.span.name) ? { kind: 'chain' } : {};
  },
};
