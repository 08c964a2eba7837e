/** The id of the element that shows a finding. */
export function anchorOf(key: string): string {
  return `finding-${key.replace(/[^\w]+/g, '-')}`;
}
