import { compileProgram } from './compile/program';
import type { Diagnostic } from './errors';
import { DEFAULT_OPTIONS, type EngineOptions } from './options';
import type { ParserRun, RunOptions } from './parser-run';
import { Names } from './root';
import { type Compiled, INITIAL, runLog } from './run-log';
import type { SourceFile } from './source';
import { parse } from './syntax/parser';
import { type ParserTree, statementsOf } from './syntax/tree';

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
  const compiled: Compiled = { program, statements: statementsOf(tree), engine, source, names: new Names(INITIAL) };
  return {
    source,
    tree,
    warnings: report.diagnostics,
    run: (log, runOptions = {}) => runLog(compiled, log, runOptions),
  };
}
