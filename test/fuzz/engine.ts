import { createHash } from 'node:crypto';
import { CoverageMap, type Profiler } from './coverage.ts';
import { minimise } from './minimise.ts';
import type { Random } from './random.ts';
import { Finding, type Target } from './target.ts';

/** Inputs between two looks at what they reached. */
const BATCH = 32;
/** Of a target's inputs in memory; the oldest of them are forgotten first. */
const MOST_KEPT = 4_000;
/** Larger inputs are not mutated further: they only slow the others down. */
const LONGEST_KEPT = 64 * 1024;
/** New inputs to begin with, so that code which is soon reached everywhere is reached in different ways. */
const INVENTED = 24;
const MINIMISE_MS = 20_000;

export interface Failure {
  target: string;
  /** What went wrong, in one line. */
  what: string;
  error: unknown;
  input: Uint8Array;
}

/** What an engine tells the world. */
export interface Reports {
  /** An input is about to run: whoever watches can say which one never came back. */
  running(target: string, input: Uint8Array): void;
  failed(failure: Failure): void;
  /** An input that reached something new. */
  kept(target: string, name: string, input: Uint8Array): void;
}

/** Runs one target: invents inputs, keeps those that reach new code, and tells of those that fail. */
export class Engine {
  readonly target: Target;
  executions = 0;
  milliseconds = 0;
  readonly coverage = new CoverageMap();
  private readonly random: Random;
  private readonly profiler: Profiler;
  private readonly reports: Reports;
  private readonly inputs: Uint8Array[] = [];
  private readonly seen = new Set<string>();

  constructor(target: Target, random: Random, profiler: Profiler, reports: Reports) {
    this.target = target;
    this.random = random;
    this.profiler = profiler;
    this.reports = reports;
  }

  get corpusSize(): number {
    return this.inputs.length;
  }

  /** Takes the inputs to begin with, and adds some new ones; each is run and kept. */
  async begin(inputs: readonly Uint8Array[]): Promise<void> {
    const invented = Array.from({ length: INVENTED }, () => this.target.generate(this.random));
    for (const input of [...inputs, ...invented]) {
      await this.execute(input);
      this.inputs.push(input);
    }
    await this.reached();
  }

  /** Fuzzes for so many milliseconds. */
  async runFor(milliseconds: number): Promise<void> {
    const began = performance.now();
    while (performance.now() - began < milliseconds) {
      const batch: Uint8Array[] = [];
      while (batch.length < BATCH && performance.now() - began < milliseconds) {
        const input = this.invent();
        batch.push(input);
        await this.execute(input);
      }
      if ((await this.reached()) > 0) await this.keepSome(batch);
    }
    this.milliseconds += performance.now() - began;
  }

  /** Runs one input; whether everything held. */
  async execute(input: Uint8Array): Promise<boolean> {
    this.executions++;
    const failure = await this.attempt(input);
    if (failure === undefined) return true;
    const key = sameness(failure);
    if (!this.seen.has(key)) {
      this.seen.add(key);
      const culprit = (failure instanceof Finding && failure.input) || input;
      const fails = async (smaller: Uint8Array) => sameness(await this.attempt(smaller)) === key;
      const least = await minimise(culprit, fails, performance.now() + MINIMISE_MS);
      const error = (await this.attempt(least)) ?? failure;
      this.reports.failed({ target: this.target.name, what: lineOf(error), error, input: least });
    }
    return false;
  }

  private invent(): Uint8Array {
    const { random, inputs, target } = this;
    if (inputs.length === 0 || random.once(10)) return target.generate(random);
    // Half of the time one that was found lately, for it is least worked out.
    const from = random.once(2) ? Math.max(0, inputs.length - 20) : 0;
    const input = inputs[from + random.below(inputs.length - from)]!;
    return target.mutate(input, random, random.pick(inputs));
  }

  /** The error of an input, if it has one. */
  private async attempt(input: Uint8Array): Promise<unknown> {
    const { target } = this;
    this.reports.running(target.name, input);
    const began = performance.now();
    try {
      await target.run(input);
    } catch (error) {
      return error ?? new Finding('it threw nothing at all');
    }
    const allowed = target.allowedMs(input.length);
    if (performance.now() - began <= allowed) return undefined;
    // The machine may have been busy: an input is slow when it is slow every time.
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3 && least > allowed; i++) {
      const again = performance.now();
      await target.run(input);
      least = Math.min(least, performance.now() - again);
    }
    return least > allowed
      ? new Finding(`too slow: ${input.length} bytes may take ${Math.round(allowed)} ms`)
      : undefined;
  }

  private async reached(): Promise<number> {
    const { target, profiler } = this;
    return this.coverage.add(target.coverage ? await target.coverage() : profiler.take(target.covers));
  }

  /** Something in the batch reached new code. What it was shows against a fresh map only roughly, so ask one by one. */
  private async keepSome(batch: readonly Uint8Array[]): Promise<void> {
    const alone = new CoverageMap();
    for (const input of batch) {
      if (input.length > LONGEST_KEPT) continue;
      await this.attempt(input);
      const { target, profiler } = this;
      const scripts = target.coverage ? await target.coverage() : profiler.take(target.covers);
      this.coverage.add(scripts);
      if (alone.add(scripts) === 0) continue;
      this.inputs.push(input);
      this.reports.kept(target.name, nameOf(input), input);
    }
    if (this.inputs.length > MOST_KEPT) this.inputs.splice(0, this.inputs.length - MOST_KEPT);
  }
}

/** A short name that is the same for the same bytes. */
export function nameOf(input: Uint8Array): string {
  return createHash('sha256').update(input).digest('hex').slice(0, 16);
}

function lineOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/\s+/g, ' ').slice(0, 300);
}

/** Failures with the same answer have the same cause, as far as one can tell: kind, message without figures, place. */
function sameness(error: unknown): string {
  if (error === undefined) return '';
  if (!(error instanceof Error)) return String(error);
  // Who ran the input stands in the stack too, and differs.
  const places = (error.stack ?? '').split('\n').filter(line => /\/(src|test\/fuzz\/targets)\//.test(line));
  const message = error.name === 'AssertionError' ? (error.message.split('\n')[0] ?? '') : error.message;
  return [error.name, message.replace(/\d+|'[^']*'|"[^"]*"/g, '#').slice(0, 80), ...places.slice(0, 2)].join(' ');
}
