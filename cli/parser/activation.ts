import { UserError } from '../../environments/user-error';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Verdict } from '../verdict';
import { type ActiveParser, readActiveParser } from './active';
import { type ActivationContext, activateOne, type LogTypeOutcome, type Outcome } from './one-activation';
import { isPending, renderOutcomes, renderPreview } from './report';
import { type Survey, survey } from './survey';
import type { ParserTarget } from './target';

export interface ActivationOptions extends Omit<ActivationContext, 'instance'> {
  readonly target: ParserTarget;
  /** Only say what would be done. */
  readonly dryRun: boolean;
  /** Show the beginning of each log that a validation failed on, which may be confidential. */
  readonly showLogs: boolean;
  /** Shows what would be done and asks whether it is wanted; not asked when there is nothing to do. */
  readonly agree: (preview: string) => Promise<boolean>;
}

/**
 * Makes the parsers and extensions active that an environment file chooses, after SecOps has tried them, and looks which
 * are active then. What is active already is not touched.
 *
 * It takes `chronicle.parsers.list` and `chronicle.parserExtensions.list`; for what is switched
 * `chronicle.parsers.activate`, `chronicle.parsers.deactivate` or `chronicle.parserExtensions.activate`; and for what a
 * validation found `chronicle.validationReports.get` and `chronicle.parsingErrors.list`.
 *
 * @throws UserError when SecOps does not tell what it has, or it is not agreed to
 */
export async function activateParsers(options: ActivationOptions): Promise<Verdict> {
  const { target, api, progress } = options;
  const found = await progress.step(`Look at the parsers of ${target.instance.instance}`, () => survey(api, target));
  const preview = renderPreview(target, found);
  if (options.dryRun)
    return {
      exitCode: found.some(isHopeless) ? EXIT.failed : EXIT.good,
      document: { ...subjectOf(target), dryRun: true, logTypes: found.map(documentOf) },
      text: preview,
    };
  if (found.some(isPending) && !(await options.agree(preview)))
    throw new UserError('Nothing was activated: it was not agreed to.');
  const outcomes: LogTypeOutcome[] = [];
  for (const one of found) outcomes.push(await activateLogType(one, options));
  return {
    exitCode: exitCodeOf(outcomes),
    document: { ...subjectOf(target), logTypes: outcomes.map((one) => (options.showLogs ? one : withoutLogs(one))) },
    text: renderOutcomes(target, outcomes, options.showLogs),
  };
}

async function activateLogType({ chosen, ...found }: Survey, options: ActivationOptions): Promise<LogTypeOutcome> {
  const context = { ...options, instance: options.target.instance };
  const parser = found.parser && (await activateOne({ kind: 'parser', chosen }, found.parser, context));
  const isParserRight = parser === undefined || isGood(parser);
  const extension =
    found.extension &&
    (isParserRight
      ? await activateOne({ kind: 'extension', chosen }, found.extension, context)
      : ({ outcome: 'left' } as const));
  const isChanged = [parser, extension].some((one) => one?.outcome === 'activated');
  const active = isChanged ? await readAgain(options, chosen.logType, found.active) : found.active;
  return {
    logType: chosen.logType,
    ...(parser && { parser: { chosen: chosen.parser ?? '', ...parser } }),
    ...(extension && { extension: { chosen: chosen.extension ?? '', ...extension } }),
    active: active ?? null,
  };
}

/** What was active before, if SecOps does not answer any more: that it was activated is known. */
async function readAgain(
  { api, target }: ActivationOptions,
  logType: string,
  before: ActiveParser | undefined,
): Promise<ActiveParser | undefined> {
  try {
    return await readActiveParser(api, target.instance, logType);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return before;
  }
}

function isGood({ outcome }: Outcome): boolean {
  return outcome === 'was active' || outcome === 'activated';
}

/** Whether it cannot be activated, however long one waits. */
function isHopeless({ parser, extension }: Survey): boolean {
  return [parser, extension].some((aim) => aim?.state === 'missing' || aim?.state === 'rejected');
}

function exitCodeOf(outcomes: readonly LogTypeOutcome[]): ExitCode {
  const all = outcomes.flatMap(({ parser, extension }) => [parser, extension]).filter((one) => one !== undefined);
  const isWaiting = (one: Outcome) => one.outcome === 'still validating';
  const isFailed = all.some((one) => !isGood(one) && !isWaiting(one) && one.outcome !== 'left');
  if (isFailed) return EXIT.failed;
  return all.some(isWaiting) ? EXIT.couldNotTell : EXIT.good;
}

function subjectOf({ environment, instance }: ParserTarget): object {
  return { environment, ...instance };
}

function documentOf({ chosen, active, parser, extension }: Survey): object {
  return {
    logType: chosen.logType,
    ...(parser && { parser: { chosen: chosen.parser, ...parser } }),
    ...(extension && { extension: { chosen: chosen.extension, ...extension } }),
    active: active ?? null,
  };
}

function withoutLogs(one: LogTypeOutcome): LogTypeOutcome {
  return JSON.parse(JSON.stringify(one, (key, value) => (key === 'log' ? undefined : value)));
}
