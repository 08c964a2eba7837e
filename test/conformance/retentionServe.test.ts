import assert from 'node:assert/strict';
import { post, serve, spanside } from '../cli/program.ts';
import { until } from '../harness/processes.ts';
import { spanId, traceRequest } from '../harness/requests.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { found } from '../unit/store/keeperStore.ts';

describe('limits of `spanside serve`', () => {
  const folder = temporaryFolder();

  it('remove what is too old, from the disk too', async () => {
    const server = await serve(folder(), [
      '--port',
      '0',
      '--max-age',
      '0.00002',
      '--max-spans',
      '0',
      '--max-size',
      '0',
    ]);
    try {
      await post(server.url, traceRequest([{ spanId: spanId(1), name: 'short-lived <<1>>' }]));
      assert.deepEqual(found(folder(), ['1']), ['1']);
      await until('it is removed', () => found(folder(), ['1']).length === 0, 15_000, 200);
      const { code, out } = await spanside(['traces', '--storage', folder()]);
      assert.deepEqual([code, out], [0, '']);
    } finally {
      await server.stop();
    }
  }).timeout(30_000);

  for (const [flag, value] of [
    ['--max-age', 'week'],
    ['--max-spans', '-1'],
    ['--max-size', '4GB'],
  ] as const) {
    it(`refuse ${flag} ${value}`, async () => {
      const { code, err } = await spanside(['serve', '--port', '0', `${flag}=${value}`, '--storage', folder()]);
      assert.equal(code, 2);
      assert.match(err, /It takes a number, or 0 for no limit\./);
    });
  }
});
