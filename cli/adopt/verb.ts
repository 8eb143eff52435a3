import { Argument, type Command } from 'commander';
import { environmentFile } from '../../environments/load';
import { connectAws } from '../aws';
import { createCloudflareApi } from '../cloudflare-api';
import { adopt } from '../cloudtrail/adopt/adopt';
import { withExistingTrail } from '../cloudtrail/adopt/placeholder';
import { CLOUDTRAIL_PIPELINE, findCloudtrail } from '../cloudtrail/target';
import { adoptQualys } from '../collector/adopt/adopt';
import { findAdoptTarget } from '../collector/adopt/target';
import { COLLECTOR_PIPELINE } from '../collector/target';
import { createGoogleApi } from '../google-api';
import { adoptLogpush } from '../logpush/adopt';
import { findStackJobs, LOGPUSH_PIPELINE } from '../logpush/status-jobs';
import { requireSection } from '../pipeline-section';
import { Progress } from '../progress';
import { conclude, jsonOption } from '../verb';
import type { Verdict } from '../verdict';

/** The pipelines that can take in what was made by hand. */
const PIPELINES: Record<string, (env: string, dryRun: boolean) => Promise<Verdict>> = {
  [CLOUDTRAIL_PIPELINE]: adoptCloudtrailPipeline,
  [COLLECTOR_PIPELINE]: adoptQualysPipeline,
  [LOGPUSH_PIPELINE]: adoptLogpushPipeline,
};

/** Adds the verb `adopt <env> <pipeline>`. */
export function addAdoptVerb(program: Command): void {
  program
    .command('adopt')
    .description('write what was made by hand before into the environment file, for the stack to import')
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('<pipeline>', Object.keys(PIPELINES).join(' or ')).choices(Object.keys(PIPELINES)))
    .option('--dry-run', 'only show what would be written')
    .addOption(jsonOption())
    .action(
      async (
        env: string,
        pipeline: string,
        { dryRun = false, json = false }: { readonly dryRun?: boolean; readonly json?: boolean },
      ) => {
        const begin = PIPELINES[pipeline];
        if (begin) conclude(await begin(env, dryRun), json);
      },
    );
}

async function adoptCloudtrailPipeline(env: string, dryRun: boolean): Promise<Verdict> {
  const settings = requireSection(env, CLOUDTRAIL_PIPELINE, withExistingTrail);
  const progress = new Progress();
  const target = await progress.step(readTitle(env), () => findCloudtrail(env, withExistingTrail));
  const aws = await connectAws(target.account, target.region);
  return adopt({ target, settings, aws, file: environmentFile(env), dryRun, progress });
}

async function adoptQualysPipeline(env: string, dryRun: boolean): Promise<Verdict> {
  const settings = requireSection(env, COLLECTOR_PIPELINE);
  const progress = new Progress();
  const target = await progress.step(readTitle(env), () => findAdoptTarget(env));
  const api = createGoogleApi({ project: target.project });
  return adoptQualys({ target, settings, api, file: environmentFile(env), dryRun, progress });
}

async function adoptLogpushPipeline(env: string, dryRun: boolean): Promise<Verdict> {
  const settings = requireSection(env, LOGPUSH_PIPELINE);
  const progress = new Progress();
  const jobs = await progress.step(readTitle(env), () => findStackJobs(env));
  const api = createCloudflareApi();
  return adoptLogpush({ environment: env, jobs, settings, api, file: environmentFile(env), dryRun, progress });
}

/** It takes a moment to read the names of what is deployed. */
function readTitle(environment: string): string {
  return `Read the environment ${environment}`;
}
