import type { Timestamp } from './date/timestamp';
import type { CbnError, Diagnostic } from './errors';
import type { UdmEventResult } from './events';
import type { Trace } from './trace';
import type { StateMap } from './values';

export interface RunOptions {
  /** When SecOps received the log: `@createTimestamp`. Default: now. */
  readonly received?: Timestamp;
  /** When the forwarder collected it: `@collectionTimestamp`. Default: not set. */
  readonly collected?: Timestamp;
  /** Whether to follow which statement wrote which path, and what ran: `trace` of the result. */
  readonly trace?: boolean;
  /** Whether to keep the state at the end: `state` of the result. */
  readonly state?: boolean;
}

export interface StateDump {
  readonly label: string;
  readonly text: string;
}

/** What became of a log. */
export interface ParserRun {
  /** Empty when the log was dropped or failed. */
  readonly events: readonly UdmEventResult[];
  readonly dropped?: { readonly tag: string };
  readonly error?: CbnError;
  /**
   * What is wrong with the events, each with the place in the parser that wrote it. Whoever asks for them first makes the
   * log run once more, to learn the places.
   */
  readonly problems: readonly Diagnostic[];
  readonly dumps: readonly StateDump[];
  readonly state?: StateMap;
  readonly trace?: Trace;
}
