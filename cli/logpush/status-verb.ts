import { writeFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { UserError } from '../../environments/user-error';
import { systemClock } from '../clock';
import { createCloudflareApi } from '../cloudflare-api';
import { isColorful, Progress } from '../progress';
import { conclude, jsonOption } from '../verb';
import { renderPage } from './page';
import { exitCodeOf, readStatus } from './status';
import { findStackJobs, LOGPUSH_PIPELINE } from './status-jobs';
import { isUnicodeLocale, renderCheck, renderStatus } from './status-text';

const DEFAULT_DAYS = '7';
const MOST_DAYS = 30;

interface Flags {
  readonly days: string;
  readonly html?: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** Adds `status <env> logpush-taegis`. */
export function addStatusVerb(program: Command): void {
  program
    .command('status')
    .description('what was delivered and what was lost, by job and day, and what to do')
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('<pipeline>', LOGPUSH_PIPELINE).choices([LOGPUSH_PIPELINE]))
    .option('--days <number>', `days until now, 1 to ${MOST_DAYS}`, DEFAULT_DAYS)
    .option('--html <file>', 'also write it as a page')
    .option('--check', 'one line for each problem instead of the table')
    .addOption(jsonOption())
    .action(async (environment: string, _pipeline: string, { days, html, check = false, json = false }: Flags) => {
      const progress = new Progress();
      const number = parseDays(days);
      const api = createCloudflareApi();
      const jobs = await progress.step(`Read the environment ${environment}`, () => findStackJobs(environment));
      const report = await readStatus({ environment, jobs, api, days: number, progress, clock: systemClock });
      if (html !== undefined) writePage(html, renderPage(report));
      const style = { color: isColorful(process.stdout), unicode: isUnicodeLocale(process.env) };
      const text = check ? renderCheck(report) : renderStatus(report, style);
      conclude({ exitCode: exitCodeOf(report), document: report, text }, json);
    });
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
