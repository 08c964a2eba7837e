import { EXIT, run } from './cli/program.ts';
import { relaunch } from './cli/relaunch.ts';
import { hasSqlite } from './store/sqlite.ts';

// `spanside | head` ends before we do; that is no error.
process.stdout.on('error', error => {
  process.exit((error as NodeJS.ErrnoException).code === 'EPIPE' ? EXIT.ok : EXIT.failed);
});

if (hasSqlite() || !relaunch()) process.exitCode = await run(process.argv.slice(2));
