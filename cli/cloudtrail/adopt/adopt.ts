import { readFileSync } from 'node:fs';
import { checkEnvironment } from '../../../environments/check';
import type { CloudtrailSettings } from '../../../environments/cloudtrail';
import { displayPath } from '../../../environments/load';
import { renderProblems } from '../../../environments/report';
import { UserError } from '../../../environments/user-error';
import type { Aws } from '../../aws';
import { addEntries, addedLines, type Entry, lineAt, replaceFile, valueAt } from '../../environment-file';
import { EXIT } from '../../exit-codes';
import type { Progress } from '../../progress';
import type { Verdict } from '../../verdict';
import type { CloudtrailTarget } from '../target';
import { findReaders, findSources } from './created';
import { findExistingTrail } from './existing';
import type { Finding } from './finding';
import { type Conflict, renderAdoption } from './report';

export interface AdoptOptions {
  /** With `trail: existing`, neither its bucket nor what announces it is looked at. */
  readonly target: CloudtrailTarget;
  readonly settings: CloudtrailSettings;
  readonly aws: Aws;
  /** Path of the environment file. */
  readonly file: string;
  /** Only say what would be written. */
  readonly dryRun: boolean;
  readonly progress: Progress;
}

const SECTION = 'cloudtrail';
/** What is added next to `trail` stands in the reverse order: existing, then kmsKey. */
const FOLLOWS = { kmsKey: 'trail', existing: 'trail' };

/**
 * Takes in what was made by hand before: looks for it in the account, and writes it into the environment file. What
 * stands there already is never changed: where it differs, nothing is written and the verdict is failed.
 *
 * @throws UserError when something is in the way of the pipeline, or the file would have problems afterwards
 */
export async function adopt(options: AdoptOptions): Promise<Verdict> {
  const { target, file, dryRun, progress } = options;
  const findings = await progress.step(
    `Look into the account ${target.account} in ${target.region}`,
    () => findAll(options),
    (found) => `${found.filter(({ exists }) => exists).length} of ${found.length} exist`,
  );
  const text = readFileSync(file, 'utf8');
  const name = displayPath(file);
  const { conflicts, entries } = compare(text, findings);
  const after = conflicts.length > 0 ? text : addEntries(text, entries, FOLLOWS);
  const { problems } = checkEnvironment(name, after, target.environment);
  if (conflicts.length === 0 && problems.length > 0)
    throw new UserError(`Nothing was written: with what was found, ${name} would have ${renderProblems(problems)}`);
  if (!dryRun && after !== text) replaceFile(file, after);

  const adoption = {
    environment: target.environment,
    file: name,
    dryRun,
    found: findings,
    conflicts,
    lines: conflicts.length > 0 ? [] : addedLines(text, after, entries),
    next: `npx cdktf diff ${target.stack}`,
  };
  return {
    exitCode: conflicts.length > 0 ? EXIT.failed : EXIT.good,
    document: adoption,
    text: renderAdoption(adoption),
  };
}

/** Everything at once, so that one report names every missing permission. */
async function findAll({ target, settings, aws }: AdoptOptions): Promise<Finding[]> {
  const sources =
    settings.trail === 'existing'
      ? [findExistingTrail(aws, target, settings.names?.trail)]
      : findSources(aws, target, settings);
  const results = await Promise.allSettled([...sources, ...findReaders(aws, target)]);
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const bug = failures.find((failure) => !(failure instanceof UserError));
  if (bug !== undefined) throw bug;
  if (failures.length > 0)
    throw new UserError([...new Set(failures.map((failure) => (failure as UserError).message))].join('\n\n'));
  return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

/** What the file is to get, and what in it says something else. */
function compare(text: string, findings: readonly Finding[]): { entries: Entry[]; conflicts: Conflict[] } {
  const entries: Entry[] = [];
  const conflicts: Conflict[] = [];
  for (const { path: below, value } of findings.flatMap(({ settings }) => settings)) {
    const path = [SECTION, ...below];
    const stands = valueAt(text, path);
    if (stands === value) continue;
    if (stands === undefined && value !== undefined) entries.push({ path, value });
    else conflicts.push({ path: path.join('.'), line: lineAt(text, path) ?? 1, stands, found: value ?? null });
  }
  return { entries, conflicts };
}
