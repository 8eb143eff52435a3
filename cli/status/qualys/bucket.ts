import { objectPrefix } from '../../../functions/qualys/contract';
import { COLLECTOR_PIPELINE } from '../../collector/target';
import { type GoogleApi, GoogleApiError } from '../../google-api';
import { listDetails } from '../../google-storage';
import { type Fact, ok, problem } from '../model';
import { age, bytes, count } from '../numbers';
import type { FeedTarget } from './target';

/**
 * Looks at what lies in the logs bucket of a feed, by the days of its records; contents are not read.
 * @param since first of the days: `YYYY-MM-DD`
 */
export async function lookAtBucket(
  feed: FeedTarget,
  api: GoogleApi,
  since: string,
  now: string,
): Promise<readonly Fact[]> {
  const name = `${feed.feed} bucket`;
  const prefix = objectPrefix(feed.feed);
  try {
    const objects = await listDetails(api, feed.logsBucket, prefix, `${prefix}dt=${since}/`);
    const size = objects.reduce((sum, object) => sum + Number(object.size), 0);
    const newest = objects
      .map(({ timeCreated }) => timeCreated)
      .sort()
      .at(-1);
    const told = `${count(objects.length)} ${objects.length === 1 ? 'object' : 'objects'} since ${since}, ${bytes(size)}`;
    return [ok(name, newest === undefined ? told : `${told}; the newest was written ${age(newest, now)} ago`)];
  } catch (error) {
    if (!(error instanceof GoogleApiError) || error.status !== 404) throw error;
    return [
      problem(
        name,
        `there is no bucket ${feed.logsBucket}`,
        'Deploy.',
        `./tributary deploy ${feed.environment} ${COLLECTOR_PIPELINE}`,
      ),
    ];
  }
}
