import type { Refused } from './refused.ts';
import type { RequestAbout } from './requestLog.ts';

/** Hears of every request that is turned away. */
export type Report = (refused: Refused, about: RequestAbout) => void;
