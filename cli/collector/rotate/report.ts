import type { CollectorError } from '../../../functions/qualys/contract';
import { EXIT } from '../../exit-codes';
import type { Verdict } from '../../verdict';
import { COLLECTOR_PIPELINE } from '../target';
import { adviceOn } from './probe';
import type { SecretName, SecretVersion } from './secrets';
import type { RotationTarget } from './target';

/** A secret whose latest version the collectors are to read, and the enabled versions before it. */
export interface Turn {
  readonly secret: SecretName;
  readonly latest: number;
  /** Ascending. */
  readonly older: readonly number[];
}

/** A version, as documents name it. */
export interface NamedVersion {
  readonly secret: string;
  readonly version: number;
}

/** What each document of a rotation begins with. */
export function subjectOf({ collector }: RotationTarget): { environment: string; pipeline: string } {
  return { environment: collector.environment, pipeline: COLLECTOR_PIPELINE };
}

/** Without options: they are added behind it. */
export function rotateCommand({ collector }: RotationTarget): string {
  return `./tributary rotate ${collector.environment} ${COLLECTOR_PIPELINE}`;
}

/** Ends a rotation later. */
export function finishCommand(target: RotationTarget): string {
  return `${rotateCommand(target)} --finish`;
}

/**
 * Rotates back to the newest versions that were enabled before: disabling the latest ones would only make them
 * unreadable. The password goes through the pipe.
 * @param before the secrets that were changed, with their versions then, the last one first
 * @returns undefined if one of the secrets had none
 */
export function goBackCommand(
  target: RotationTarget,
  before: readonly { readonly secret: SecretName; readonly versions: readonly SecretVersion[] }[],
): string | undefined {
  const accesses = before.map(({ secret: { project, name }, versions }) => {
    const former = versions.find(({ isEnabled }) => isEnabled);
    return former && `gcloud secrets versions access ${former.number} --secret=${name} --project=${project}`;
  });
  if (accesses.includes(undefined)) return undefined;
  const [password, username] = accesses.reverse();
  const option = username === undefined ? '' : ` --username "$(${username})"`;
  return `${password} | ${rotateCommand(target)}${option}`;
}

/** A row for each secret: which version is in use, and what became of those before. */
export function rowsOf(turns: readonly Turn[], disabled: readonly NamedVersion[]): string[] {
  const width = Math.max(...turns.map(({ secret }) => secret.name.length));
  return turns.map(({ secret, latest, older }) => {
    const isDisabled = (number: number) => disabled.some((one) => one.secret === secret.name && one.version === number);
    const parts = [
      `version ${latest} is the latest`,
      ...listed('disabled', older.filter(isDisabled)),
      ...listed(
        'still enabled',
        older.filter((number) => !isDisabled(number)),
      ),
    ];
    return `  ${secret.name.padEnd(width)}  ${parts.join('; ')}`;
  });
}

function listed(what: string, numbers: readonly number[]): string[] {
  return numbers.length === 0 ? [] : [`${what}: ${numbers.join(', ')}`];
}

/** The verdict when Qualys did not take the credentials, or could not be asked. */
export function refusedVerdict(target: RotationTarget, refusal: CollectorError): Verdict {
  const { code, message } = refusal;
  const advice = adviceOn(refusal);
  return {
    exitCode: EXIT.failed,
    document: { ...subjectOf(target), probe: { code, message, advice }, added: [], disabled: [], run: null },
    text: `${code}: ${message}\nNothing was written. ${advice}`,
  };
}
