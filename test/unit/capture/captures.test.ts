import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { decodeRequest } from '../../../src/collector/decodeRequest.ts';
import { scanLogs } from '../../../src/otlp/scanLogs.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import { readCaptured } from '../../capture/captured.ts';
import { INDEX, index } from '../../capture/coverage.ts';
import { familyNames, familyOf, pinned } from '../../capture/family.ts';
import { signalOf } from '../../capture/recording.ts';
import { readExchanges } from '../../capture/truth.ts';

const MOST_BYTES = 300_000;

describe('what is checked in of the GenAI families', () => {
  it('is of at least twelve families of each language', () => {
    for (const language of ['python-', 'npm-']) {
      const names = familyNames().filter(name => name.startsWith(language));
      ok(names.length >= 12, `only ${names}`);
    }
  });

  it('is told of in its index', () => {
    equal(readFileSync(INDEX, 'utf8'), index());
  });

  for (const name of familyNames()) {
    describe(name, () => {
      const family = familyOf(name);
      const { otlp, exchanges, truth } = readCaptured(family.folder);

      it('can be decoded, every request of it', () => {
        let spans = 0;
        for (const { path, contentType, body } of otlp) {
          const signal = signalOf(path);
          ok(signal === 'traces' || signal === 'logs', path);
          const bytes = contentType.includes('json') ? jsonToProto(signal, body) : body;
          const items = signal === 'traces' ? decodeRequest(bytes).length : scanLogs(bytes).count;
          notEqual(items, 0);
          if (signal === 'traces') spans += items;
        }
        ok(spans >= truth.calls.length, `${spans} spans of ${truth.calls.length} calls`);
      });

      it('has its truth from the log of the model server', () => {
        const { calls, embeddings } = truth;
        deepEqual({ calls, embeddings }, JSON.parse(JSON.stringify(readExchanges(exchanges))));
      });

      it('has its packages pinned, and is of those it names', () => {
        deepEqual(truth.versions, pinned(family));
        for (const version of Object.values(truth.versions)) ok(/^\d[\w.+-]*$/.test(version), version);
        ok(existsSync(path.join(family.folder, 'versions.txt')));
      });

      it('is small', () => {
        for (const file of ['otlp.jsonl', 'model.jsonl', 'truth.json']) {
          ok(statSync(path.join(family.folder, file)).size < MOST_BYTES, file);
        }
      });
    });
  }
});
