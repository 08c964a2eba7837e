import type { Target } from './target.ts';

/**
 * Every target by its name. Loaded only when it is wanted, and after coverage has begun: code that was compiled before
 * is not counted block by block.
 */
export const TARGETS: ReadonlyMap<string, () => Promise<Target>> = new Map([
  ['traces', async () => (await import('./targets/protobuf.ts')).protobufTarget('traces')],
  ['logs', async () => (await import('./targets/protobuf.ts')).protobufTarget('logs')],
  ['metrics', async () => (await import('./targets/protobuf.ts')).protobufTarget('metrics')],
  ['json', async () => (await import('./targets/json.ts')).jsonTarget],
  ['redact', async () => (await import('./targets/redact.ts')).redactTarget],
  ['chunk', async () => (await import('./targets/chunk.ts')).chunkTarget],
  ['blank', async () => (await import('./targets/blank.ts')).blankTarget],
  ['decompress', async () => (await import('./targets/decompress.ts')).decompressTarget],
  ['receiver', async () => (await import('./targets/receiver.ts')).receiverTarget()],
  ['stack', async () => (await import('./targets/text.ts')).stackTarget],
  ['search', async () => (await import('./targets/search.ts')).searchTarget],
]);
