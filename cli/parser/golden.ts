import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { displayPath } from '../../environments/load';
import { UserError } from '../../environments/user-error';
import { differencesOf, type FieldChange } from './difference';
import { readLogs } from './log-lines';
import { type Outcome, outcomeOf, RECEIVED } from './outcome';
import type { Program } from './program';
import { EVENTS_FOLDER, expectationNames, LOGS_FOLDER, sampleNames, type TreeParser } from './tree';

/** A log that gives something else than expected. */
export interface Mismatch {
  /** Of the samples. */
  readonly file: string;
  readonly line: number;
  readonly changes: readonly FieldChange[];
}

export interface GoldenResult {
  readonly parser: string;
  readonly logs: number;
  readonly mismatches: readonly Mismatch[];
  /** What is wrong with the files themselves: samples without expectations, and the other way round. */
  readonly problems: readonly string[];
}

/** What became of each log of a file of samples. */
export interface SampleOutcome {
  readonly line: number;
  readonly outcome: Outcome;
}

/** Runs the samples of a parser and compares what they give with `events/`. */
export async function testParser(parser: TreeParser, program: Program): Promise<GoldenResult> {
  const names = sampleNames(parser);
  const mismatches: Mismatch[] = [];
  const problems: string[] = [];
  let logs = 0;
  if (names.length === 0)
    problems.push(`${displayPath(parser.folder)} has no ${LOGS_FOLDER}/*.log: nothing is tested.`);
  for (const name of names) {
    const found = await runSamples(program, logsFile(parser, name));
    logs += found.length;
    const expected = readExpected(parser, name);
    if (expected === undefined) {
      problems.push(`${displayPath(eventsFile(parser, name))} is missing. Write it with --update, and read it.`);
      continue;
    }
    for (let index = 0; index < Math.max(found.length, expected.length); index += 1) {
      const changes = differencesOf(expected[index], found[index]?.outcome);
      const line = found[index]?.line ?? index + 1;
      if (changes.length > 0) mismatches.push({ file: displayPath(logsFile(parser, name)), line, changes });
    }
  }
  for (const name of expectationNames(parser).filter((one) => !names.includes(one)))
    problems.push(
      `${displayPath(eventsFile(parser, name))} has no ${LOGS_FOLDER}/${name}.log: remove it with --update.`,
    );
  return { parser: parser.name, logs, mismatches, problems };
}

/** Writes `events/` anew, from what the samples give now. @returns the files that differ from before */
export async function updateParser(parser: TreeParser, program: Program): Promise<string[]> {
  const names = sampleNames(parser);
  const changed: string[] = [];
  mkdirSync(join(parser.folder, EVENTS_FOLDER), { recursive: true });
  for (const name of names) {
    const outcomes = (await runSamples(program, logsFile(parser, name))).map(({ outcome }) => outcome);
    const file = eventsFile(parser, name);
    const text = `${JSON.stringify(outcomes, null, 2)}\n`;
    if (textOf(file) === text) continue;
    writeFileSync(file, text);
    changed.push(displayPath(file));
  }
  for (const name of expectationNames(parser).filter((one) => !names.includes(one))) {
    const file = eventsFile(parser, name);
    rmSync(file);
    changed.push(displayPath(file));
  }
  return changed;
}

export async function runSamples(program: Program, file: string): Promise<SampleOutcome[]> {
  const outcomes: SampleOutcome[] = [];
  for await (const { number, log } of readLogs(file))
    outcomes.push({
      line: number,
      outcome:
        log === undefined ? { error: 'longer than a log may be' } : outcomeOf(program.run(log, { received: RECEIVED })),
    });
  return outcomes;
}

export function logsFile({ folder }: TreeParser, name: string): string {
  return join(folder, LOGS_FOLDER, `${name}.log`);
}

function eventsFile({ folder }: TreeParser, name: string): string {
  return join(folder, EVENTS_FOLDER, `${name}.json`);
}

/** @throws UserError when it is no list */
function readExpected(parser: TreeParser, name: string): Outcome[] | undefined {
  const file = eventsFile(parser, name);
  const text = textOf(file);
  if (text === undefined) return undefined;
  try {
    const document: unknown = JSON.parse(text);
    if (Array.isArray(document)) return document;
  } catch {}
  throw new UserError(
    `${displayPath(file)} is no list in JSON. Expected what becomes of each log, as --update writes it.`,
  );
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
