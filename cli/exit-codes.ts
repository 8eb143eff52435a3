/** What a command's exit code says, for every verb. */
export const EXIT = {
  /** Good. */
  good: 0,
  /** A problem was found, or the command failed. */
  failed: 1,
} as const;
