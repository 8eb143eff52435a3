import { Argument, type Command } from 'commander';
import { FEEDS, type FeedName, isSweeping } from '../../functions/qualys/contract';
import { systemClock } from '../clock';
import { createGoogleApi } from '../google-api';
import { Progress } from '../progress';
import { conclude, jsonOption, print } from '../verb';
import { parseWindow } from '../window';
import { renderBackfill, requestBackfill } from './backfill';
import { runNow } from './run';
import { COLLECTOR_PIPELINE, type CollectorTarget, findCollector } from './target';

/** Qualys has a past of these; of the others a sweep has the present. */
const BACKFILLED = FEEDS.filter((feed) => !isSweeping(feed));

/** Adds the verbs on one feed's collector: `<verb> <env> qualys-secops <feed>`. */
export function addCollectorVerbs(program: Command): void {
  verb(program, 'run', FEEDS, 'run a collector now instead of at the next tick, and wait for its end')
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
        conclude(await runNow({ target, api, wait, unblock, progress, clock: systemClock }), json);
      },
    );

  verb(program, 'backfill', BACKFILLED, 'collect a past window once nothing is left of the live feed')
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
}

function verb(program: Command, name: string, feeds: readonly FeedName[], description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('<pipeline>', 'the pipeline with a collector').choices([COLLECTOR_PIPELINE]))
    .addArgument(new Argument('<feed>', 'what it collects').choices(feeds))
    .addOption(jsonOption());
}

/** Shows that it takes a moment to read the names of what was deployed. */
function find(progress: Progress, environment: string, feed: FeedName): Promise<CollectorTarget> {
  return progress.step(`Read the environment ${environment}`, () => findCollector(environment, feed));
}
