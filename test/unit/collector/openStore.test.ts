import assert from 'node:assert/strict';
import { existsSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DamageNotes } from '../../../src/collector/damageNotes.ts';
import { openWriter } from '../../../src/collector/openStore.ts';
import { markIndexDamaged } from '../../../src/store/damage.ts';
import { StoreReader } from '../../../src/store/reader.ts';
import { spanId, traceBody, traceId } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

describe('a store of which the index is damaged', () => {
  const folder = temporaryFolder();
  const store = () => join(folder(), 'store');
  let warnings: string[];

  const open = () =>
    openWriter(store(), message => warnings.push(message), new DamageNotes(() => assert.fail('no segment is damaged')));

  beforeEach(() => {
    warnings = [];
    const writer = open();
    for (const n of [1, 2]) {
      const body = traceBody([{ spanId: spanId(1), traceId: traceId(n) }]);
      writer.commit([{ signal: 'traces', body, receivedAt: 5 }]);
    }
    writer.pinTraces([Buffer.from(traceId(2), 'hex')], true);
    writer.close();
  });

  const summaries = () => {
    const reader = new StoreReader(store());
    try {
      return [...reader.summaries()].map(({ summary }) => [Number(summary.traceId), summary.pinned] as const).sort();
    } finally {
      reader.close();
    }
  };

  it('has its pins again where they can be read', () => {
    markIndexDamaged(store(), 'somebody read it and said so');
    open().close();
    assert.deepEqual(summaries(), [
      [1, false],
      [2, true],
    ]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /damaged \(somebody read it and said so\).*no trace is lost\.$/);
    assert.equal(existsSync(join(store(), 'spanside.damaged')), false);
    open().close();
    assert.equal(warnings.length, 1, 'it is made anew once');
    const [aside = ''] = readdirSync(folder()).filter(name => name.startsWith('store-damaged-'));
    assert.ok(readdirSync(join(folder(), aside)).includes('spanside.db'));
  });

  it('says that they are lost where they cannot', () => {
    truncateSync(join(store(), 'spanside.db'), 5_000);
    open().close();
    assert.deepEqual(summaries(), [
      [1, false],
      [2, false],
    ]);
    assert.match(warnings[0] ?? '', /pinned again\.$/);
  });
});
