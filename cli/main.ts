import { Argument, Command, CommanderError, Option } from 'commander';
import { displayPath } from '../environments/load';
import { UserError } from '../environments/user-error';
import { FEEDS, type FeedName } from '../functions/qualys/contract';
import { PIPELINE_NAMES, type PipelineName } from '../stacks/pipelines';
import { parseWindow, renderBackfill, requestBackfill } from './backfill';
import { systemClock } from './clock';
import { COLLECTOR_PIPELINE, type CollectorTarget, findCollector } from './collector-target';
import { EXIT } from './exit-codes';
import { createGoogleApi } from './google-api';
import { initEnvironment } from './init';
import { runLocal } from './local/local';
import { Progress } from './progress';
import { runNow } from './run';

/** Prints one JSON document or a text for people; both on standard output. */
function print(asJson: boolean, document: object, text: string): void {
  console.log(asJson ? JSON.stringify(document, null, 2) : text);
}

function jsonOption(): Option {
  return new Option('--json', 'one JSON document on standard output');
}

/** A verb on one feed's collector: `<verb> <env> qualys-secops <feed>`. */
function collectorVerb(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('<pipeline>', 'the pipeline with a collector').choices([COLLECTOR_PIPELINE]))
    .addArgument(new Argument('<feed>', 'what it collects').choices(FEEDS))
    .addOption(jsonOption());
}

/** Shows that it takes a moment to read the names of what was deployed. */
function find(progress: Progress, environment: string, feed: FeedName): Promise<CollectorTarget> {
  return progress.step(`Read the environment ${environment}`, () => findCollector(environment, feed));
}

function buildProgram(): Command {
  const program = new Command('./tributary')
    .description('Security log pipelines as code.')
    .usage('<verb> <env> [options]')
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 good; 1 a problem was found or the command failed; 2 could not tell.\nDeploying: npx cdktf diff <env>-<pipeline>, npx cdktf deploy "<env>-*" (README.md).',
    );

  program
    .command('init')
    .description('write a first environment file, each value with where to find it')
    .argument('<env>', 'name of the environment: the name of the file')
    .addOption(
      new Option('--pipeline <names...>', 'pipelines to write sections for')
        .choices(PIPELINE_NAMES)
        .default(PIPELINE_NAMES, 'all'),
    )
    .addOption(jsonOption())
    .action((env: string, { pipeline, json = false }: { pipeline: PipelineName[]; json?: boolean }) => {
      const file = initEnvironment(
        env,
        PIPELINE_NAMES.filter((name) => pipeline.includes(name)),
      );
      print(
        json,
        { file },
        `${displayPath(file)} written. Replace every FILL-IN in it; npx cdktf synth names those that are left.`,
      );
    });

  program
    .command('local')
    .description(
      'run the main job on emulators of this machine: real Terraform, real bundle, nothing leaves the machine',
    )
    .option('--keep', 'leave everything running until Ctrl-C, and say where')
    .addOption(jsonOption())
    .action(async ({ keep = false, json = false }: { keep?: boolean; json?: boolean }) => {
      await runLocal({ keep, report: (document, text) => print(json, document, text) });
    });

  collectorVerb(program, 'run', 'run a collector now instead of at the next tick, and wait for its end')
    .option('--no-wait', 'start it only')
    .option('--unblock', 'first allow a login with the credentials that Qualys rejected: the account was unlocked')
    .action(
      async (
        env: string,
        _pipeline: string,
        feed: FeedName,
        { wait, unblock = false, json = false }: { wait: boolean; unblock?: boolean; json?: boolean },
      ) => {
        const progress = new Progress();
        const target = await find(progress, env, feed);
        const api = createGoogleApi({ project: target.project });
        const { exitCode, document, text } = await runNow({ target, api, wait, unblock, progress, clock: systemClock });
        print(json, document, text);
        process.exitCode = exitCode;
      },
    );

  collectorVerb(program, 'backfill', 'collect a past window once nothing is left of the live feed')
    .requiredOption('--from <moment>', 'start of the window: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, UTC')
    .requiredOption('--to <moment>', 'its end, which does not belong to it')
    .option('--again', 'also what the live feed or another backfill covers: SecOps then holds it twice')
    .action(
      async (
        env: string,
        _pipeline: string,
        feed: FeedName,
        { from, to, again = false, json = false }: { from: string; to: string; again?: boolean; json?: boolean },
      ) => {
        const window = parseWindow(from, to, systemClock);
        const target = await find(new Progress(), env, feed);
        const backfill = await requestBackfill({
          target,
          api: createGoogleApi({ project: target.project }),
          window,
          again,
          clock: systemClock,
        });
        print(json, backfill, renderBackfill(backfill, target));
      },
    );
  return program;
}

/** Problems of the user's are told in their own words; everything else is a bug and keeps its stack trace. */
async function main(args: readonly string[]): Promise<void> {
  const asJson = args.includes('--json');
  const program = buildProgram();
  if (asJson) silence(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = EXIT.failed;
    const isUsage = error instanceof CommanderError;
    if (!isUsage && !(error instanceof UserError)) throw error;
    if (asJson) console.log(JSON.stringify({ error: error.message }, null, 2));
    else if (!isUsage) console.error(error.message);
  }
}

/** Usage errors go into the JSON document instead. */
function silence(command: Command): void {
  command.configureOutput({ writeErr: () => {} });
  for (const inner of command.commands) silence(inner);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = EXIT.failed;
});
