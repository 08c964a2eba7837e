const NAMES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type Severity = (typeof NAMES)[number];

/** The name of an OTLP severity number (1 to 24, four to a name); `undefined` for 0, which says nothing, and others. */
export function severityOf(severityNumber: number): Severity | undefined {
  return severityNumber >= 1 ? NAMES[Math.floor((severityNumber - 1) / 4)] : undefined;
}
