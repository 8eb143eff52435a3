import { inspect } from 'node:util';
import type { RotateOptions } from '../../../../cli/collector/rotate/rotate';
import type { RotationTarget } from '../../../../cli/collector/rotate/target';
import { createGoogleApi } from '../../../../cli/google-api';
import type { Verdict } from '../../../../cli/verdict';
import { type QualysSimulator, startQualysSimulator } from '../../../simulators/qualys';
import { type SecretManager, startSecretManager } from '../../../simulators/secret-manager';
import { NOON, startWorld, TARGET, TOKEN, type World } from '../google-world';

export const USERNAME_SECRET = 'projects/acme/secrets/prod-qualys-username';
export const PASSWORD_SECRET = 'projects/acme/secrets/prod-qualys-password';

export const OLD_USERNAME = 'acme_ab1';
export const OLD_PASSWORD = 'the-former-password';
export const NEW_PASSWORD = 'pässword & "quotes"';

/** Google Cloud and Qualys on this machine, with the collectors' credentials in Secret Manager. */
export interface RotateWorld {
  readonly google: World;
  readonly secretManager: SecretManager;
  readonly qualys: QualysSimulator;
  readonly target: RotationTarget;
  /** What `rotate` is called with, a new password alone. */
  readonly options: RotateOptions;
  /** The enabled versions of a secret, by their numbers. */
  enabled(secret: string): number[];
  /** What a run would read now. */
  latest(secret: string): string | undefined;
  /** Fails the test when a secret is in what the command says or shows. */
  outcomeOf(command: Promise<Verdict>): Promise<Verdict>;
  close(): Promise<void>;
}

export interface RotateWorldOptions {
  /** What a run does that is started. */
  onRun(google: World): void;
  /** The user that Qualys knows, with the new password. Default: the old one. */
  username?: string;
  latestLagMs?: number;
}

export async function startRotateWorld({ onRun, username, latestLagMs }: RotateWorldOptions): Promise<RotateWorld> {
  const google = await startWorld((_, world) => onRun(world));
  const { now } = google.clock;
  const secretManager = await startSecretManager({
    tokens: [TOKEN],
    secrets: [USERNAME_SECRET, PASSWORD_SECRET],
    now,
    latestLagMs,
  });
  secretManager.add(USERNAME_SECRET, `${OLD_USERNAME}\n`);
  secretManager.add(PASSWORD_SECRET, OLD_PASSWORD);
  const qualys = await startQualysSimulator({
    alerts: 10,
    username: username ?? OLD_USERNAME,
    password: NEW_PASSWORD,
    newest: new Date(NOON),
    now,
  });
  const target: RotationTarget = {
    collector: TARGET,
    secrets: {
      username: { project: 'acme', name: 'prod-qualys-username' },
      password: { project: 'acme', name: 'prod-qualys-password' },
    },
    apiUrl: qualys.url,
  };
  const env = { ...google.env, CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: secretManager.url };
  const versionsOf = (secret: string) => secretManager.secrets.get(secret) ?? [];
  return {
    google,
    secretManager,
    qualys,
    target,
    options: {
      target,
      api: createGoogleApi({ project: 'acme', env, clock: google.clock }),
      progress: google.progress,
      clock: google.clock,
      password: NEW_PASSWORD,
      probe: true,
      run: true,
    },
    enabled: (secret) => versionsOf(secret).flatMap(({ state }, index) => (state === 'ENABLED' ? [index + 1] : [])),
    latest: (secret) =>
      versionsOf(secret)
        .findLast(({ createdAt }) => createdAt + (latestLagMs ?? 0) <= now())
        ?.data.toString(),
    async outcomeOf(command) {
      const [settled] = await Promise.allSettled([command]);
      const said = inspect(settled, { depth: null, showHidden: true }) + google.shown();
      for (const secret of [TOKEN, OLD_USERNAME, OLD_PASSWORD, 'pässword'])
        for (const spelling of [secret, Buffer.from(secret).toString('base64').slice(0, 10)])
          expect(said).not.toContain(spelling);
      return command;
    },
    async close() {
      await google.close();
      await secretManager.close();
      await qualys.close();
    },
  };
}
