import type { Resource } from './span.ts';
import { attribute, stringAttribute } from './value.ts';

/** What names the machine that a resource ran on, and so its clock; '' where nothing does. */
export function hostOf({ attributes }: Resource): string {
  const id = stringAttribute(attributes, 'host.id');
  if (id) return id;
  const ip = attribute(attributes, 'host.ip');
  const first = ip?.type === 'array' ? ip.values[0] : ip;
  if (first?.type === 'string' && first.value !== '') return first.value;
  return stringAttribute(attributes, 'host.name') ?? '';
}
