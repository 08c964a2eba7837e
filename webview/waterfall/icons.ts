import type { Category } from '../../src/model/columns.ts';

const ICONS: Record<Category, string> = {
  internal: 'symbol-method',
  server: 'server',
  client: 'arrow-swap',
  http: 'globe',
  rpc: 'plug',
  database: 'database',
  messaging: 'mail',
  faas: 'zap',
  model: 'sparkle',
  embedding: 'symbol-array',
  tool: 'tools',
  agent: 'hubot',
  chain: 'type-hierarchy',
  retrieval: 'library',
  producer: 'send',
  consumer: 'inbox',
};

const CLIENT = 3;

/** Name of the codicon for a kind of work; a call out over HTTP is drawn apart from one that came in. */
export function iconOf(category: Category, kind: number): string {
  if (category === 'http' && kind === CLIENT) return 'cloud-upload';
  return ICONS[category];
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** The kind of a span as people say it. */
export function kindText(kind: number): string {
  return KINDS[kind] ?? `kind ${kind}`;
}
