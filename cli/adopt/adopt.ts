import { readFileSync } from 'node:fs';
import { checkEnvironment } from '../../environments/check';
import { displayPath } from '../../environments/load';
import { renderProblems } from '../../environments/report';
import { UserError } from '../../environments/user-error';
import type { PipelineName } from '../../stacks/pipelines';
import { addEntries, addedLines, type Entry, type Follows, replaceFile } from '../environment-file';
import { EXIT } from '../exit-codes';
import type { Note, Progress } from '../progress';
import type { Verdict } from '../verdict';
import { YamlText } from '../yaml-text';
import type { Finding } from './finding';
import { type Conflict, renderAdoption, type Similar } from './report';

/** What was found in the cloud. */
export interface Look {
  readonly findings: readonly Finding[];
  /** What stands under other names. */
  readonly similar?: readonly Similar[];
  /** What is to be known where nothing was found, for people. */
  readonly notes?: readonly string[];
}

export interface TakeInOptions {
  readonly environment: string;
  readonly pipeline: PipelineName;
  /** The pipeline's section of the environment file. */
  readonly section: string;
  /** Where a new key goes; any other goes to the end of its map. */
  readonly follows?: Follows;
  /** What the look is called while it takes place. */
  readonly title: string;
  readonly look: (note: Note) => Promise<Look>;
  /** Path of the environment file. */
  readonly file: string;
  /** Only say what would be written. */
  readonly dryRun: boolean;
  readonly progress: Progress;
}

/**
 * Writes what was made by hand before into the environment file. What stands there already is never changed: where it
 * differs, nothing is written and the verdict is failed.
 *
 * @throws UserError what the look throws, or when the file would have problems afterwards
 */
export async function takeIn(options: TakeInOptions): Promise<Verdict> {
  const { environment, pipeline, section, follows = {}, title, look, file, dryRun, progress } = options;
  const { findings, similar, notes } = await progress.step(
    title,
    look,
    ({ findings: found }) => `${found.filter(({ exists }) => exists).length} of ${found.length} exist`,
  );
  const text = readFileSync(file, 'utf8');
  const name = displayPath(file);
  const { conflicts, entries } = compare(text, section, findings);
  const after = conflicts.length > 0 ? text : addEntries(text, entries, follows);
  const { problems } = checkEnvironment(name, after, environment);
  if (conflicts.length === 0 && problems.length > 0)
    throw new UserError(`Nothing was written: with what was found, ${name} would have ${renderProblems(problems)}`);
  if (!dryRun && after !== text) replaceFile(file, after);

  const adoption = {
    environment,
    file: name,
    dryRun,
    found: findings,
    ...(similar !== undefined && { similar }),
    ...(notes !== undefined && { notes }),
    conflicts,
    lines: conflicts.length > 0 ? [] : addedLines(text, after, entries),
    next: `./tributary plan ${environment} ${pipeline}`,
  };
  return {
    exitCode: conflicts.length > 0 ? EXIT.failed : EXIT.good,
    document: adoption,
    text: renderAdoption(adoption),
  };
}

/**
 * The results of everything that was begun at once, in its order.
 * @throws UserError with every problem that the user has to see to, such as each missing permission
 */
export async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const bug = failures.find((failure) => !(failure instanceof UserError));
  if (bug !== undefined) throw bug;
  if (failures.length > 0)
    throw new UserError([...new Set(failures.map((failure) => (failure as UserError).message))].join('\n\n'));
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** What the file is to get, and what in it says something else. */
function compare(
  text: string,
  section: string,
  findings: readonly Finding[],
): { entries: Entry[]; conflicts: Conflict[] } {
  const entries: Entry[] = [];
  const conflicts: Conflict[] = [];
  const yaml = new YamlText(text);
  for (const { path: below, value } of findings.flatMap(({ settings }) => settings)) {
    const path = [section, ...below];
    const stands = yaml.valueAt(path);
    if (stands === value) continue;
    if (stands === undefined && value !== undefined) entries.push({ path, value });
    else conflicts.push({ path: path.join('.'), line: yaml.lineAt(path) ?? 1, stands, found: value ?? null });
  }
  return { entries, conflicts };
}
