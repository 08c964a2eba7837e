import { PatternError, type PatternNode } from './pattern.ts';

/** One step of a match; `next` and `other` are indices of steps. */
export type Step =
  | { type: 'atom'; test: CharacterTest; next: number }
  | { type: 'assertion'; of: '^' | '$' | '\\b' | '\\B'; next: number }
  | { type: 'split'; next: number; other: number }
  | { type: 'match' };

export type CharacterTest = (codePoint: number) => boolean;

/** A step costs time for every character of every value. */
const MOST_STEPS = 1_000;

/** The steps of a pattern, from its first one; characters are tested with `flags`. @throws {PatternError} too many */
export function programOf(pattern: PatternNode, flags: string): Step[] {
  const steps: Step[] = [];
  const tests = new Map<string, CharacterTest>();
  const add = (step: Step): number => {
    if (steps.length >= MOST_STEPS) {
      throw new PatternError('This regular expression is too large; write smaller numbers in {} or fewer words.');
    }
    return steps.push(step) - 1;
  };
  const testOf = (source: string): CharacterTest => {
    const test = tests.get(source) ?? characterTest(source, flags);
    tests.set(source, test);
    return test;
  };

  // Each step leads to the one after it; where two ways part, the second one is set when its place is known.
  const emit = (node: PatternNode): void => {
    switch (node.type) {
      case 'atom':
        add({ type: 'atom', test: testOf(node.source), next: steps.length + 1 });
        return;
      case 'assertion':
        add({ type: 'assertion', of: node.of, next: steps.length + 1 });
        return;
      case 'sequence':
        for (const part of node.parts) emit(part);
        return;
      case 'choice':
        emitChoice(node.parts);
        return;
      case 'repeat':
        emitRepeat(node);
    }
  };

  const emitChoice = (parts: readonly PatternNode[]): void => {
    const jumps: number[] = [];
    for (const part of parts.slice(0, -1)) {
      const split = add({ type: 'split', next: steps.length + 1, other: -1 });
      emit(part);
      jumps.push(add({ type: 'split', next: -1, other: -1 }));
      lead(split, 'other');
    }
    emit(parts.at(-1)!);
    for (const jump of jumps) {
      lead(jump, 'next');
      lead(jump, 'other');
    }
  };

  const emitRepeat = ({ part, least, most }: Extract<PatternNode, { type: 'repeat' }>): void => {
    for (let times = 0; times < least; times++) {
      const before = steps.length;
      emit(part);
      // Nothing, a billion times, is nothing.
      if (steps.length === before) return;
    }
    if (most === Infinity) {
      const split = add({ type: 'split', next: steps.length + 1, other: -1 });
      emit(part);
      add({ type: 'split', next: split, other: split });
      lead(split, 'other');
      return;
    }
    const splits: number[] = [];
    for (let times = least; times < most; times++) {
      splits.push(add({ type: 'split', next: steps.length + 1, other: -1 }));
      emit(part);
    }
    for (const split of splits) lead(split, 'other');
  };

  const lead = (index: number, way: 'next' | 'other'): void => {
    const step = steps[index];
    if (step?.type === 'split') step[way] = steps.length;
  };

  emit(pattern);
  add({ type: 'match' });
  return steps;
}

/** What `RegExp` itself says of one character, so that classes and letter case mean here what they mean there. */
export function characterTest(source: string, flags: string): CharacterTest {
  const regex = new RegExp(`^(?:${source})$`, flags);
  const known = new Map<number, boolean>();
  return codePoint => {
    let isMatch = known.get(codePoint);
    if (isMatch === undefined) {
      isMatch = regex.test(String.fromCodePoint(codePoint));
      known.set(codePoint, isMatch);
    }
    return isMatch;
  };
}
