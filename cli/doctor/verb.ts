import { Argument, type Command, Option } from 'commander';
import { UserError } from '../../environments/user-error';
import { PIPELINE_NAMES, type PipelineName } from '../../stacks/pipelines';
import { systemClock } from '../clock';
import { columnsOf } from '../columns';
import { findStackJobs } from '../logpush/status-jobs';
import { isColorful, Progress } from '../progress';
import { readSecret } from '../secret-input';
import { conclude, jsonOption } from '../verb';
import { examine, exitCodeOf, reportOf } from './doctor';
import { renderPage } from './page';
import { QUALYS_FEEDS, type QualysFeed } from './qualys-probes';

const DEFAULT_SECONDS = '20';
const MOST_SECONDS = 600;

interface Flags {
  readonly send?: boolean;
  readonly username?: string;
  readonly askPassword?: boolean;
  readonly feeds?: QualysFeed[];
  readonly timeout: string;
  readonly json?: boolean;
}

/** Adds `doctor <env> [pipeline]`. */
export function addDoctorVerb(program: Command): void {
  program
    .command('doctor')
    .description(
      'what would stop a deploy or a collector, before there is one: accounts, permissions, limits; changes nothing',
    )
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('[pipeline]', 'one pipeline only').choices(PIPELINE_NAMES))
    .option('--send', 'also send Taegis an empty batch with each key')
    .option('--username <name>', 'Qualys user. Default: TF_VAR_qualys_username')
    .option(
      '--ask-password',
      'ask for the password of the Qualys user, or read it from a pipe. Default: TF_VAR_qualys_password',
    )
    .addOption(
      new Option('--feeds <names...>', "Qualys APIs to look at. Default: those of the environment's feeds").choices(
        QUALYS_FEEDS,
      ),
    )
    .option('--timeout <seconds>', `how long one look may take, 1 to ${MOST_SECONDS}`, DEFAULT_SECONDS)
    .addOption(jsonOption())
    .action(async (environment: string, pipeline: PipelineName | undefined, flags: Flags) => {
      const { send = false, username, askPassword, feeds, json = false } = flags;
      const timeoutSeconds = parseSeconds(flags.timeout);
      const password = askPassword ? await readSecret(PASSWORD) : undefined;
      const groups = await new Progress().step(`Look at the services of ${environment}`, (note) =>
        examine(
          {
            ...{ environment, send, timeoutSeconds, env: process.env, clock: systemClock, findJobs: findStackJobs },
            ...(pipeline && { pipeline }),
            ...(feeds && { feeds }),
            login: { ...(username !== undefined && { username }), ...(password !== undefined && { password }) },
          },
          note,
        ),
      );
      const report = reportOf(environment, groups);
      const style = { color: isColorful(process.stdout), columns: columnsOf(process.stdout, process.env) };
      const text = renderPage(
        `${environment}${pipeline ? `, ${pipeline}` : ''}: what would stop a deploy or a collector`,
        groups,
        style,
      );
      conclude({ exitCode: exitCodeOf(report), document: report, text }, json);
      // Once it is written: looks that were given up would hold the process until they end by themselves.
      process.stdout.write('', () => process.exit());
    });
}

const PASSWORD = { what: 'password', question: 'Password of the Qualys API user (it is not shown): ' };

/** @throws UserError for anything but 1 to 600 */
export function parseSeconds(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1 || Number(text) > MOST_SECONDS)
    throw new UserError(`--timeout ${text}: expected whole seconds from 1 to ${MOST_SECONDS}.`);
  return Number(text);
}
