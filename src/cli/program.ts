import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { safeError, safeLines } from '../model/text.ts';
import { UserError } from '../model/userError.ts';
import { locate } from './locate.ts';
import { UsageError } from './mistake.ts';
import { endWithParent } from './relaunch.ts';
import { serve } from './serve.ts';
import { showTrace } from './trace.ts';
import { listTraces } from './traces.ts';

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Runs a command line; answers the exit code. What went wrong stands on standard error, in a sentence. */
export async function run(args: string[]): Promise<number> {
  endWithParent();
  const program = createProgram();
  try {
    await program.parseAsync(queriesLast(args), { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const isOurs = error instanceof UserError || error instanceof UsageError;
    process.stderr.write(`spanside: ${isOurs ? safeLines(error.message) : safeError(error)}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

/** A query may begin with a minus, as in `-service:shop`; behind `--` it is not taken for an option. */
function queriesLast(args: string[]): string[] {
  if (args[0] !== 'traces' || args.includes('--')) return args;
  const isQuery = (arg: string) => /^-[^-]./.test(arg);
  const queries = args.filter(isQuery);
  return queries.length === 0 ? args : [...args.filter(arg => !isQuery(arg)), '--', ...queries];
}

function createProgram(): Command {
  const program = new Command('spanside')
    .description('Receives, lists and reads OpenTelemetry traces without an editor.')
    .exitOverride();

  program
    .command('serve')
    .description('receive OTLP until stopped; prints one JSON line when it listens')
    .option('--port <n>', 'HTTP and gRPC; 0 for any free port', port, 4318)
    .option('--grpc-port <n>', 'a second port for HTTP and gRPC (default: 4317, none with --port)', port)
    .option(
      '--host <address>',
      'address to listen on; other than loopback only with a token (default: 127.0.0.1 and ::1)',
    )
    .option('--token <token>', 'what senders have to know; "auto" makes one and prints it (or SPANSIDE_TOKEN)')
    .option('--allow-host <name...>', 'a further name by which senders may call this machine')
    .option('--max-age <days>', 'remove what is older; 0 for no limit (default: 30)', limit)
    .option('--max-spans <n>', 'of more spans remove the oldest; 0 for no limit (default: 10000000)', limit)
    .option('--max-size <mb>', 'of more megabytes remove the oldest; 0 for no limit (default: 4096)', limit)
    .addOption(storageOption())
    .action(serve);

  program
    .command('traces')
    .description('list traces, newest first')
    .argument('[query...]', 'what to look for: error service:shop duration:>200ms')
    .addOption(storageOption())
    .addOption(workspaceOption())
    .option('--since <time>', 'that began at this time or later: 10m, 2h, today, "2026-01-31 14:00"')
    .option('--until <time>', 'that began at this time or earlier')
    .option('--limit <n>', 'at most so many', count, 50)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', QUERY_HELP)
    .action(listTraces);

  program
    .command('trace')
    .description('print one trace')
    .argument('<trace-id>', '32 hexadecimal digits')
    .addOption(storageOption())
    .addOption(workspaceOption())
    .addOption(new Option('--json', 'the assembled trace as JSON').conflicts('otlp'))
    .option('--otlp', 'everything that was sent, as one OTLP JSON request')
    .action(showTrace);

  program
    .command('locate')
    .description('find the source line of spans')
    .argument('[trace-id]', '32 hexadecimal digits')
    .option('--all', 'every span of the store')
    .option('--otlp <file>', 'the spans of a file with one OTLP JSON request a line')
    .addOption(storageOption())
    .option('--workspace <dir>', 'the folder to look in (default: the one you are in)')
    .option('--json', 'one JSON object a line')
    .action(locate);

  return program;
}

const QUERY_HELP = `
A query has words, and terms of a key and a value. One span of the trace has to have all of them:
  checkout "two words"         anywhere in its names, messages, logs and string attributes
  service:shop name:"GET /x"   just this value, in any case
  name:GET* http.route:*       a * stands for anything; alone it asks whether there is a value
  duration:>200ms spans:10..   with < <= > >= and ranges, for numbers and times
  http.route:/.*[0-9]+/        any attribute by its key; a regular expression between slashes
  error kind:server            its status or kind
  -name:health                 that no span of the trace may have
  since:10m until:14:00        when the trace began
In braces it is TraceQL: { resource.service.name = "shop" && duration > 200ms } >> { status = error }
`;

function storageOption(): Option {
  return new Option('--storage <dir>', 'folder of the store');
}

function workspaceOption(): Option {
  return new Option('--workspace <dir>', 'the store of this folder, as an editor keeps it');
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return number;
}

function limit(text: string): number {
  if (!/^\d{1,15}(?:\.\d+)?$/.test(text)) throw new InvalidArgumentError('It takes a number, or 0 for no limit.');
  return Number(text);
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It takes a whole number from 1 on.');
  return Number(text);
}
