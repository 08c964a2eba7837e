import type { ScriptCoverage } from './target.ts';

/** What the fuzzer asks the process of the receiver. */
export type Question = 'coverage' | 'state';

export interface State {
  /** Sockets that are open. */
  connections: number;
  /** Bytes of the budget that are taken. */
  held: number;
  /** Bytes in use on its heap. */
  heap: number;
  /** Refusals that say that something failed inside. */
  surprises: string[];
}

export type Answer =
  | { kind: 'listening'; port: number }
  | { kind: 'coverage'; scripts: ScriptCoverage[] }
  | ({ kind: 'state' } & State);

/** Bytes that all requests in flight may take. */
export const BUDGET: number = 4 * 1024 * 1024;
