import assert from 'node:assert/strict';
import { DEFAULT_INGEST_SETTINGS } from '../../../src/collector/api.ts';
import { type SettingTypes, settingDefaults } from '../../../src/contributions.ts';
import { readIngestSettings } from '../../../src/environment/ingestSettings.ts';

/** Reads settings as the editor would, where a file says `said`. */
const reader =
  (said: Record<string, unknown>) =>
  <K extends keyof SettingTypes>(key: K): SettingTypes[K] =>
    (key in said ? said[key] : settingDefaults[key]) as SettingTypes[K];

describe('settings of what is kept', () => {
  it('are by default those of the command line', () => {
    assert.deepEqual(readIngestSettings(reader({})), DEFAULT_INGEST_SETTINGS);
  });

  it('are taken from their keys', () => {
    const { redaction, mutedServices, retention } = readIngestSettings(
      reader({
        'spanside.retention.days': 7,
        'spanside.retention.spans': 1000,
        'spanside.retention.sizeMb': 3,
        'spanside.redaction.enabled': false,
        'spanside.redaction.keys': ['card'],
        'spanside.redaction.patterns': ['\\d{16}'],
        'spanside.receiver.mutedServices': ['noisy'],
      }),
    );
    assert.deepEqual(redaction, { enabled: false, keys: ['card'], patterns: ['\\d{16}'] });
    assert.deepEqual(mutedServices, ['noisy']);
    assert.deepEqual(retention, { days: 7, spans: 1000, bytes: 3 * 1024 * 1024 });
  });

  it('have no limit where there is none, or none that can be meant', () => {
    for (const none of [0, -1, Number.NaN]) {
      const said = { days: none, spans: none, sizeMb: none };
      const keyed = Object.fromEntries(
        Object.entries(said).map(([key, value]) => [`spanside.retention.${key}`, value]),
      );
      assert.deepEqual(readIngestSettings(reader(keyed)).retention, { days: 0, spans: 0, bytes: 0 });
    }
  });

  it('do without what is no text', () => {
    const said = { 'spanside.redaction.keys': ['a', 5, null, {}, 'b'], 'spanside.receiver.mutedServices': { 0: 'x' } };
    const { redaction, mutedServices } = readIngestSettings(reader(said));
    assert.deepEqual(redaction.keys, ['a', 'b']);
    assert.deepEqual(mutedServices, []);
  });
});
