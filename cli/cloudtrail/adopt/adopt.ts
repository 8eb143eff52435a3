import type { CloudtrailSettings } from '../../../environments/cloudtrail';
import { type Look, settleAll, takeIn } from '../../adopt/adopt';
import type { Finding } from '../../adopt/finding';
import type { Aws } from '../../aws';
import type { Progress } from '../../progress';
import type { Verdict } from '../../verdict';
import { CLOUDTRAIL_PIPELINE, type CloudtrailTarget } from '../target';
import { findReaders, findSources } from './created';
import { findExistingTrail } from './existing';

export interface AdoptOptions {
  /** With `trail: existing`, neither its bucket nor what announces it is looked at. */
  readonly target: CloudtrailTarget;
  readonly settings: CloudtrailSettings;
  readonly aws: Aws;
  /** Path of the environment file. */
  readonly file: string;
  /** Only say what would be written. */
  readonly dryRun: boolean;
  readonly progress: Progress;
}

/** What is added next to `trail` stands in the reverse order: existing, then kmsKey. */
const FOLLOWS = { kmsKey: 'trail', existing: 'trail' };

/**
 * Takes in what was made by hand before: looks for it in the account, and writes it into the environment file. What
 * stands there already is never changed: where it differs, nothing is written and the verdict is failed.
 *
 * @throws UserError when something is in the way of the pipeline, or the file would have problems afterwards
 */
export function adopt(options: AdoptOptions): Promise<Verdict> {
  const { target, file, dryRun, progress } = options;
  return takeIn({
    environment: target.environment,
    pipeline: CLOUDTRAIL_PIPELINE,
    section: 'cloudtrail',
    follows: FOLLOWS,
    title: `Look into the account ${target.account} in ${target.region}`,
    look: () => findAll(options),
    ...{ file, dryRun, progress },
  });
}

/** Everything at once, so that one report names every missing permission. */
async function findAll({ target, settings, aws }: AdoptOptions): Promise<Look> {
  const sources =
    settings.trail === 'existing'
      ? [findExistingTrail(aws, target, settings.names?.trail)]
      : findSources(aws, target, settings);
  return { findings: (await settleAll<Finding | Finding[]>([...sources, ...findReaders(aws, target)])).flat() };
}
