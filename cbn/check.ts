import { compileProgram } from './compile/program';
import type { Diagnostic } from './errors';
import { lintTokens } from './lint-tokens';
import { lintUdm } from './lint-udm';
import { DEFAULT_OPTIONS, type EngineOptions } from './options';
import type { SourceFile } from './source';
import { parse } from './syntax/parser';

/** Everything there is to say about a parser's file, in its order: what keeps it from running, and what should be mended. */
export function checkParser(source: SourceFile, options: Partial<EngineOptions> = {}): Diagnostic[] {
  const { tree, report } = parse(source);
  compileProgram(tree, { report, engine: { ...DEFAULT_OPTIONS, ...options } });
  const lint = [...lintTokens(tree), ...lintUdm(tree)].map((diagnostic) => ({ ...diagnostic, file: source.name }));
  return [...report.diagnostics, ...lint].toSorted(
    (one, other) => (one.position?.offset ?? 0) - (other.position?.offset ?? 0),
  );
}
