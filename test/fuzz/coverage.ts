import { Session } from 'node:inspector';
import type { ScriptCoverage } from './target.ts';

/** Asks V8 which blocks ran. To be started before the code in question is loaded: blocks are counted from then on. */
export class Profiler {
  private readonly session = new Session();

  constructor() {
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** What ran since the last call, of files that match. */
  take(covers: RegExp): ScriptCoverage[] {
    let taken: ScriptCoverage[] = [];
    // In one thread the answer is there when `post` returns.
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error;
      taken = answer.result.filter(({ url }) => covers.test(url));
    });
    return taken;
  }
}

/** Remembers every character of code that has run. */
export class CoverageMap {
  private readonly reached = new Map<string, Uint8Array>();

  /** How many characters ran for the first time. */
  add(scripts: readonly ScriptCoverage[]): number {
    let news = 0;
    for (const { url, functions } of scripts) {
      const length = Math.max(0, ...functions.flatMap(({ ranges }) => ranges.map(range => range.endOffset)));
      const now = new Uint8Array(length);
      // Inner ranges come after the ones they lie in.
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
      }
      news += this.merge(url, now);
    }
    return news;
  }

  /** Characters that ran, and characters there are. */
  get figures(): { reached: number; total: number } {
    let reached = 0;
    let total = 0;
    for (const script of this.reached.values()) {
      total += script.length;
      for (const ran of script) reached += ran;
    }
    return { reached, total };
  }

  private merge(url: string, now: Uint8Array): number {
    const known = this.reached.get(url) ?? new Uint8Array();
    const both = now.length > known.length ? now.slice() : known;
    let news = 0;
    for (let i = 0; i < now.length; i++) {
      if (now[i] === 1 && known[i] !== 1) {
        news++;
        both[i] = 1;
      }
    }
    if (both !== known) for (let i = 0; i < known.length; i++) if (known[i] === 1) both[i] = 1;
    this.reached.set(url, both);
    return news;
  }
}
