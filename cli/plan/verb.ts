import { type Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../../environments/user-error';
import { PIPELINE_NAMES } from '../../stacks/pipelines';
import { EXIT, type ExitCode } from '../exit-codes';
import { failingParsers } from '../parser/gate';
import { hasEffect, parserChanges, parserChangesIn } from '../parser/parser-changes';
import { isColorful, Progress } from '../progress';
import { isOfPipeline } from '../synthesized';
import { type TerraformSession, withTerraform } from '../terraform/session';
import { conclude, jsonOption } from '../verb';
import { inWorkFolder } from '../work-folder';
import { destroysOf } from './kinds';
import { renderMarkdown } from './markdown';
import { addStackArguments, allowOption, failOnOption, parallelismOption } from './options';
import { planEnvironment } from './plan';
import type { PlanReport } from './report';
import { reviewOf, writeOrExplain, writeReview } from './review';
import { readStacks, type Selection } from './stacks';
import { renderTerminal } from './terminal';
import { runOf } from './workflow-run';

/** Below GitHub's limit for a comment, 65,536 characters, with room for what a workflow adds. */
const DEFAULT_BUDGET_BYTES = 60_000;
/** GitHub's limit for the summary of a step (docs.github.com, "Workflow commands", job summaries). */
const SUMMARY_BUDGET_BYTES = 1_000_000;

interface Flags extends Pick<Selection, 'synthesized' | 'before' | 'changedSince'> {
  readonly parsers?: string;
  readonly offline?: true | string[];
  readonly lock: boolean;
  readonly parallelism?: number;
  readonly markdown?: string;
  readonly budget: number;
  readonly summary?: string;
  readonly review?: string;
  readonly failOn?: 'destroy';
  readonly allow?: string[];
  readonly json?: boolean;
}

/** Adds `plan <env> [pipeline]`. */
export function addPlanVerb(program: Command): void {
  const command = program
    .command('plan')
    .description('what a deploy would do: one report over all stacks, without secrets');
  addStackArguments(command)
    .option('--changed-since <ref>', 'plan only stacks whose configuration differs from that commit')
    .addOption(
      new Option('--before <folder>', 'the same, compared with a cdktf output folder').conflicts('changedSince'),
    )
    .option('--synthesized <folder>', 'plan a cdktf output folder that was made elsewhere, if it holds nothing unusual')
    .option('--parsers <checkout>', 'parsers that were checked out elsewhere, such as those of a pull request')
    .addOption(
      new Option(
        '--offline [pipelines...]',
        'show the difference of the configuration alone, without credentials; of all pipelines or of these',
      ),
    )
    .option('--no-lock', 'do not lock the states: for identities that may only read')
    .addOption(parallelismOption())
    .option('--markdown <file>', 'also write the report as Markdown, for a comment')
    .addOption(
      new Option('--budget <bytes>', 'largest size of the Markdown; it leaves out details before it leaves out changes')
        .argParser(parseBudget)
        .default(DEFAULT_BUDGET_BYTES),
    )
    .option('--summary <file>', 'also write it in full, up to 1 MB, for the summary of a workflow')
    .option('--review <file>', 'also write what the deploy is to be held to')
    .addOption(failOnOption())
    .addOption(allowOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing changes; 2 something changes; 1 a stack failed, a parser gives other events than expected, or --fail-on applies.',
    )
    .action(async (environment: string, pipeline: string | undefined, flags: Flags) => {
      const selection: Selection = { environment, pipeline, ...pick(flags) };
      const isOffline = offlineStacks(environment, flags);
      if (flags.offline !== undefined && selection.before === undefined && selection.changedSince === undefined)
        throw new UserError('--offline compares two versions: name the other one with --changed-since or --before.');
      const { report, review } = await inSession(flags, async (folder, session) => {
        const progress = new Progress();
        const stacks = await readStacks(selection, folder, progress);
        const options = { selection, stacks, isOffline, session, progress };
        const planned = await planEnvironment({ ...options, kind: 'normal', lock: flags.lock });
        const parsers = await changedParsers(flags);
        const failing = await failingParsers(stacks.after, flags.parsers);
        const report: PlanReport = {
          ...planned,
          ...(parsers !== undefined && parsers.length > 0 && { parsers }),
          ...(failing.length > 0 && { failingParsers: failing }),
        };
        return { report, review: reviewOf(report, stacks.after) };
      });
      const run = runOf(process.env);
      if (flags.markdown !== undefined)
        writeOrExplain(flags.markdown, renderMarkdown(report, { ...run, budgetBytes: flags.budget }), '--markdown');
      if (flags.summary !== undefined)
        writeOrExplain(
          flags.summary,
          renderMarkdown(report, { ...run, budgetBytes: SUMMARY_BUDGET_BYTES }),
          '--summary',
        );
      if (flags.review !== undefined) writeReview(flags.review, review);
      const text = renderTerminal(report, { color: isColorful(process.stdout), width: process.stdout.columns ?? 100 });
      const refusals = flags.failOn === undefined ? [] : destroysOf(report, flags.allow);
      conclude({ exitCode: exitCodeOf(report, refusals.length > 0), document: report, text }, flags.json ?? false);
    });
}

/** A failed stack counts more than any change. */
export function exitCodeOf({ stacks, failingParsers = [], parsers = [] }: PlanReport, isRefused: boolean): ExitCode {
  if (isRefused || failingParsers.length > 0 || stacks.some(({ kind }) => kind === 'failed')) return EXIT.failed;
  const changes = stacks.some((stack) => stack.changes.length + stack.outputs.length > 0);
  return changes || parsers.some(hasEffect) ? EXIT.changes : EXIT.good;
}

/** Of the commit or of the other checkout that is named; undefined when none is. */
async function changedParsers({ changedSince, parsers }: Flags): Promise<PlanReport['parsers']> {
  if (parsers !== undefined) return parserChangesIn(parsers);
  return changedSince === undefined ? undefined : parserChanges(changedSince, `--changed-since ${changedSince}`);
}

function pick({ synthesized, before, changedSince }: Flags): Partial<Selection> {
  return { ...(synthesized && { synthesized }), ...(before && { before }), ...(changedSince && { changedSince }) };
}

/** Without Terraform where everything is offline: it may be missing there. */
function inSession<T>(
  { offline, parallelism }: Flags,
  run: (folder: string, session: TerraformSession | undefined) => Promise<T>,
): Promise<T> {
  if (offline === true) return inWorkFolder('plan', (folder) => run(folder, undefined));
  return withTerraform((session) => run(session.folder, session), parallelism);
}

/** @throws UserError for a name that is no pipeline's */
function offlineStacks(environment: string, { offline = [] }: Flags): (stack: string) => boolean {
  if (offline === true) return () => true;
  const stranger = offline.find((name) => !(PIPELINE_NAMES as readonly string[]).includes(name));
  if (stranger !== undefined)
    throw new UserError(`--offline ${stranger}: expected ${PIPELINE_NAMES.join(', ')}, or nothing for all.`);
  return (stack) => offline.some((pipeline) => isOfPipeline(stack, environment, pipeline));
}

function parseBudget(text: string): number {
  const bytes = Number(text);
  if (!Number.isInteger(bytes) || bytes < 2_000 || bytes > SUMMARY_BUDGET_BYTES)
    throw new InvalidArgumentError(`Expected bytes, a whole number from 2000 to ${SUMMARY_BUDGET_BYTES}.`);
  return bytes;
}
