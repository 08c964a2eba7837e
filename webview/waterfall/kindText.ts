const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** The kind of a span as people say it. */
export function kindText(kind: number): string {
  return KINDS[kind] ?? `kind ${kind}`;
}
