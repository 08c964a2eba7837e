import type { Family, Finding } from '../family.ts';
import { sentProvider } from '../provider.ts';

/** AutoGen and AG2: agents and the messages between them. */
export const autogen: Family = {
  name: 'autogen',
  detects: fields =>
    /^(?:autogen|ag2)\b/.test(sentProvider(fields)) || /^(?:autogen|ag2)\b/.test(fields.span.scope.name),
  read: (fields): Finding => (/^autogen \w+/.test(fields.span.name) ? { kind: 'chain' } : {}),
};
