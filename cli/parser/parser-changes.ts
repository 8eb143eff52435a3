import { Readable } from 'node:stream';
import { environmentsFolder } from '../../environments/folder';
import { UserError } from '../../environments/user-error';
import { repositoryOf, type TreeAtCommit, treeAt } from './at-commit';
import { differencesOf } from './difference';
import { logsFile } from './golden';
import { readLogs } from './log-lines';
import { type Outcome, outcomeOf, RECEIVED } from './outcome';
import { compileProgram, filesOf, type Program, type ProgramFiles } from './program';
import { listParsers, parserTrees, sampleNames, type TreeParser } from './tree';

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
  const changes: ParserChange[] = [];
  for (const tree of trees) {
    const before = treeAt(ref, tree, option);
    const after = listParsers([tree]);
    for (const name of [...new Set([...before.names, ...after.map((parser) => parser.name)])].sort()) {
      const now = after.find((parser) => parser.name === name);
      const change = await changeOf(name, before.names.includes(name) ? before : undefined, now);
      if (change !== undefined) changes.push(change);
    }
  }
  return changes;
}

async function changeOf(
  parser: string,
  before: TreeAtCommit | undefined,
  after: TreeParser | undefined,
): Promise<ParserChange | undefined> {
  const [old, now] = [before?.files(parser), after && filesOf(after)];
  if (old !== undefined && now !== undefined && isAlike(old, now)) return undefined;
  const kind = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
  const logs = await samplesOf(parser, before, after);
  const nothing = { parser, kind, logs: logs.length, differing: 0, fields: [] } as const;
  let programs: readonly [Program | undefined, Program | undefined];
  try {
    programs = [old && compileProgram(old), now && compileProgram(now)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...nothing, problem: error.message };
  }
  if (kind !== 'changed') return nothing;
  const tallies = new Map<string, FieldTally>();
  let differing = 0;
  for (const log of logs) {
    const [one, other] = programs.map((program) => program && outcome(program, log));
    const fields = differencesOf(one, other);
    if (fields.length > 0) differing += 1;
    for (const field of fields) {
      const key = JSON.stringify(field);
      tallies.set(key, { ...field, logs: (tallies.get(key)?.logs ?? 0) + 1 });
    }
  }
  const fields = [...tallies.values()].sort((one, other) => other.logs - one.logs);
  return { ...nothing, differing, fields };
}

function outcome(program: Program, log: string | Uint8Array): Outcome {
  return outcomeOf(program.run(log, { received: RECEIVED }));
}

function isAlike(one: ProgramFiles, other: ProgramFiles): boolean {
  return one.parser.text === other.parser.text && one.extension?.text === other.extension?.text;
}

/** The logs of both versions, each once. */
async function samplesOf(
  parser: string,
  before: TreeAtCommit | undefined,
  after: TreeParser | undefined,
): Promise<(string | Uint8Array)[]> {
  const logs = new Map<string, string | Uint8Array>();
  const add = async (file: string, content?: Buffer) => {
    for await (const { log } of readLogs(file, content && Readable.from([content])))
      if (log !== undefined) logs.set(typeof log === 'string' ? log : Buffer.from(log).toString('latin1'), log);
  };
  if (after !== undefined) for (const name of sampleNames(after)) await add(logsFile(after, name));
  for (const content of before?.samples(parser).values() ?? []) await add('-', content);
  return [...logs.values()];
}
