import type { ExitCode } from './exit-codes';

/** What a command has to say, and how it ends. */
export interface Verdict {
  readonly exitCode: ExitCode;
  /** For programs. */
  readonly document: object;
  /** For people. */
  readonly text: string;
}
