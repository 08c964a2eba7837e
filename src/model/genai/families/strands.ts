import { type Family, MILLISECOND } from '../family.ts';
import { eventMessages } from '../messageEvents.ts';
import { present } from '../plain.ts';

/** Strands Agents; its time to the first token is in milliseconds under a name of the conventions. */
export const strands: Family = {
  name: 'strands',
  detects: fields =>
    fields.has('gen_ai.event.start_time') ||
    fields.text('gen_ai.system', 'gen_ai.provider.name') === 'strands-agents' ||
    /^strands\b/.test(fields.span.scope.name),
  table: {
    texts: { step: ['event_loop.cycle_id', 'agent_loop.cycle_id'] },
    firstToken: [{ key: 'gen_ai.server.time_to_first_token', unit: MILLISECOND }],
    system: ['system_prompt'],
    toolDefinitions: ['gen_ai.tool.definitions', 'gen_ai.agent.tools'],
  },
  refine: (found, fields) => {
    // Its package for JavaScript says the name of the service for want of a provider.
    if (found.provider === fields.resource('service.name')?.toLowerCase()) found.provider = undefined;
  },
  read: fields => {
    const name = fields.text('gen_ai.operation.name');
    const isLoop = /^execute_(?:event|agent)_loop_cycle/.test(fields.span.name);
    if (name !== 'execute_tool') return isLoop ? { kind: 'chain' } : {};
    // A tool's arguments and its result are messages here.
    const { input, output } = eventMessages(fields);
    const part = input?.[0]?.parts[0];
    const given = part?.type === 'tool_result' ? part.result : part?.type === 'text' ? part.text : undefined;
    const last = output?.at(-1)?.parts;
    const texts = last?.flatMap(each => (each.type === 'text' ? [each.text] : []));
    const result = texts && texts.length > 0 ? texts.join('\n') : undefined;
    return { tool: present({ arguments: given, result }) };
  },
};
