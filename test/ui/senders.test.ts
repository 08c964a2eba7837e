import assert from 'node:assert/strict';
import { PROTOCOLS, providePython, sendFromNode, sendFromPython } from '../harness/programs.ts';
import { openSession, type Session } from './session.ts';

/** From the moment the program's export was answered. */
const WITHIN_MS = 1000;

describe('traces of stock SDKs', () => {
  let session: Session;
  let python: string | undefined;

  before(async function () {
    this.timeout(400_000);
    python = await providePython(line => console.log(line));
    session = await openSession();
  });
  after(() => session?.close());

  async function arrives(name: string, send: () => Promise<number>): Promise<void> {
    const row = session.workbench.rows(name);
    const shown = row.waitFor({ timeout: 30_000 }).then(() => Date.now());
    const [seen, exported] = await Promise.all([shown, send()]);
    const late = seen - exported;
    assert.ok(late <= WITHIN_MS, `the row came ${late} ms after the export`);
    assert.match((await row.textContent()) ?? '', /4 spans/);
  }

  it('arrive from Node, told nothing but the endpoint', async () => {
    const { folder, endpoint } = session;
    await arrives('node by default', () => sendFromNode(folder, 'node by default', endpoint));
  });

  for (const protocol of PROTOCOLS) {
    it(`arrive from Node over ${protocol}`, async () => {
      const name = `node ${protocol}`;
      await arrives(name, () => sendFromNode(session.folder, name, session.endpoint, protocol));
    });
  }

  // The Python SDK has no JSON exporter among its stock ones.
  for (const protocol of ['http/protobuf', 'grpc'] as const) {
    it(`arrive from Python over ${protocol}`, async function () {
      if (!python) return this.skip();
      const [bin, name] = [python, `python ${protocol}`];
      await arrives(name, () => sendFromPython(bin, session.folder, name, session.endpoint, protocol));
    });
  }
});
