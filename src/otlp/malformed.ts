/** The bytes are not the message they are said to be. The message says where and why, for the sender. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}
