import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentsFolder } from '../../environments/folder';
import { loadEnvironment } from '../../environments/load';
import { projectRoot } from '../../environments/root';
import type { Environment } from '../../environments/schema';
import { PIPELINE_NAMES, type PipelineName } from '../../stacks/pipelines';
import type { Clock } from '../clock';
import { createCloudflareApi } from '../cloudflare-api';
import { EXIT, type ExitCode } from '../exit-codes';
import { createGoogleApi } from '../google-api';
import { CATALOGUE_FILE, type Catalogue } from '../logpush/fields-catalogue';
import type { StackJob } from '../logpush/status-jobs';
import { requireSection } from '../pipeline-section';
import { Mask } from '../plan/mask';
import type { Note } from '../progress';
import { secretsOf } from '../secrets';
import { checkAws } from './aws';
import type { Check, CheckGroup } from './check';
import { checkCloudflare } from './cloudflare';
import { checkGoogle } from './google';
import { checkQualys, qualysLogin } from './qualys';
import type { QualysLogin } from './qualys-answer';
import type { QualysFeed } from './qualys-probes';
import { checkTaegis } from './taegis';

export interface DoctorOptions {
  readonly environment: string;
  /** Default: every pipeline of the environment. */
  readonly pipeline?: PipelineName;
  /** Whether Taegis is sent an empty batch. */
  readonly send: boolean;
  /** In place of the variables of the first deploy. */
  readonly login: Partial<QualysLogin>;
  /** Default: those that the environment collects. */
  readonly feeds?: readonly QualysFeed[];
  /** Seconds that one look may take. */
  readonly timeoutSeconds: number;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Jobs of Logpush, as the stacks hold them. */
  findJobs(environment: string): Promise<StackJob[]>;
}

/** What was found, by service. */
export interface DoctorReport {
  readonly environment: string;
  readonly summary: Readonly<Record<'ok' | 'warning' | 'willFail' | 'couldNotTell' | 'skipped', number>>;
  readonly checks: readonly (Check & { readonly about: string })[];
}

/**
 * Looks at every service of an environment at the same time, and changes nothing of any.
 * @throws UserError when there is no such environment or pipeline, or it has problems
 */
export async function examine(options: DoctorOptions, note: Note): Promise<CheckGroup[]> {
  const environment = loadEnvironment(options.environment, environmentsFolder());
  const pipelines = options.pipeline ? [options.pipeline] : PIPELINE_NAMES;
  // Says so when the one that is asked for is not there.
  if (options.pipeline) requireSection(options.environment, options.pipeline);
  const running = pipelines.flatMap((pipeline) => LOOKS[pipeline](environment, options));
  let done = 0;
  const groups = await Promise.all(
    running.map(async (group) => {
      const found = await group;
      done += 1;
      note(`${done} of ${running.length}`);
      return found;
    }),
  );
  return withoutSecrets(groups, secretsGiven(options.env, options.login));
}

const LOOKS: Readonly<
  Record<PipelineName, (environment: Environment, options: DoctorOptions) => Promise<CheckGroup>[]>
> = {
  'qualys-secops': (environment, { feeds, login, env, timeoutSeconds, clock }) => {
    const settings = environment.qualys;
    if (settings === undefined) return [];
    const timeoutMs = timeoutSeconds * 1000;
    // Once: what has failed is told, and another attempt is another run of this.
    const api = createGoogleApi({ project: settings.project, env, clock, timeoutMs, repetitions: 0 });
    return [
      checkQualys({ settings, login: qualysLogin(env, login), ...(feeds && { feeds }), timeoutMs, now: clock.now() }),
      checkGoogle({ environment, settings, api, timeoutMs }),
    ];
  },
  'cloudtrail-cortex': ({ environment, cloudtrail: settings }, { timeoutSeconds }) =>
    settings === undefined ? [] : [checkAws({ environment, settings, timeoutMs: timeoutSeconds * 1000 })],
  'logpush-taegis': (environment, { findJobs, send, env, timeoutSeconds, clock }) => {
    const { cloudflare: settings, notifications } = environment;
    if (settings === undefined) return [];
    const timeoutMs = timeoutSeconds * 1000;
    const { webhooks, pagerduty } = settings.alerts;
    const isAlertMade = (notifications?.emails.length ?? 0) + webhooks.length + pagerduty.length > 0;
    const catalogue: Catalogue = JSON.parse(readFileSync(join(projectRoot, CATALOGUE_FILE), 'utf8'));
    const api = createCloudflareApi({ env, clock, timeoutMs, repetitions: 0 });
    return [
      findJobs(environment.environment).then((jobs) =>
        checkCloudflare({ settings, isAlertMade, jobs, catalogue, api, env, timeoutMs, now: clock.now() }),
      ),
      checkTaegis({ settings, send, env, timeoutMs }),
    ];
  },
};

/** 1 when something will fail, 2 when nothing does and something could not be told. Warnings and what was skipped do not count. */
export function exitCodeOf({ summary }: DoctorReport): ExitCode {
  if (summary.willFail > 0) return EXIT.failed;
  return summary.couldNotTell > 0 ? EXIT.couldNotTell : EXIT.good;
}

/** A last look: should a service have sent back what it was given, it is not shown. */
export function withoutSecrets(groups: readonly CheckGroup[], secrets: readonly string[]): CheckGroup[] {
  const mask = new Mask(secrets);
  const redact = (check: Check): Check => ({
    ...check,
    name: mask.redact(check.name),
    finding: mask.redact(check.finding),
    ...(check.todo !== undefined && { todo: mask.redact(check.todo) }),
    ...(check.command !== undefined && { command: mask.redact(check.command) }),
    ...(check.details && { details: check.details.map((text) => mask.redact(text)) }),
  });
  return groups.map(({ title, checks }) => ({ title, checks: checks.map(redact) }));
}

/** What this process was given that must not be shown. */
export function secretsGiven(env: NodeJS.ProcessEnv, { password = '' }: Partial<QualysLogin>): string[] {
  const variables = [
    'TF_VAR_qualys_password',
    'TF_VAR_taegis_keys',
    'TF_VAR_pagerduty_key',
    'TF_VAR_cloudflare_webhooks',
  ];
  return [password, ...variables.map((name) => env[name] ?? ''), ...secretsOf([], env)];
}

export function reportOf(environment: string, groups: readonly CheckGroup[]): DoctorReport {
  const checks = groups.flatMap(({ title, checks }) => checks.map((check) => ({ about: title, ...check })));
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const summary = {
    ok: count('ok'),
    warning: count('warning'),
    willFail: count('will fail'),
    couldNotTell: count('could not tell'),
    skipped: count('skipped'),
  };
  return { environment, summary, checks };
}
