import { Command, CommanderError, Option } from 'commander';
import { displayPath } from '../environments/load';
import { UserError } from '../environments/user-error';
import { PIPELINE_NAMES, type PipelineName } from '../stacks/pipelines';
import { addAdoptVerb } from './adopt/verb';
import { addCloudtrailVerbs } from './cloudtrail/verbs';
import { addCollectorVerbs } from './collector/verbs';
import { addDestroyVerb } from './deploy/destroy-verb';
import { addDriftVerb } from './deploy/drift-verb';
import { addLockVerb } from './deploy/lock-verb';
import { addDeployVerb } from './deploy/verb';
import { addDoctorVerb } from './doctor/verb';
import { EXIT } from './exit-codes';
import { addHandoffVerb } from './handoff-verb';
import { initEnvironment } from './init';
import { addInventoryVerb } from './inventory/verb';
import { runLocal } from './local/local';
import { addFieldsVerb } from './logpush/fields-verb';
import { addReshardVerb } from './logpush/reshard-verb';
import { addParserVerbs } from './parser/verbs';
import { addPlanVerb } from './plan/verb';
import { addRotateVerb } from './rotate-verb';
import { addStatusVerb } from './status/verb';
import { jsonOption, print } from './verb';

function buildProgram(): Command {
  const program = new Command('./tributary')
    .description('Security log pipelines as code.')
    .usage('<verb> <env> [options]')
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 good; 1 a problem was found or the command failed; 2 could not tell; plan and drift: there are changes.\nnpx cdktf diff <env>-<pipeline> and npx cdktf deploy "<env>-*" work, too (README.md).',
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

  addDoctorVerb(program);
  addPlanVerb(program);
  addDeployVerb(program);
  addDriftVerb(program);
  addDestroyVerb(program);
  addLockVerb(program);
  addCollectorVerbs(program);
  addRotateVerb(program);
  addCloudtrailVerbs(program);
  addAdoptVerb(program);
  addHandoffVerb(program);
  addInventoryVerb(program);
  addReshardVerb(program);
  addFieldsVerb(program);
  addStatusVerb(program);
  addParserVerbs(program);
  return program;
}

/** Problems of the user's are told in their own words; everything else is a bug and keeps its stack trace. */
async function main(args: readonly string[]): Promise<void> {
  // The SDK would warn of Node.js 20 in the middle of the results.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
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
