import { Readable } from 'node:stream';
import { environmentsFolder } from '../../environments/folder';
import { projectRoot } from '../../environments/root';
import { UserError } from '../../environments/user-error';
import { differencesOf } from './difference';
import { readLogs } from './log-lines';
import { type Outcome, outcomeOf, RECEIVED } from './outcome';
import { compileProgram, type Program, type ProgramFiles } from './program';
import { parserTrees, treesIn } from './tree';
import { repositoryOf, type TreeVersion, versionAt, versionIn } from './tree-version';

/** What becomes of the samples of a parser that is not what it was. */
export interface ParserChange {
  readonly parser: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** Samples of either version that were tried. */
  readonly logs: number;
  /** Those that give something else. */
  readonly differing: number;
  /** The fields in which they differ, most frequent first. */
  readonly fields: readonly FieldTally[];
  /** Why a version cannot be run. */
  readonly problem?: string;
}

export interface FieldTally {
  /** `events[0].readOnlyUdm.principal.ip[0]`, `dropped`, `error`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** How many samples. */
  readonly logs: number;
}

/** Whether a deploy of the parser could make other events. */
export function hasEffect({ kind, differing, problem }: ParserChange): boolean {
  return kind !== 'changed' || differing > 0 || problem !== undefined;
}

/**
 * Compares what the samples give with what they gave at another commit of the repository that holds the environment
 * files, both by today's engine. Parsers whose files are the same are left out.
 * @param option for errors: how the user named the commit
 * @returns undefined when that repository holds no tree of parsers: the commit says nothing of any
 */
export async function parserChanges(ref: string, option: string): Promise<ParserChange[] | undefined> {
  const repository = repositoryOf(environmentsFolder());
  const trees = parserTrees().filter(({ root }) => repository !== undefined && repositoryOf(root) === repository);
  if (trees.length === 0) return undefined;
  return compare(
    trees.map((tree) => versionAt(ref, tree, option)),
    trees.map(versionIn),
  );
}

/** The same between the files of this checkout and those of another one, such as that of a pull request. */
export function parserChangesIn(checkout: string): Promise<ParserChange[]> {
  return compare(treesIn(projectRoot).map(versionIn), treesIn(checkout).map(versionIn));
}

async function compare(before: readonly TreeVersion[], after: readonly TreeVersion[]): Promise<ParserChange[]> {
  const names = new Set([...before, ...after].flatMap((version) => version.names));
  const changes: ParserChange[] = [];
  for (const name of [...names].sort()) {
    const of = (versions: readonly TreeVersion[]) => versions.find((version) => version.names.includes(name));
    const change = await changeOf(name, of(before), of(after));
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

async function changeOf(
  parser: string,
  before: TreeVersion | undefined,
  after: TreeVersion | undefined,
): Promise<ParserChange | undefined> {
  const [old, now] = [before?.files(parser), after?.files(parser)];
  if (old !== undefined && now !== undefined && isAlike(old, now)) return undefined;
  const kind = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
  const logs = await logsOf([...(after?.samples(parser) ?? []), ...(before?.samples(parser) ?? [])]);
  const nothing = { parser, kind, logs: logs.length, differing: 0, fields: [] } as const;
  let programs: readonly [Program | undefined, Program | undefined];
  try {
    programs = [old && compileProgram(old), now && compileProgram(now)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...nothing, problem: error.message };
  }
  return kind === 'changed' ? { ...nothing, ...tally(programs, logs) } : nothing;
}

function tally(
  programs: readonly (Program | undefined)[],
  logs: readonly (string | Uint8Array)[],
): Pick<ParserChange, 'differing' | 'fields'> {
  const tallies = new Map<string, FieldTally>();
  let differing = 0;
  for (const log of logs) {
    const [before, after] = programs.map((program) => program && outcome(program, log));
    const changes = differencesOf(before, after);
    if (changes.length > 0) differing += 1;
    for (const change of changes) {
      const key = JSON.stringify(change);
      tallies.set(key, { ...change, logs: (tallies.get(key)?.logs ?? 0) + 1 });
    }
  }
  return { differing, fields: [...tallies.values()].sort((one, other) => other.logs - one.logs) };
}

function outcome(program: Program, log: string | Uint8Array): Outcome {
  return outcomeOf(program.run(log, { received: RECEIVED }));
}

function isAlike(one: ProgramFiles, other: ProgramFiles): boolean {
  return one.parser.text === other.parser.text && one.extension?.text === other.extension?.text;
}

/** The logs of several files, each once. */
async function logsOf(files: readonly Buffer[]): Promise<(string | Uint8Array)[]> {
  const logs = new Map<string, string | Uint8Array>();
  for (const content of files)
    for await (const { log } of readLogs('-', Readable.from([content])))
      if (log !== undefined) logs.set(typeof log === 'string' ? log : Buffer.from(log).toString('latin1'), log);
  return [...logs.values()];
}
