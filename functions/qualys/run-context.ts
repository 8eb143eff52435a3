import type { QualysClient } from './client';
import type { FeedName } from './contract';
import type { Feed } from './feeds';
import type { Store } from './store';

/** What a run keeps to. */
export interface Limits {
  /** How far the very first run looks back, in seconds. */
  initialLookbackSeconds: number;
  /** How old a record must be before the cursor may pass it, in seconds. */
  settlingSeconds: number;
  /** Percent of the subscription's calls that are left to others. */
  reserveCallsPercent: number;
  /** Seconds after which a run begins no further page and no wait. */
  timeBudgetSeconds: number;
  /** Of feeds that sweep. */
  sweeps?: {
    /** From the beginning of a sweep to that of the next, in seconds. */
    everySeconds: number;
    /** The same of full sweeps. */
    fullEverySeconds: number;
  };
  /** Of findings: versions of the APIs, e.g. `5.0`. */
  versions?: Versions;
  /** Records of a batch at which it is closed, but only once the state may be written again. Default 10,000. */
  batchRecords?: number;
}

export interface Versions {
  detection: string;
  knowledgeBase: string;
  cveDetection: string;
}

/** What a run touches outside of itself. */
export interface Effects {
  client: Omit<QualysClient, 'close'>;
  store: Store;
  /** Tells the run's credentials from those that Qualys has rejected. */
  credentials: {
    /** Of a form that does not give the credentials away. */
    fingerprint(): string;
    matches(fingerprint: string): boolean;
  };
  /** Milliseconds since the epoch. */
  now(): number;
  /** Ends early when the signal is aborted. */
  sleep(milliseconds: number): Promise<void>;
  /** From 0 to 1. */
  random(): number;
  /** Aborted when the run must come to its end. */
  signal: AbortSignal;
  log(severity: 'DEBUG' | 'INFO' | 'WARNING', message: string, fields?: object): void;
}

/** What a run has done; the fields are explained in the contract's `SUMMARY_FIELDS`. */
export interface Summary {
  feed: FeedName;
  alerts: number;
  objects: number;
  bytes: number;
  pages: number;
  waits: number;
  waitSeconds: number;
  cursor?: string;
  lagSeconds?: number;
  drained: boolean;
  backfill?: string;
  resumeAt?: string;
  sweep?: string;
  hostsDone?: number;
  hostsExpected?: number;
  sweepEndsAt?: string;
  knowledgeBase?: 'granted' | 'missing';
}

/** One run of one feed. */
export interface Run {
  readonly feed: Feed;
  readonly limits: Limits;
  readonly effects: Effects;
  readonly summary: Summary;
  /** When the time budget ends, in milliseconds since the epoch. */
  readonly deadline: number;
}

export function hasTime({ effects, deadline }: Run): boolean {
  return effects.now() < deadline && !effects.signal.aborted;
}

/** A moment as Qualys' filters and the states spell it: `YYYY-MM-DDTHH:MM:SSZ`. */
export function utc(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
