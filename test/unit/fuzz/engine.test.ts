import assert from 'node:assert/strict';
import { CoverageMap, Profiler } from '../../fuzz/coverage.ts';
import { Engine, type Failure } from '../../fuzz/engine.ts';
import { minimise } from '../../fuzz/minimise.ts';
import { mutateBytes } from '../../fuzz/mutateBytes.ts';
import { Random } from '../../fuzz/random.ts';
import { Finding, type Target } from '../../fuzz/target.ts';

/** A target that is reached only letter by letter: blindly it would take 2^24 tries. */
async function maze(fail: (word: string) => void): Promise<Target> {
  const { walk } = await import('./maze.ts');
  return {
    name: 'maze',
    covers: /\/unit\/fuzz\/maze\.ts$/,
    seeds: () => [Buffer.from('....')],
    generate: random => random.bytes(4),
    mutate: (input, random, other) => mutateBytes(input, random, other),
    allowedMs: () => 1_000,
    run: input => {
      if (walk(input)) fail(Buffer.from(input).toString('latin1'));
    },
  };
}

describe('the fuzzer', () => {
  it('finds its way by the code it reaches, tells once of each failure, and makes the input small', async function () {
    this.timeout(60_000);
    const profiler = new Profiler();
    const failures: Failure[] = [];
    const running: Uint8Array[] = [];
    const kept: string[] = [];
    const target = await maze(() => {
      throw new Finding('the way out');
    });
    const engine = new Engine(target, new Random(1), profiler, {
      running: (_target, input) => running.push(input),
      failed: failure => failures.push(failure),
      kept: (_target, name) => kept.push(name),
    });
    await engine.begin(target.seeds());
    for (let i = 0; i < 60 && failures.length === 0; i++) await engine.runFor(500);
    await engine.runFor(200);
    assert.deepEqual(
      failures.map(({ what, input }) => [what, Buffer.from(input).toString('latin1')]),
      [['Finding: the way out', 'fuzz']],
    );
    assert.ok(kept.length >= 3, 'inputs that got further were kept');
    assert.ok(running.length >= engine.executions);
    const { reached, total } = engine.coverage.figures;
    assert.ok(reached > 0.9 * total && total > 300, `${reached} of ${total}`);
  });

  it('makes the same choices from the same seed', () => {
    const choices = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => Buffer.from(mutateBytes(random.bytes(50), random, random.bytes(9))));
    };
    assert.deepEqual(choices(5), choices(5));
    assert.notDeepEqual(choices(5), choices(6));
  });

  it('cuts an input down to what fails', async () => {
    const fails = async (input: Uint8Array) => Buffer.from(input).includes('ab');
    const least = await minimise(
      Buffer.from(`${'x'.repeat(1_000)}ab${'y'.repeat(999)}`),
      fails,
      performance.now() + 5_000,
    );
    assert.equal(Buffer.from(least).toString(), 'ab');
  });

  it('counts code that ran, and again only code that is new', () => {
    const script = (...ranges: [number, number, number][]) => ({
      url: 'a.ts',
      functions: [{ ranges: ranges.map(([startOffset, endOffset, count]) => ({ startOffset, endOffset, count })) }],
    });
    const map = new CoverageMap();
    assert.equal(map.add([script([0, 100, 1], [10, 30, 0], [20, 25, 2])]), 85);
    assert.equal(map.add([script([20, 25, 7])]), 0);
    assert.equal(map.add([script([0, 100, 1], [10, 20, 0])]), 5);
    assert.deepEqual(map.figures, { reached: 90, total: 100 });
  });
});
