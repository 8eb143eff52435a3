import { UserError } from '../../../environments/user-error';
import type { CloudflareApi } from '../../cloudflare-api';
import { applyAll, refuseFailed, renderOutcomes, type StackOutcome } from '../../deploy/deploy';
import { EXIT } from '../../exit-codes';
import { planEnvironment } from '../../plan/plan';
import type { ResourceChange, StackReport } from '../../plan/report';
import type { Stacks } from '../../plan/stacks';
import type { Progress } from '../../progress';
import type { TerraformSession } from '../../terraform/session';
import type { Verdict } from '../../verdict';
import { LOGPUSH_PIPELINE } from '../status-jobs';
import { type DestinationJob, destinationJobs, validateDestinations } from './destinations';
import { changeKey, DEFAULT_KEY, KEYS_VARIABLE, type TaegisKeys } from './keys';

export interface RotateKeyOptions {
  readonly environment: string;
  /** Default: the key `default`. */
  readonly dataset?: string;
  readonly key: string;
  /** As deployed. */
  readonly keys: TaegisKeys;
  /** All stacks of the pipeline. */
  readonly stacks: Stacks;
  readonly zoneNames: ReadonlyMap<string, string>;
  readonly api: CloudflareApi;
  readonly session: TerraformSession;
  readonly progress: Progress;
}

/** What a rotation did. */
export interface KeyRotation {
  readonly environment: string;
  readonly pipeline: typeof LOGPUSH_PIPELINE;
  /** `default`, or a dataset. */
  readonly key: string;
  readonly datasets: readonly string[];
  readonly jobs: number;
  readonly stacks: readonly StackOutcome[];
}

/**
 * Gives the jobs of a dataset, or those of the default key, another key of Taegis: lets Cloudflare validate their
 * destinations with it, then deploys the stacks that hold them, and nothing else that may be pending there.
 *
 * @throws UserError when the receiver does not take the key, or a stack has other changes to deploy
 */
export async function rotateKey(options: RotateKeyOptions): Promise<Verdict> {
  const { environment, dataset, key, session, progress } = options;
  const jobs = destinationJobs(options.stacks.after, options.zoneNames);
  const { keys, datasets } = changeKey(jobs, options.keys, dataset, key);
  const concerned = jobs.filter((job) => datasets.includes(job.dataset));
  await progress.step(
    'Let Cloudflare send its test upload with the new key',
    () => validateDestinations(options.api, concerned, key),
    () => `taken by the receivers of ${datasets.join(', ')}`,
  );
  // Terraform, and what keeps secrets out of reports, take it from here as from the shell.
  process.env[KEYS_VARIABLE] = JSON.stringify(keys);
  const stacks = { after: options.stacks.after.filter(({ name }) => concerned.some(({ stack }) => stack === name)) };
  const selection = { environment, pipeline: LOGPUSH_PIPELINE };
  const report = await planEnvironment({
    ...{ selection, stacks, session, progress, kind: 'normal', lock: true },
    isOffline: () => false,
  });
  refuseFailed(report);
  for (const planned of report.stacks) refuseOthers(planned, concerned);
  const pending = report.stacks.filter(({ changes }) => changes.length > 0);
  const outcomes = await applyAll(stacks.after, pending, { title: 'Deploy', session, progress });
  return conclusionOf({
    environment,
    pipeline: LOGPUSH_PIPELINE,
    key: dataset ?? DEFAULT_KEY,
    datasets,
    jobs: pending.reduce((sum, { changes }) => sum + changes.length, 0),
    stacks: outcomes,
  });
}

/** What a rotation may change of a job: a job that Cloudflare disabled for its old key is enabled again. */
const OF_ROTATION = ['destination_conf', 'enabled'];

/** @throws UserError when a plan does anything else than to give the concerned jobs another key */
export function refuseOthers({ stack, changes }: StackReport, concerned: readonly DestinationJob[]): void {
  const addresses = new Set(concerned.filter((job) => job.stack === stack).map(({ address }) => address));
  const isKeyAlone = ({ action, attributes }: ResourceChange) =>
    action === 'update' && attributes.every(({ path }) => OF_ROTATION.includes(path));
  const others = changes.filter((change) => !addresses.has(change.address) || !isKeyAlone(change));
  if (others.length > 0)
    throw new UserError(
      [
        `Nothing was changed: beside the new key, ${stack} has other changes to deploy.`,
        ...others.slice(0, 10).map(({ action, address }) => `  ${action} ${address}`),
        ...(others.length > 10 ? [`  and ${others.length - 10} more`] : []),
        `Deploy them first. Jobs of other datasets among them mean that ${KEYS_VARIABLE} does not hold the keys that are deployed.`,
      ].join('\n'),
    );
}

function conclusionOf(rotation: KeyRotation): Verdict {
  const { key, jobs, stacks } = rotation;
  const isFailed = stacks.some(({ outcome }) => outcome === 'failed');
  const next = [
    `Now put the new key into ${KEYS_VARIABLE} wherever deploys take it from (a secret of the workflows, a vault), as ` +
      `"${key}": the next deploy would put the old one back.`,
    'Then delete the old integration key in Taegis.',
  ];
  return {
    exitCode: isFailed ? EXIT.failed : EXIT.good,
    document: rotation,
    text:
      jobs === 0
        ? 'The jobs are deployed with this key already.'
        : [`${jobs} job${jobs === 1 ? '' : 's'}`, renderOutcomes(stacks), ...(isFailed ? [] : next)].join('\n'),
  };
}
