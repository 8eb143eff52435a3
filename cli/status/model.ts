import type { PipelineName } from '../../stacks/pipelines';
import { EXIT, type ExitCode } from '../exit-codes';
import type { StatusReport } from '../logpush/status';

/** What one look found. A finding is a sentence without a full stop, and holds no secret. */
export type Fact =
  | { readonly name: string; readonly state: 'ok'; readonly finding: string }
  | {
      readonly name: string;
      readonly state: 'problem';
      readonly finding: string;
      /** What mends it, in sentences. */
      readonly todo: string;
      /** To be pasted into a shell. */
      readonly command?: string;
      /** Page where it is seen, or mended. */
      readonly link?: string;
    }
  | {
      readonly name: string;
      readonly state: 'could not tell';
      readonly finding: string;
      /** What the caller would need to be told. */
      readonly todo?: string;
    };

export type Problem = Extract<Fact, { readonly state: 'problem' }>;
export type Unknown = Extract<Fact, { readonly state: 'could not tell' }>;

/** What went through a pipeline on one day. */
export interface Day {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  /** Records, log files or batches: what `counted` says. */
  readonly count: number;
  readonly failures: number;
}

/** How one pipeline fares. Moments are RFC 3339 in UTC; what is not known, or does not apply, is left out. */
export interface PipelineStatus {
  readonly pipeline: PipelineName;
  /** When it last delivered something. */
  readonly lastSuccess?: string;
  /** How far it is behind its source. */
  readonly lagSeconds?: number;
  /** What `count` counts, such as `records`. */
  readonly counted: string;
  /** Delivered in the window. */
  readonly count?: number;
  /** Bytes of the window, as their `bytesKind` says. */
  readonly bytes?: number;
  readonly bytesKind?: 'compressed' | 'uncompressed' | 'compressed, estimated';
  /** What `failures` counts, such as `runs`. */
  readonly failed?: string;
  readonly failures?: number;
  readonly deadLetters?: number;
  /** By day of the window; left out if it could not be told. */
  readonly days?: readonly Day[];
  readonly facts: readonly Fact[];
  /** What limits the numbers, in sentences. */
  readonly notes?: readonly string[];
  /** Of logpush-taegis: job by job. */
  readonly jobs?: StatusReport;
}

/** How the pipelines of an environment fare: with `state` for each pipeline, the document of `--json`. */
export interface EnvironmentStatus {
  readonly environment: string;
  readonly from: string;
  readonly to: string;
  /** All days of the window, `YYYY-MM-DD` in UTC; the first and the last in part. */
  readonly dates: readonly string[];
  /** The worst first. */
  readonly pipelines: readonly PipelineStatus[];
}

/** The worst first. */
export const STATES = ['problem', 'unknown', 'ok'] as const;
export type State = (typeof STATES)[number];

export function ok(name: string, finding: string): Fact {
  return { name, state: 'ok', finding };
}

export function problem(name: string, finding: string, todo: string, command?: string): Fact {
  return { name, state: 'problem', finding, todo, ...(command !== undefined && { command }) };
}

export function stateOf({ facts }: PipelineStatus): State {
  if (facts.some(({ state }) => state === 'problem')) return 'problem';
  return facts.some(({ state }) => state === 'could not tell') ? 'unknown' : 'ok';
}

export function problemsOf({ facts }: PipelineStatus): Problem[] {
  return facts.filter((fact) => fact.state === 'problem');
}

export function unknownsOf({ facts }: PipelineStatus): Unknown[] {
  return facts.filter((fact) => fact.state === 'could not tell');
}

/** 1 with a problem anywhere; else 2 when something could not be told. */
export function exitCodeOf({ pipelines }: EnvironmentStatus): ExitCode {
  const states = pipelines.map(stateOf);
  if (states.includes('problem')) return EXIT.failed;
  return states.includes('unknown') ? EXIT.couldNotTell : EXIT.good;
}

/** Mean of a day; undefined if it is not known. */
export function bytesPerDay({ bytes }: PipelineStatus, { from, to }: EnvironmentStatus): number | undefined {
  return bytes === undefined ? undefined : bytes / ((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
