/**
 * How sure a location is: `exact` was said by the program, `likely` has one clear candidate, `several` wants a choice,
 * `within` is the function of the nearest located ancestor, `none` is no location.
 */
export type Tier = 'exact' | 'likely' | 'several' | 'within' | 'none';

/** A place in the workspace. */
export interface Candidate {
  /** Absolute path of the file on this machine. */
  file: string;
  /** Counted from 1. */
  line: number;
  /** Counted from 1; absent where unknown. */
  column?: number;
  /** From 0 to 1. */
  score: number;
  /** The evidence, one short phrase each, for people. */
  why: string[];
}

/** Where a span was made, with how it was found. */
export interface Location {
  tier: Tier;
  /** One sentence for people: how it was found, or why it was not. */
  how: string;
  /** The place to open; absent for `several` and `none`. */
  best?: Candidate;
  candidates: Candidate[];
  /** What the span itself reports, before it is looked for in the workspace. */
  reported?: ReportedPlace;
}

/** A place as telemetry reports it; the path may be of another machine. */
export interface ReportedPlace {
  path: string;
  /** Counted from 1; absent where the telemetry has none. */
  line?: number;
  column?: number;
  function?: string;
  /** What named it: `code.*` attributes of the span, or a frame of an exception's stack trace. */
  source: 'attributes' | 'exception';
}
