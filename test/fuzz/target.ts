import type { Random } from './random.ts';

/** Something to be fuzzed: where its inputs come from, and what must hold for every one of them. */
export interface Target {
  readonly name: string;
  /** Files whose code is to be reached, by their address. */
  readonly covers: RegExp;
  /** Inputs to begin with; those in test/fixtures/fuzz come on top. */
  seeds(): Uint8Array[];
  /** A new input, mostly valid. */
  generate(random: Random): Uint8Array;
  /** An input made of `input`, and perhaps of `other`. */
  mutate(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array;
  /** Throws where something does not hold. */
  run(input: Uint8Array): void | Promise<void>;
  /** Milliseconds that an input of so many bytes may take. */
  allowedMs(length: number): number;
  /** Looks at once at what is otherwise looked at now and then; throws where something does not hold. */
  settled?(): Promise<void>;
  /** Blocks reached by what ran elsewhere since the last call, where the code does not run in this process. */
  coverage?(): Promise<readonly ScriptCoverage[]>;
  /** Called once before the first input, and after the last. */
  start?(): Promise<void>;
  stop?(): Promise<void>;
}

/** What V8 says of one file: ranges of characters with how often they ran, outer ones first. */
export interface ScriptCoverage {
  url: string;
  functions: { ranges: { startOffset: number; endOffset: number; count: number }[] }[];
}

/** The check of a target that did not hold, or an error that must not be. */
export class Finding extends Error {
  override readonly name = 'Finding';
  /** The input to blame, where it is another one than that which ran last. */
  readonly input: Uint8Array | undefined;

  constructor(message: string, input?: Uint8Array) {
    super(message);
    this.input = input;
  }
}
