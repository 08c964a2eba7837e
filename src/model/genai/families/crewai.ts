import type { Family } from '../family.ts';

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
