import { type Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../../environments/user-error';
import { systemClock } from '../clock';
import { ask, isInteractive } from '../deploy/ask';
import { createGoogleApi } from '../google-api';
import { Progress } from '../progress';
import { conclude, jsonOption } from '../verb';
import { activateParsers } from './activation';
import { findParsers } from './target';

/** SecOps takes 15 to 30 minutes to try a parser or an extension. */
const DEFAULT_MINUTES = 45;
const MOST_MINUTES = 240;

interface Flags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly timeout: number;
  readonly showLogs?: boolean;
  readonly json?: boolean;
}

/** Adds `activate <env>` to the group `parser`. */
export function addActivateVerb(group: Command): void {
  group
    .command('activate')
    .description(
      'make the SecOps parsers and extensions active that the environment chooses, once SecOps has tried them',
    )
    .argument('<env>', 'name of the environment')
    .option('--dry-run', 'only show what would be done')
    .option('--yes', 'do it without a question')
    .addOption(
      new Option('--timeout <minutes>', 'how long to wait for SecOps to try them; 0: not at all')
        .argParser(parseMinutes)
        .default(DEFAULT_MINUTES),
    )
    .option('--show-logs', 'show the logs on which one failed: they may be confidential')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 all are active; 1 one is missing, rejected or refused; 2 SecOps is still at it.',
    )
    .action(async (env: string, { dryRun = false, yes = false, timeout, showLogs = false, json = false }: Flags) => {
      if (!dryRun && !yes && !isInteractive())
        throw new UserError('Nobody can be asked here: it takes --yes, or --dry-run to see what would be done.');
      const target = findParsers(env);
      const verdict = await activateParsers({
        target,
        api: createGoogleApi({ project: target.instance.project }),
        patienceMs: timeout * 60_000,
        dryRun,
        showLogs,
        agree: yes ? async () => true : (preview) => agreeTo(preview, env),
        progress: new Progress(),
        clock: systemClock,
      });
      conclude(verdict, json);
    });
}

async function agreeTo(preview: string, environment: string): Promise<boolean> {
  process.stderr.write(`${preview}\n\n`);
  return ask(`Activate this in ${environment}? Only yes is a yes:`, 'yes');
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (!/^\d{1,3}$/.test(text) || minutes > MOST_MINUTES)
    throw new InvalidArgumentError(`Expected minutes, a whole number from 0 to ${MOST_MINUTES}.`);
  return minutes;
}
