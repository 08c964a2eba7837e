import { DEFAULT_INGEST_SETTINGS, type IngestSettings } from '../collector/api.ts';
import type { SettingTypes } from '../contributions.ts';

/** Settings that change what is kept; they hold from the next request on. */
export const INGEST_SETTINGS = [
  'spanside.redaction.enabled',
  'spanside.redaction.keys',
  'spanside.redaction.patterns',
  'spanside.receiver.mutedServices',
] as const satisfies (keyof SettingTypes)[];

/** What the settings say about what is kept. */
export function readIngestSettings(read: <K extends keyof SettingTypes>(key: K) => SettingTypes[K]): IngestSettings {
  return {
    ...DEFAULT_INGEST_SETTINGS,
    redaction: {
      enabled: read('spanside.redaction.enabled'),
      keys: stringsOf(read('spanside.redaction.keys')),
      patterns: stringsOf(read('spanside.redaction.patterns')),
    },
    mutedServices: stringsOf(read('spanside.receiver.mutedServices')),
  };
}

/** A settings file is written by hand: a list of names may hold anything, or be none. */
export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
