/** Lines of the checklist that cannot be tested here, at most ten, each with its reason. */
export const NOT_APPLICABLE: readonly { id: string; reason: string }[] = [
  { id: 'P-11', reason: 'A list of other programs that share a port in this way; it asks for nothing.' },
  { id: 'X-54', reason: 'Nothing is forwarded yet, so that there are no headers of destinations to keep.' },
];
