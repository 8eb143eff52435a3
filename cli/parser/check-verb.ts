import { type Command, Option } from 'commander';
import { createColors } from 'picocolors';
import { checkParser } from '../../cbn/check';
import type { Diagnostic } from '../../cbn/errors';
import { EXIT } from '../exit-codes';
import { isColorful } from '../progress';
import { conclude, jsonOption } from '../verb';
import { filesOf, type ProgramFiles, readSource } from './program';
import { selectParsers } from './tree';

interface Flags {
  readonly parser?: string;
  readonly json?: boolean;
}

/** Adds `parser check [names...]`. */
export function addCheckVerb(parser: Command): void {
  parser
    .command('check')
    .description('what is wrong with the text of parsers, and how to mend it; exit code 0 if they can be run')
    .argument('[parsers...]', 'squid/corrected, or a log type; default: all')
    .addOption(new Option('--parser <file>', 'a file in place of parsers of the tree'))
    .addOption(jsonOption())
    .action((names: string[], { parser: file, json = false }: Flags) => {
      const files = file === undefined ? selectParsers(names).map(filesOf) : [{ parser: readSource(file) }];
      const diagnostics = files.flatMap(diagnosticsOf);
      const canRun = diagnostics.every(({ severity }) => severity !== 'error');
      const text = renderDiagnostics(diagnostics, files.length);
      conclude({ exitCode: canRun ? EXIT.good : EXIT.failed, document: { canRun, diagnostics }, text }, json);
    });
}

function diagnosticsOf({ parser, extension }: ProgramFiles): readonly Diagnostic[] {
  return [...checkParser(parser), ...(extension === undefined ? [] : checkParser(extension))];
}

function renderDiagnostics(diagnostics: readonly Diagnostic[], files: number): string {
  const colors = createColors(isColorful(process.stdout));
  const count = (severity: Diagnostic['severity']) => diagnostics.filter((one) => one.severity === severity).length;
  const many = (number: number, thing: string) => `${number} ${thing}${number === 1 ? '' : 's'}`;
  return [
    ...diagnostics.flatMap(({ severity, code, message, fix, file, position }) => [
      `${file}:${position?.line ?? 1}:${position?.column ?? 1}  ${severity === 'error' ? colors.red('error') : colors.yellow('warning')}  ${message}  ${colors.dim(code)}`,
      ...(fix === undefined ? [] : [`    ${fix}`]),
    ]),
    `${many(files, 'parser')}: ${many(count('error'), 'error')}, ${many(count('warning'), 'warning')}.`,
  ].join('\n');
}
