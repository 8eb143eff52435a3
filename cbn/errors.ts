import type { Position } from './source';

export type Severity = 'error' | 'warning';

/** Something to tell about a parser or what it made. */
export interface Diagnostic {
  readonly severity: Severity;
  /** Short stable name, such as `missing-comma`, `unknown-option`, `udm-unknown-field`. */
  readonly code: string;
  readonly message: string;
  /** How to mend it. */
  readonly fix?: string;
  readonly file?: string;
  readonly position?: Position;
}

/** The only kind of error that the engine throws. */
export class CbnError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: { file?: string; position?: Position; statement?: string; value?: string } = {},
  ) {
    super(message);
    this.name = 'CbnError';
  }
}
