import { type Command, Option } from 'commander';
import { createColors } from 'picocolors';
import { EXIT } from '../exit-codes';
import { isColorful } from '../progress';
import { conclude, jsonOption } from '../verb';
import { changeLines } from './change-lines';
import { type GoldenResult, testParser, updateParser } from './golden';
import { compileProgram, filesOf } from './program';
import { selectParsers } from './tree';

/** Logs of a file whose differences are shown; `--json` has all. */
const MOST_SHOWN = 20;

/** Adds `parser test [names...]`. */
export function addTestVerb(parser: Command): void {
  parser
    .command('test')
    .description('run the samples of parsers and compare their events with those that are expected')
    .argument('[parsers...]', 'squid/corrected, or a log type; default: all')
    .addOption(new Option('--update', 'write the events anew, to be read in the diff of git'))
    .addOption(jsonOption())
    .action(async (names: string[], { update = false, json = false }: { update?: boolean; json?: boolean }) => {
      const parsers = selectParsers(names);
      const programs = parsers.map((one) => ({ one, program: compileProgram(filesOf(one)) }));
      if (update) {
        const written: string[] = [];
        for (const { one, program } of programs) written.push(...(await updateParser(one, program)));
        const text = written.length === 0 ? 'Nothing changed.' : `Written, to be read:\n${indented(written)}`;
        conclude({ exitCode: EXIT.good, document: { written }, text }, json);
        return;
      }
      const results: GoldenResult[] = [];
      for (const { one, program } of programs) results.push(await testParser(one, program));
      const exitCode = results.every(isGood) ? EXIT.good : EXIT.failed;
      conclude({ exitCode, document: { parsers: results }, text: renderResults(results) }, json);
    });
}

function isGood({ mismatches, problems }: GoldenResult): boolean {
  return mismatches.length + problems.length === 0;
}

function renderResults(results: readonly GoldenResult[]): string {
  const colors = createColors(isColorful(process.stdout));
  const lines = results.flatMap((result) => {
    const { parser, logs, mismatches, problems } = result;
    if (isGood(result)) return [`${colors.green('✓')} ${parser}: ${logs} logs`];
    const shown = mismatches
      .slice(0, MOST_SHOWN)
      .flatMap(({ file, line, changes }) => [
        `  ${file}:${line}`,
        ...changeLines(changes, colors).map((change) => `    ${change}`),
      ]);
    const more = mismatches.length - MOST_SHOWN;
    return [
      colors.red(`✗ ${parser}: ${mismatches.length} of ${logs} logs give something else`),
      ...problems.map((problem) => `  ${problem}`),
      ...shown,
      ...(more > 0 ? [`  … and ${more} more logs`] : []),
    ];
  });
  const failed = results.filter((result) => !isGood(result));
  if (failed.length > 0) {
    const names = failed.map(({ parser }) => parser).join(' ');
    lines.push(`- expected, + found. If that is meant: ./tributary parser test --update ${names}`);
  }
  return lines.join('\n');
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}
