import { compileProgram } from './compile/program';
import type { Timestamp } from './date/timestamp';
import type { CbnError, Diagnostic } from './errors';
import type { UdmEventResult } from './events';
import { DEFAULT_OPTIONS, type EngineOptions } from './options';
import { type Compiled, runLog } from './run-log';
import type { SourceFile } from './source';
import { parse } from './syntax/parser';
import { type ParserTree, statementsOf } from './syntax/tree';
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

export interface Parser {
  readonly source: SourceFile;
  readonly tree: ParserTree;
  /** What the file has that works, but should be mended. */
  readonly warnings: readonly Diagnostic[];
  /** Never throws: what goes wrong is in `error`. */
  run(log: string | Uint8Array, options?: RunOptions): ParserRun;
}

/**
 * Compiles a parser's file.
 * @throws CbnError `syntax` with every problem of the file that keeps it from running
 */
export function compileParser(source: SourceFile, options: Partial<EngineOptions> = {}): Parser {
  const engine: EngineOptions = { ...DEFAULT_OPTIONS, ...options };
  const { tree, report } = parse(source);
  const program = compileProgram(tree, { report, engine });
  report.throwErrors();
  const compiled: Compiled = { program, statements: statementsOf(tree), engine, source };
  return {
    source,
    tree,
    warnings: report.diagnostics,
    run: (log, runOptions = {}) => runLog(compiled, log, runOptions),
  };
}
