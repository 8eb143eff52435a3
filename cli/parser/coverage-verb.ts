import type { Command } from 'commander';
import { createColors } from 'picocolors';
import { EXIT } from '../exit-codes';
import { isColorful } from '../progress';
import { conclude, jsonOption } from '../verb';
import { type Coverage, coverageOf } from './coverage';
import { compileProgram, filesOf } from './program';
import { selectParsers } from './tree';

/** Adds `parser coverage [names...]`. */
export function addCoverageVerb(parser: Command): void {
  parser
    .command('coverage')
    .description('what of parsers their samples never reach, and which fields of the samples are never read')
    .argument('[parsers...]', 'squid/corrected, or a log type; default: all')
    .addOption(jsonOption())
    .action(async (names: string[], { json = false }: { json?: boolean }) => {
      const coverages: Coverage[] = [];
      for (const one of selectParsers(names)) coverages.push(await coverageOf(one, compileProgram(filesOf(one))));
      const text = coverages.map(renderCoverage).join('\n\n');
      conclude({ exitCode: EXIT.good, document: { parsers: coverages }, text }, json);
    });
}

function renderCoverage(coverage: Coverage): string {
  const { parser, file, logs, statements, reached, branches, taken, unreached, unmapped } = coverage;
  const colors = createColors(isColorful(process.stdout));
  return [
    colors.bold(
      `${parser}: ${logs} logs reach ${reached} of ${statements} statements and ${taken} of ${branches} branches`,
    ),
    ...unreached.map(({ what, position }) => `  ${file}:${position.line}:${position.column}  ${what}`),
    ...(unmapped.length > 0 ? ['  fields that no statement reads', ...unmapped.map((field) => `    ${field}`)] : []),
  ].join('\n');
}
