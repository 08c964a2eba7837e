// One window of the editor as far as its collector goes: `node windowChild.ts STORAGE RECORDS PORT FOLDER`. Prints a line of
// JSON for every state of its receiver, and ends with SIGTERM.
import { DEFAULT_INGEST_SETTINGS } from '../../src/collector/api.ts';
import { collect } from '../harness/collecting.ts';

const [storage = '', records = '', port = '', folder = ''] = process.argv.slice(2);

const { collector, warnings } = await collect(storage, {
  ports: [Number(port)],
  windows: { folder: records },
  settings: { ...DEFAULT_INGEST_SETTINGS, workspaceFolders: [folder] },
});
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const sayState = () => say({ state: collector.state });
collector.onDidChangeState(sayState);
collector.onDidWarn(warning => say({ warning }));
for (const warning of warnings) say({ warning });
sayState();
process.once('SIGTERM', async () => {
  say({ handedOver: collector.counts.handedOver ?? 0 });
  await collector.dispose();
  process.exit(0);
});
