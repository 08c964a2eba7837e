import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { capture } from './capture.ts';
import { INDEX, index } from './coverage.ts';
import { familyNames, familyOf } from './family.ts';
import { clear } from './surroundings.ts';

// Runs programs of the GenAI families live and writes down what they send: `npm run capture -- FAMILY...`, or --all;
// --verbose says what they print, --clear removes their packages afterwards, --index writes the page about all.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    clear: { type: 'boolean', default: false },
    index: { type: 'boolean', default: false },
  },
});
const names = values.all ? familyNames() : positionals;
if (names.length === 0 && !values.index)
  console.log(`Name a family, or say --all. There are: ${familyNames().join(', ')}.`);
for (const name of names) {
  try {
    await capture(familyOf(name), line => console.log(line), values.verbose);
    if (values.clear) await clear(familyOf(name));
  } catch (error) {
    process.exitCode = 1;
    console.error(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}
if (values.index) writeFileSync(INDEX, index());
