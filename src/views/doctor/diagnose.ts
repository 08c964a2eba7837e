import { checkEnvironment } from './checkEnvironment.ts';
import { checkLanguages } from './checkLanguages.ts';
import { checkListening } from './checkListening.ts';
import { checkRequests } from './checkRequests.ts';
import { checkTold } from './checkTold.ts';
import type { DoctorFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const WEIGHT = { problem: 2, warning: 1, info: 0 } as const;

/** Why no spans come, or not all: the worst first, of equals the likeliest. Pure: the same facts give the same findings. */
export function diagnose(facts: DoctorFacts): Finding[] {
  const found = [checkListening, checkRequests, checkTold, checkEnvironment, checkLanguages].flatMap(check =>
    check(facts),
  );
  return found.sort((a, b) => WEIGHT[b.severity] - WEIGHT[a.severity] || b.likelihood - a.likelihood);
}
