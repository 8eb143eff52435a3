import { Argument, type Command } from 'commander';
import type { PipelineName } from '../stacks/pipelines';
import { renderHandoff } from './cloudtrail/handoff';
import { CLOUDTRAIL_PIPELINE, findCloudtrail } from './cloudtrail/target';
import { renderQualysHandoff } from './collector/handoff';
import { COLLECTOR_PIPELINE, findCollector } from './collector/target';
import { renderLogpushHandoff } from './logpush/handoff';
import { LOGPUSH_PIPELINE } from './logpush/status-jobs';
import { requireSection } from './pipeline-section';
import { Progress } from './progress';
import { conclude, jsonOption } from './verb';
import type { Verdict } from './verdict';

/** What is left by hand of each pipeline that leaves something. */
const HANDOFFS = {
  [CLOUDTRAIL_PIPELINE]: async (environment) => renderHandoff(await findCloudtrail(environment)),
  [COLLECTOR_PIPELINE]: async (environment) =>
    renderQualysHandoff(await findCollector(environment, 'alerts'), requireSection(environment, COLLECTOR_PIPELINE)),
  [LOGPUSH_PIPELINE]: async (environment) =>
    renderLogpushHandoff(environment, requireSection(environment, LOGPUSH_PIPELINE)),
} as const satisfies Partial<Record<PipelineName, (environment: string) => Promise<Verdict>>>;

/** Adds `handoff <env> <pipeline>`. */
export function addHandoffVerb(program: Command): void {
  const pipelines = Object.keys(HANDOFFS);
  program
    .command('handoff')
    .description('show the steps that are left by hand, with the values to paste')
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('<pipeline>', pipelines.join(' or ')).choices(pipelines))
    .addOption(jsonOption())
    .action(async (env: string, pipeline: keyof typeof HANDOFFS, { json = false }: { readonly json?: boolean }) => {
      // It takes a moment to read the names of what is deployed.
      const verdict = await new Progress().step(`Read the environment ${env}`, () => HANDOFFS[pipeline](env));
      conclude(verdict, json);
    });
}
