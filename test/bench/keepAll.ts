// A receiver whose retention is off, for stores larger than the settings let them grow; else it is what `serve` starts.
// Bundled before it is run, so that its memory is that of the product's own code.

import { DEFAULT_INGEST_SETTINGS } from '../../src/collector/api.ts';
import { createCollector } from '../../src/collector/collector.ts';

const [storageFolder = '', ingest = '', receive = '', query = '', search = ''] = process.argv.slice(2);
const collector = createCollector({
  storageFolder,
  ports: [0],
  listen: true,
  workers: { ingest, receive, query, search },
  settings: { ...DEFAULT_INGEST_SETTINGS, retention: { days: 0, spans: 0, bytes: 0 } },
});
collector.onDidWarn(message => process.stderr.write(`${message}\n`));
collector.onDidChangeState(state => {
  if (state.phase === 'listening') process.stdout.write(`${JSON.stringify({ url: state.endpoints[0]?.url })}\n`);
});
process.once('SIGTERM', () => {
  void collector.dispose().then(() => process.exit(0));
});
