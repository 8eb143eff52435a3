/** What a command's exit code says, for every verb. */
export const EXIT = {
  /** Good. */
  good: 0,
  /** A problem was found, or the command failed. */
  failed: 1,
  /** The command did its part, but could not tell whether all is well. */
  couldNotTell: 2,
  /** Of plan and drift: there are changes. Terraform's convention (`-detailed-exitcode`). */
  changes: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
