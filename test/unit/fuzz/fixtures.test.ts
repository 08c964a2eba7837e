import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { TARGETS } from '../../fuzz/catalog.ts';
import { fixturesFolder, readInputs } from '../../fuzz/fixtures.ts';

describe('what fuzzing found', function () {
  this.timeout(30_000);

  for (const folder of readdirSync(fixturesFolder)) {
    describe(folder, () => {
      it('is of a target that there is', () => {
        assert.ok(TARGETS.has(folder));
      });

      for (const { name, bytes } of readInputs(fixturesFolder, folder)) {
        it(`${name} holds now`, async () => {
          const target = await TARGETS.get(folder)!();
          await target.start?.();
          try {
            await target.run(bytes);
            await target.settled?.();
          } finally {
            await target.stop?.();
          }
        });
      }
    });
  }
});
