import { type Command, Option } from 'commander';
import { displayPath } from '../environments/load';
import { PIPELINE_NAMES, type PipelineName } from '../stacks/pipelines';
import { initEnvironment } from './init';
import { jsonOption, print } from './verb';

/** Adds `init <env>`. */
export function addInitVerb(program: Command): void {
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
}
