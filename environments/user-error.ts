/**
 * A problem that the user can mend, as opposed to a bug: it is printed as it stands, without a stack trace, and ends the
 * command with exit code 1. The message says what is wrong, where, what was expected and what to do.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}
