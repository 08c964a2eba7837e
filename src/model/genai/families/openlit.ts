import type { PlainValue } from '../../plainValue.ts';
import type { Family } from '../family.ts';

/** OpenLIT: the conventions, where what the program did not set has a placeholder. */
export const openlit: Family = {
  name: 'openlit',
  detects: fields => /^openlit\b/.test(fields.span.scope.name) || fields.resource('telemetry.sdk.name') === 'openlit',
  table: { streaming: ['gen_ai.request.is_stream'] },
  refine: found => {
    for (const name of Object.keys(found.parameters ?? {})) {
      if (isPlaceholder(name, found.parameters![name])) delete found.parameters![name];
    }
  },
};

function isPlaceholder(name: string, value: PlainValue | undefined): boolean {
  if (value === '' || value === -1) return true;
  return value === 0 && ['seed', 'frequencyPenalty', 'presencePenalty', 'topK'].includes(name);
}
