import { UserError } from '../../environments/user-error';
import { counted } from '../inventory/words';
import type { SynthesizedStack } from '../synthesized';
import { testParser } from './golden';
import { compileProgram, filesOf, type ProgramFiles } from './program';
import { listParsers, parserTrees, type TreeParser, treesIn } from './tree';

/** A parser that is to be deployed and does not give the events that are expected of its samples. */
export interface FailingParser {
  readonly parser: string;
  /** What is wrong, and what to do. */
  readonly problem: string;
}

/**
 * Runs the samples of the parsers that stacks deploy. They are found by their code; files without samples, which are not
 * in a tree of parsers, are not tried.
 * @param checkout whose parsers are meant; default: this one
 */
export async function failingParsers(stacks: readonly SynthesizedStack[], checkout?: string): Promise<FailingParser[]> {
  const deployed = new Set(
    stacks.flatMap(({ resource }) =>
      Object.values(resource.google_chronicle_parser ?? {}).map(({ cbn }) =>
        Buffer.from(String(cbn), 'base64').toString('utf8'),
      ),
    ),
  );
  if (deployed.size === 0) return [];
  const failing: FailingParser[] = [];
  for (const parser of listParsers(checkout === undefined ? parserTrees() : treesIn(checkout))) {
    const files = filesOf(parser);
    if (!deployed.has(files.parser.text.replaceAll('\r\n', '\n'))) continue;
    const said = await problemsOf(parser, files);
    if (said.length > 0)
      failing.push({ parser: parser.name, problem: `${said.join('; ')}. See ./tributary parser test ${parser.name}` });
  }
  return failing;
}

async function problemsOf(parser: TreeParser, files: ProgramFiles): Promise<readonly string[]> {
  try {
    const { logs, mismatches, problems } = await testParser(parser, compileProgram(files));
    if (mismatches.length === 0) return problems;
    const give = mismatches.length === 1 ? 'gives' : 'give';
    return [...problems, `${mismatches.length} of ${counted(logs, 'sample')} ${give} something else`];
  } catch (error) {
    if (error instanceof UserError) return [error.message];
    throw error;
  }
}
