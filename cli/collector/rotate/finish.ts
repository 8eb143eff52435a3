import { UserError } from '../../../environments/user-error';
import type { Clock } from '../../clock';
import { EXIT } from '../../exit-codes';
import type { GoogleApi } from '../../google-api';
import type { Progress } from '../../progress';
import type { Verdict } from '../../verdict';
import { runNow } from '../run';
import { finishCommand, type NamedVersion, rowsOf, subjectOf, type Turn } from './report';
import { awaitLatest, disableVersion, listVersions, type SecretName, type SecretVersion } from './secrets';
import type { RotationTarget } from './target';

/** What every rotation needs. */
export interface FinishOptions {
  readonly target: RotationTarget;
  readonly api: GoogleApi;
  readonly progress: Progress;
  readonly clock: Clock;
}

/**
 * Ends a rotation whose run was not good, not told or not started: starts one and, when it is good, disables all versions
 * but the latest of both secrets. It takes the roles of `rotate`, without those for the probe.
 * @throws UserError when the collectors cannot read the latest version of a secret, or Google Cloud refuses
 */
export async function finishRotation(options: FinishOptions): Promise<Verdict> {
  const { target } = options;
  const listed = await listAll(options, [target.secrets.username, target.secrets.password]);
  const turns = listed.map(({ secret, versions }) => turnOf(secret, versions));
  return runAndDisable(options, turns, subjectOf(target));
}

/** A secret and its versions. */
export interface Listed {
  readonly secret: SecretName;
  /** The last one first. */
  readonly versions: readonly SecretVersion[];
}

/** @throws GoogleApiError for who may not change the secrets, too: one role has both rights */
export function listAll({ api, progress }: FinishOptions, secrets: readonly SecretName[]): Promise<Listed[]> {
  return progress.step('Look at the versions of the secrets', () =>
    Promise.all(secrets.map(async (secret) => ({ secret, versions: await listVersions(api, secret) }))),
  );
}

/**
 * What is in use of a secret, and what is to be disabled.
 * @throws UserError when the collectors cannot read the latest version
 */
export function turnOf(secret: SecretName, versions: readonly SecretVersion[]): Turn {
  const [latest, ...others] = [...versions].sort((a, b) => b.number - a.number);
  const { name, project } = secret;
  if (!latest?.isEnabled)
    throw new UserError(
      `The secret ${name} has ${latest ? `the latest version ${latest.number}, which is not enabled` : 'no version'}: ` +
        'the collectors cannot read it, and no version before takes its place. Give them credentials (without --finish)' +
        `${latest ? `, or enable it: gcloud secrets versions enable ${latest.number} --secret=${name} --project=${project}` : ''}.`,
    );
  const older = others.filter(({ isEnabled }) => isEnabled).map(({ number }) => number);
  return { secret, latest: latest.number, older: older.reverse() };
}

/**
 * Starts a run with the latest versions and, when it is good, disables the others.
 * @param options with `probe`, Qualys took the credentials: a feed that is blocked is freed
 * @param known what the document begins with
 * @param goBack command that brings the credentials before back
 */
export async function runAndDisable(
  options: FinishOptions & { readonly probe?: boolean },
  turns: readonly Turn[],
  known: object,
  goBack?: string,
): Promise<Verdict> {
  const run = await tryRun(options, turns);
  const { exitCode, text, document } =
    run instanceof UserError
      ? { exitCode: EXIT.couldNotTell, text: run.message, document: { couldNotTell: run.message } }
      : run;
  const finish = finishCommand(options.target);
  if (exitCode !== EXIT.good) {
    const isFailed = exitCode === EXIT.failed;
    return {
      exitCode,
      document: { ...known, disabled: [], run: document, finish, ...(isFailed && goBack && { goBack }) },
      text: [
        isFailed
          ? 'The run with the latest credentials was not good:'
          : 'Whether the collectors work with the latest credentials could not be told:',
        text,
        'The versions before stay enabled:',
        ...rowsOf(turns, []),
        `When the cause is mended (a new version may take minutes to reach the collectors):\n  ${finish}`,
        ...(isFailed && goBack ? [`To go back to the credentials before:\n  ${goBack}`] : []),
      ].join('\n'),
    };
  }

  const { disabled, problem } = await disableOlder(options, turns);
  const result = { ...known, disabled, run: document };
  if (problem === undefined)
    return {
      exitCode,
      document: result,
      text: ['The collectors work with the latest credentials:', text, ...rowsOf(turns, disabled)].join('\n'),
    };
  return {
    exitCode: EXIT.failed,
    document: { ...result, problem, finish },
    text: [
      'The collectors work with the latest credentials, but a version before could not be disabled:',
      problem,
      ...rowsOf(turns, disabled),
      `When that is mended:\n  ${finish}`,
    ].join('\n'),
  };
}

/** How a run ended; or why it could not be started. */
async function tryRun(
  { target, api, progress, clock, probe = false }: FinishOptions & { readonly probe?: boolean },
  turns: readonly Turn[],
): Promise<Verdict | UserError> {
  try {
    await progress.step('Wait until Secret Manager hands them out', async () => {
      for (const { secret, latest } of turns) await awaitLatest(api, secret, latest, clock);
    });
    return await runNow({ target: target.collector, api, wait: true, unblock: probe, progress, clock });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

async function disableOlder(
  { api, progress }: FinishOptions,
  turns: readonly Turn[],
): Promise<{ disabled: NamedVersion[]; problem?: string }> {
  const disabled: NamedVersion[] = [];
  try {
    await progress.step('Disable the versions before', async () => {
      for (const { secret, older } of turns)
        for (const version of older) {
          await disableVersion(api, secret, version);
          disabled.push({ secret: secret.name, version });
        }
    });
    return { disabled };
  } catch (error) {
    if (error instanceof UserError) return { disabled, problem: error.message };
    throw error;
  }
}
