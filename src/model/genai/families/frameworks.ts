import type { Family, Finding } from '../family.ts';
import type { Fields } from '../fields.ts';

const provider = (fields: Fields) => fields.text('gen_ai.system', 'gen_ai.provider.name') ?? '';

/** Microsoft's Semantic Kernel: the conventions of 1.27 and later, contents in span events or log records. */
export const semanticKernel: Family = {
  name: 'semantic-kernel',
  detects: fields =>
    /^(?:Microsoft\.SemanticKernel|semantic_kernel)\b/.test(fields.span.scope.name) ||
    provider(fields) === 'semantic_kernel',
};

/** Microsoft's Agent Framework: workflows of executors around what the conventions have. */
export const agentFramework: Family = {
  name: 'agent-framework',
  detects: fields =>
    provider(fields) === 'microsoft.agent_framework' ||
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

/** AutoGen and AG2: agents and the messages between them. */
export const autogen: Family = {
  name: 'autogen',
  detects: fields => /^(?:autogen|ag2)\b/.test(provider(fields)) || /^(?:autogen|ag2)\b/.test(fields.span.scope.name),
  read: (fields): Finding => (/^autogen \w+/.test(fields.span.name) ? { kind: 'chain' } : {}),
};

/** Anthropic's own SDK: the conventions, and its finish reason under a name of its own. */
export const anthropic: Family = {
  name: 'anthropic',
  detects: fields => fields.span.scope.name.startsWith('com.anthropic.') || fields.hasPrefix('anthropic.'),
  table: { finishReasons: ['anthropic.message.stop_reason'], toolResult: ['anthropic.tool_result.content'] },
};

/** CrewAI, as OpenLLMetry and others trace it. */
export const crewai: Family = {
  name: 'crewai',
  detects: fields => fields.hasPrefix('crewai.'),
  table: {
    texts: { workflow: ['crewai.crew.name'] },
    agentName: ['crewai.agent.role'],
    agentId: ['crewai.agent.id'],
  },
};

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

/** LlamaStack's server: what goes into and comes out of each route and provider. */
export const llamaStack: Family = {
  name: 'llama-stack',
  detects: fields =>
    fields.has('__root__') || /^llama_stack\b/.test(fields.span.scope.name) || fields.has('__autotraced__'),
  table: { rawInput: ['__args__', 'input', 'inputs'], rawOutput: ['output', 'outputs'] },
};
