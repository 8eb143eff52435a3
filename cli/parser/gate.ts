import { counted } from '../inventory/words';
import type { SynthesizedStack } from '../synthesized';
import { testParser } from './golden';
import { compileProgram, filesOf } from './program';
import { listParsers } from './tree';

/** A parser that is to be deployed and does not give the events that are expected of its samples. */
export interface FailingParser {
  readonly parser: string;
  /** What is wrong, and what to do. */
  readonly problem: string;
}

/**
 * Runs the samples of the parsers that stacks deploy. They are found by their code; files without samples, which are not
 * in a tree of parsers, are not tried.
 * @throws UserError when a parser cannot be run
 */
export async function failingParsers(stacks: readonly SynthesizedStack[]): Promise<FailingParser[]> {
  const deployed = new Set(
    stacks.flatMap(({ resource }) =>
      Object.values(resource.google_chronicle_parser ?? {}).map(({ cbn }) =>
        Buffer.from(String(cbn), 'base64').toString('utf8'),
      ),
    ),
  );
  if (deployed.size === 0) return [];
  const failing: FailingParser[] = [];
  for (const parser of listParsers()) {
    const files = filesOf(parser);
    if (!deployed.has(files.parser.text.replaceAll('\r\n', '\n'))) continue;
    const { logs, mismatches, problems } = await testParser(parser, compileProgram(files));
    const said = [
      ...problems,
      ...(mismatches.length > 0
        ? [
            `${mismatches.length} of ${counted(logs, 'sample')} ${mismatches.length === 1 ? 'gives' : 'give'} something else`,
          ]
        : []),
    ];
    if (said.length > 0)
      failing.push({ parser: parser.name, problem: `${said.join('; ')}. See ./tributary parser test ${parser.name}` });
  }
  return failing;
}
