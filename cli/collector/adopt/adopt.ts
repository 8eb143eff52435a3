import type { QualysSettings } from '../../../environments/qualys';
import { type Look, settleAll, takeIn } from '../../adopt/adopt';
import type { Finding } from '../../adopt/finding';
import type { GoogleApi } from '../../google-api';
import type { Progress } from '../../progress';
import type { Verdict } from '../../verdict';
import { COLLECTOR_PIPELINE } from '../target';
import { findAccount } from './accounts';
import { findBuckets } from './buckets';
import { findFeeds } from './feed';
import { findFunctions } from './function';
import { findSchedules } from './schedule';
import { findSecret } from './secrets';
import { type Sighting, summarize } from './similar';
import type { AdoptTarget } from './target';

export interface AdoptQualysOptions {
  readonly target: AdoptTarget;
  /** Without `secops` the feeds are not looked for. */
  readonly settings: Pick<QualysSettings, 'secops'>;
  readonly api: GoogleApi;
  /** Path of the environment file. */
  readonly file: string;
  /** Only say what would be written. */
  readonly dryRun: boolean;
  readonly progress: Progress;
}

/**
 * Takes in what was made by hand before: looks for it in the project, under the names that the stack gives, and writes
 * its import ids into the environment file. Nothing in Google Cloud is changed, and nothing that stands in the file:
 * where it differs, nothing is written and the verdict is failed.
 *
 * @throws UserError when something cannot be taken in, or the file would have problems afterwards
 */
export function adoptQualys(options: AdoptQualysOptions): Promise<Verdict> {
  const { target, file, dryRun, progress } = options;
  return takeIn({
    environment: target.environment,
    pipeline: COLLECTOR_PIPELINE,
    section: 'qualys',
    title: `Look into the project ${target.project}`,
    look: () => findAll(options),
    ...{ file, dryRun, progress },
  });
}

/** Everything at once, so that one report names every missing role. */
async function findAll({ target, settings, api }: AdoptQualysOptions): Promise<Look> {
  const alone = async (finding: Promise<Finding>): Promise<Sighting> => ({ findings: [await finding], similar: [] });
  const { collectors, accounts } = target;
  return summarize(
    await settleAll([
      findBuckets(api, target),
      ...collectors.map(({ feed, account }) => alone(findAccount(api, target, feed, account))),
      alone(findAccount(api, target, 'build', accounts.build)),
      alone(findAccount(api, target, 'invoker', accounts.invoker)),
      alone(findSecret(api, target, 'username')),
      alone(findSecret(api, target, 'password')),
      findFunctions(api, target),
      findSchedules(api, target),
      ...(settings.secops === undefined ? [] : [findFeeds(api, target, settings.secops)]),
    ]),
  );
}
