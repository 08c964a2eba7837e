/** An error whose message may be shown to a user as it is: it says what happened and what to do. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}
