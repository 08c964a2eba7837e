import type { Category } from './columns.ts';
import { SpanKind } from './span.ts';

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

/** Name of the codicon for a kind of work, the same wherever spans are listed; a call out over HTTP is drawn apart from one that came in. */
export function iconOf(category: Category, kind: number): string {
  if (category === 'http' && kind === SpanKind.client) return 'cloud-upload';
  return ICONS[category];
}
