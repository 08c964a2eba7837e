import * as v from 'valibot';
import type { FromDoctor } from '../../protocol/doctor.ts';

const MessageSchema = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('press'), id: v.pipe(v.string(), v.maxLength(4096)) }),
  v.object({ type: v.literal('copy'), text: v.pipe(v.string(), v.maxLength(20_000)) }),
]);

/** A message of the page; `undefined` where it is none. */
export function parseFromDoctor(message: unknown): FromDoctor | undefined {
  const result = v.safeParse(MessageSchema, message);
  return result.success ? result.output : undefined;
}
