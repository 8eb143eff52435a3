import { UserError } from '../../../environments/user-error';
import { PLACEHOLDER_SECRET } from '../../../functions/qualys/contract';
import { EXIT } from '../../exit-codes';
import { type GoogleApi, GoogleApiError } from '../../google-api';
import type { Verdict } from '../../verdict';
import { type FinishOptions, listAll, runAndDisable, turnOf } from './finish';
import { refuseUnusable } from './password';
import { probeQualys } from './probe';
import { finishCommand, goBackCommand, refusedVerdict, rotateCommand, rowsOf, subjectOf } from './report';
import { addVersion, awaitLatest, readLatest, type SecretName, type SecretVersion } from './secrets';

export interface RotateOptions extends FinishOptions {
  /** Default: the one that the collectors have now. */
  readonly username?: string;
  readonly password: string;
  /** Log in to Qualys with the credentials before anything is written. */
  readonly probe: boolean;
  /** Start a run, and disable the versions before when it is good. */
  readonly run: boolean;
}

/**
 * Gives the collectors of an environment other Qualys credentials, without a deployment: logs in with them once, adds
 * them to the secrets as new versions, starts a run, and disables the versions before when it was good. None is
 * destroyed: a disabled one can be enabled again.
 *
 * No run may log in with a new name and an old password, or the other way about: it counts towards the account's lock. The
 * two secrets cannot be changed at once, and for minutes Secret Manager may hand out what was the latest version before.
 * So the password becomes the placeholder first, with which the collectors do not log in; then the name is added, then
 * the password, each when the one before is handed out. A run in between ends with `credentials_missing`, as do all runs
 * after a rotation that stopped there, until the command is given again.
 *
 * It takes `roles/secretmanager.secretVersionManager` on each secret that changes; to probe without a new name,
 * `roles/secretmanager.secretAccessor` on the name's secret; and for the run `roles/cloudscheduler.jobRunner` and
 * `roles/logging.viewer` on the project and, after a probe, `roles/storage.objectUser` on the state bucket: a feed that is
 * blocked is freed, since Qualys took the credentials.
 *
 * @throws UserError when a value cannot be a credential, or Google Cloud refuses before all is added
 */
export async function rotate(options: RotateOptions): Promise<Verdict> {
  const { target, api, progress, username, password } = options;
  const { secrets, apiUrl } = target;
  if (username !== undefined) refuseUsername(username);
  refuseUnusable('The password', password);
  const changed = username === undefined ? [secrets.password] : [secrets.username, secrets.password];
  // First, so that who may not write learns it before a login.
  const before = await listAll(options, changed);

  if (options.probe) {
    const login = { apiUrl, password, username: username ?? (await presentUsername(api, secrets.username)) };
    const refusal = await progress.step(
      `Log in to ${apiUrl}`,
      () => probeQualys(login, options.clock),
      (problem) => (problem === undefined ? 'Qualys takes the credentials' : problem.code),
    );
    if (refusal !== undefined) return refusedVerdict(target, refusal);
  }

  const added = await progress.step('Add the new versions', () => add(options));
  const turns = before.map(({ secret, versions }) => turnOf(secret, [...(added.get(secret) ?? []), ...versions]));
  const known = {
    ...subjectOf(target),
    probe: options.probe ? 'passed' : 'skipped',
    added: turns.map(({ secret, latest }) => ({ secret: secret.name, version: latest })),
  };
  if (options.run) return runAndDisable(options, turns, known, goBackCommand(target, before));
  return {
    exitCode: EXIT.good,
    document: { ...known, disabled: [], run: null, finish: finishCommand(target) },
    text: [
      'The collectors log in with the new credentials from their next run on.',
      ...rowsOf(turns, []),
      `To start a run, and disable the versions before when it is good:\n  ${finishCommand(target)}`,
    ].join('\n'),
  };
}

/** Qualys' name for the account, as the collectors read it. */
async function presentUsername(api: GoogleApi, secret: SecretName): Promise<string> {
  const username = (await readLatest(api, secret, 'Or give the user name with --username.')).replace(/\r?\n$/, '');
  if (username === '' || username === PLACEHOLDER_SECRET)
    throw new UserError(`Nobody has filled in the secret ${secret.name} yet: give the user name with --username.`);
  return username;
}

function refuseUsername(username: string): void {
  refuseUnusable('The user name', username);
  if (username.includes(':'))
    throw new UserError('The user name has a colon, with which nobody can log in (RFC 7617). Nothing was changed.');
}

/** Adds all new versions, in the order that is safe. */
async function add(options: RotateOptions): Promise<Map<SecretName, SecretVersion[]>> {
  const { target, api, username, password, clock } = options;
  const { secrets } = target;
  const additions: [SecretName, string][] =
    username === undefined
      ? []
      : [
          [secrets.password, PLACEHOLDER_SECRET],
          [secrets.username, username],
        ];
  const added = new Map<SecretName, SecretVersion[]>();
  const stateAfter = (error: UserError) => {
    if (added.size > 0)
      return (
        'The collectors do not log in before the new password is there: when that is mended, give the command again ' +
        `(${rotateCommand(target)} --username …).`
      );
    const isUnknown = error instanceof GoogleApiError && error.isPassing;
    return isUnknown ? 'A version may have been added all the same: give the command again.' : 'Nothing was written.';
  };
  const addOne = async (secret: SecretName, value: string) => {
    const number = await addVersion(api, secret, value);
    added.set(secret, [{ number, isEnabled: true }, ...(added.get(secret) ?? [])]);
    return number;
  };
  try {
    for (const [secret, value] of additions) await awaitLatest(api, secret, await addOne(secret, value), clock);
    await addOne(secrets.password, password);
    return added;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.message}\n${stateAfter(error)}`);
  }
}
