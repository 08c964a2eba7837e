import type { IngestSettings } from '../collector/api.ts';
import type { SettingTypes } from '../contributions.ts';

const MIB = 1024 * 1024;

/** Settings that change what is kept; they hold from the next request on. */
export const INGEST_SETTINGS = [
  'spanside.redaction.enabled',
  'spanside.redaction.keys',
  'spanside.redaction.patterns',
  'spanside.receiver.mutedServices',
  'spanside.retention.days',
  'spanside.retention.spans',
  'spanside.retention.sizeMb',
] as const satisfies (keyof SettingTypes)[];

/** What the settings say about what is kept. */
export function readIngestSettings(read: <K extends keyof SettingTypes>(key: K) => SettingTypes[K]): IngestSettings {
  return {
    redaction: {
      enabled: read('spanside.redaction.enabled'),
      keys: stringsOf(read('spanside.redaction.keys')),
      patterns: stringsOf(read('spanside.redaction.patterns')),
    },
    mutedServices: stringsOf(read('spanside.receiver.mutedServices')),
    retention: {
      days: limitOf(read('spanside.retention.days')),
      spans: limitOf(read('spanside.retention.spans')),
      bytes: limitOf(read('spanside.retention.sizeMb')) * MIB,
    },
  };
}

/** What is no limit, by a slip too, must not remove anything. */
function limitOf(value: number): number {
  return Number.isFinite(value) && value > 0 ? value : 0;
}

/** A settings file is written by hand: a list of names may hold anything, or be none. */
export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
