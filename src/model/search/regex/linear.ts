import { type CharacterTest, characterTest, type Step } from './program.ts';

/** All steps that a match may be at after some characters, and where each next character leads. */
interface State {
  steps: readonly number[];
  /** Whether nothing was read yet. */
  isStart: boolean;
  /** Whether the last character is one of a word. */
  isAfterWord: boolean;
  /** By code point; what is not ASCII is in the map. */
  ascii: (State | undefined)[];
  others: Map<number, State>;
  isMatch?: boolean;
}

/** What an assertion is asked with. */
interface Around {
  isStart: boolean;
  isEnd: boolean;
  isBoundary: boolean;
}

/** States that are remembered; beyond it all are forgotten and made again. */
const MOST_STATES = 1_000;

/**
 * Matches whole texts against a program in time linear in the text, whatever the pattern: all ways are followed at once, and
 * the sets of steps that come up are remembered, so that a character mostly costs one look-up.
 */
export class LinearMatcher {
  readonly #program: readonly Step[];
  readonly #isWord: CharacterTest;
  readonly #hasAssertions: boolean;
  /** By step the last look for reachable ones that came to it. */
  readonly #seen: Uint32Array;
  #look = 0;
  #states = new Map<string, State>();
  #start: State | undefined;

  constructor(program: readonly Step[], flags: string) {
    this.#program = program;
    this.#seen = new Uint32Array(program.length);
    this.#isWord = characterTest('\\w', flags);
    this.#hasAssertions = program.some(({ type }) => type === 'assertion');
  }

  test(text: string): boolean {
    this.#start ??= this.#state([0], true, false);
    let state = this.#start;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit < 128) state = state.ascii[unit] ?? this.#next(state, unit);
      else {
        const codePoint = text.codePointAt(at)!;
        if (codePoint > 0xffff) at++;
        state = state.others.get(codePoint) ?? this.#next(state, codePoint);
      }
      if (state.steps.length === 0) return false;
    }
    state.isMatch ??= this.#isMatch(state);
    return state.isMatch;
  }

  #next(state: State, codePoint: number): State {
    // Which characters are of a word matters only to assertions; without them it would only double the states.
    const isWord = this.#hasAssertions && this.#isWord(codePoint);
    const around = { isStart: state.isStart, isEnd: false, isBoundary: isWord !== state.isAfterWord };
    const after: number[] = [];
    for (const index of this.#reachable(state.steps, around)) {
      const step = this.#program[index]!;
      if (step.type === 'atom' && step.test(codePoint)) after.push(step.next);
    }
    const next = this.#state(after, false, isWord);
    if (codePoint < 128) state.ascii[codePoint] = next;
    else state.others.set(codePoint, next);
    return next;
  }

  #isMatch({ steps, isStart, isAfterWord }: State): boolean {
    const around = { isStart, isEnd: true, isBoundary: isAfterWord };
    return this.#reachable(steps, around).some(index => this.#program[index]!.type === 'match');
  }

  #state(from: readonly number[], isStart: boolean, isAfterWord: boolean): State {
    const steps = this.#reachable(from);
    const key = `${isStart ? '^' : ''}${isAfterWord ? 'w' : ''}${steps.join()}`;
    const known = this.#states.get(key);
    if (known) return known;
    if (this.#states.size >= MOST_STATES) {
      this.#states = new Map();
      this.#start = undefined;
    }
    const state: State = { steps, isStart, isAfterWord, ascii: new Array(128), others: new Map() };
    this.#states.set(key, state);
    return state;
  }

  /**
   * Steps that are reached without a character: those that need one, the end, and assertions. These hold or not only where
   * it is known what is `around`; until then they wait.
   */
  #reachable(from: readonly number[], around?: Around): number[] {
    const look = ++this.#look;
    const open = [...from];
    const found: number[] = [];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.#seen[index] === look) continue;
      this.#seen[index] = look;
      const step = this.#program[index]!;
      if (step.type === 'split') open.push(step.next, step.other);
      else if (step.type !== 'assertion' || !around) found.push(index);
      else if (holds(step.of, around)) open.push(step.next);
    }
    return found.sort((a, b) => a - b);
  }
}

function holds(of: '^' | '$' | '\\b' | '\\B', { isStart, isEnd, isBoundary }: Around): boolean {
  if (of === '^') return isStart;
  if (of === '$') return isEnd;
  return of === '\\b' ? isBoundary : !isBoundary;
}
