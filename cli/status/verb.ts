import { writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { Argument, type Command, Option } from 'commander';
import { environmentsFolder } from '../../environments/folder';
import { loadEnvironment } from '../../environments/load';
import { UserError } from '../../environments/user-error';
import { PIPELINE_NAMES, type PipelineName } from '../../stacks/pipelines';
import { systemClock } from '../clock';
import { columnsOf } from '../columns';
import { LOGPUSH_PIPELINE } from '../logpush/status-jobs';
import { requireSection } from '../pipeline-section';
import { isColorful, Progress } from '../progress';
import { synthesizeEnvironment } from '../synth';
import { conclude, jsonOption } from '../verb';
import { type EnvironmentStatus, exitCodeOf, stateOf } from './model';
import { renderPage } from './page';
import { type Readers, readEnvironmentStatus, readersOf } from './read';
import { isUnicodeLocale } from './terminal';
import { renderCheck, renderScreen } from './text';
import { DEFAULT_SECONDS, parseSeconds, watch } from './watch';

const DEFAULT_DAYS = '7';
const MOST_DAYS = 30;

interface Flags {
  readonly days: string;
  readonly html?: string;
  readonly check?: boolean;
  /** `true`: without a number. */
  readonly watch?: string | true;
  readonly json?: boolean;
}

/** Adds `status <env> [pipeline]`. */
export function addStatusVerb(program: Command): void {
  program
    .command('status')
    .description('what was delivered, what is behind, failing or lost, and what to do')
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('[pipeline]', 'one pipeline instead of all').choices(PIPELINE_NAMES))
    .option('--days <number>', `days until now, 1 to ${MOST_DAYS}`, DEFAULT_DAYS)
    .option('--html <file>', 'also write it as a page')
    .option('--check', 'one line for each problem instead of the screen')
    .addOption(
      new Option('--watch [seconds]', `look again and again; default: every ${DEFAULT_SECONDS} s`).conflicts('json'),
    )
    .addOption(jsonOption())
    .action(async (environment: string, pipeline: PipelineName | undefined, flags: Flags) => {
      const { html, check = false, json = false } = flags;
      const days = parseDays(flags.days);
      const seconds = flags.watch && parseSeconds(flags.watch === true ? DEFAULT_SECONDS : flags.watch);
      const progress = new Progress();
      const readers = await progress.step(`Read the environment ${environment}`, () =>
        findReaders(environment, pipeline),
      );
      // Jobs by the hundred take minutes, and say how far they are; elsewhere steps of steps would be in each other's way.
      const isLong = pipeline === LOGPUSH_PIPELINE && !seconds;
      const look = { days, clock: systemClock, progress: isLong ? progress : silent() };
      const read = async (): Promise<EnvironmentStatus> => {
        const status = await readEnvironmentStatus(environment, readers, look);
        if (html !== undefined) writePage(html, renderPage(status));
        return status;
      };
      // Anew each time: somebody may have made the terminal narrower while it is watched.
      const style = () => ({
        color: isColorful(process.stdout),
        unicode: isUnicodeLocale(process.env),
        columns: columnsOf(process.stdout, process.env),
      });
      const render = (status: EnvironmentStatus) => (check ? renderCheck(status) : renderScreen(status, style()));
      // While it is watched only on a terminal, where the next screen takes its place: a log has enough of the screens.
      const isToldSo = !isLong && (!seconds || process.stderr.isTTY);
      const ask = () => (isToldSo ? progress.step('Ask what became of the logs', read) : read());
      if (seconds)
        await watch({ seconds, clock: systemClock, stream: process.stdout, look: async () => render(await ask()) });
      const status = await ask();
      conclude({ exitCode: exitCodeOf(status), document: documentOf(status), text: render(status) }, json);
    });
}

/**
 * What there is to read: one pipeline, or all that the environment has.
 * @throws UserError when there is no such environment or pipeline, or it cannot be synthesized
 */
async function findReaders(name: string, pipeline: PipelineName | undefined): Promise<Readers> {
  if (pipeline !== undefined) requireSection(name, pipeline);
  const environment = loadEnvironment(name, environmentsFolder());
  const readers = await synthesizeEnvironment(name, (stacks) => readersOf(environment, stacks));
  if (Object.keys(readers).length === 0)
    throw new UserError(`The environment ${name} has no pipeline, so that there is no status.`);
  return pipeline === undefined ? readers : { [pipeline]: readers[pipeline] };
}

/** For programs: each pipeline also says its state. */
function documentOf(status: EnvironmentStatus): object {
  return { ...status, pipelines: status.pipelines.map((pipeline) => ({ state: stateOf(pipeline), ...pipeline })) };
}

function silent(): Progress {
  return new Progress(new PassThrough().resume() as unknown as NodeJS.WriteStream);
}

/** @throws UserError for anything but 1 to 30 */
export function parseDays(text: string): number {
  if (!/^\d{1,2}$/.test(text) || Number(text) < 1 || Number(text) > MOST_DAYS)
    throw new UserError(`--days ${text}: expected a whole number from 1 to ${MOST_DAYS}.`);
  return Number(text);
}

function writePage(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new UserError(`--html ${file} could not be written: ${error instanceof Error ? error.message : error}.`);
  }
}
