import { Command, CommanderError } from 'commander';
import { UserError } from '../environments/user-error';
import { EXIT } from './exit-codes';
import { addVerbs } from './verbs';

async function buildProgram(verb: string | undefined): Promise<Command> {
  const program = new Command('./tributary')
    .description('Security log pipelines as code.')
    .usage('<verb> <env> [options]')
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 good; 1 a problem was found or the command failed; 2 could not tell; plan and drift: there are changes.\nnpx cdktf diff <env>-<pipeline> and npx cdktf deploy "<env>-*" work, too (README.md).',
    );

  await addVerbs(program, verb);
  return program;
}

/** Problems of the user's are told in their own words; everything else is a bug and keeps its stack trace. */
async function main(args: readonly string[]): Promise<void> {
  // The SDK would warn of Node.js 20 in the middle of the results.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const asJson = args.includes('--json');
  const program = await buildProgram(args[0]);
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
