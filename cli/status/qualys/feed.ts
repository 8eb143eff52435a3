import { objectPrefix } from '../../../functions/qualys/contract';
import { bucketUriOf, type Feed, titleOf, withoutSlash } from '../../collector/secops-feeds';
import { COLLECTOR_PIPELINE } from '../../collector/target';
import { type Fact, ok, problem } from '../model';
import { age } from '../numbers';
import type { FeedTarget } from './target';

/** What a feed of SecOps is judged by. */
export interface FeedFacts {
  /** All feeds of the instance. */
  readonly feeds: readonly Feed[];
  /** When objects were written, in milliseconds since the epoch. */
  readonly writtenAt: readonly number[];
  /** So long SecOps may leave objects unread. */
  readonly silenceSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const SETTINGS = 'SecOps > SIEM Settings > Feeds';

/** Judges the feed of SecOps that reads what a collector writes (v1, enum `Feed.State`). */
export function judgeFeed(target: FeedTarget, { feeds, writtenAt, silenceSeconds, now }: FeedFacts): Fact {
  const name = `${target.feed} feed`;
  const uri = `gs://${target.logsBucket}/${objectPrefix(target.feed)}`;
  const ours = [uri, `gs://${target.logsBucket}`].map(withoutSlash);
  const [feed, ...others] = feeds.filter((each) => ours.includes(withoutSlash(bucketUriOf(each))));
  if (feed === undefined)
    return problem(
      name,
      `no feed of the SecOps instance reads ${uri}`,
      'Deploy.',
      `./tributary deploy ${target.environment} ${COLLECTOR_PIPELINE}`,
    );
  if (others.length > 0)
    return problem(
      name,
      `${others.length + 1} feeds read ${uri}, so that SecOps ingests each record more than once: ${[feed, ...others].map(titleOf).join(', ')}`,
      `Keep one, and delete the others: ${SETTINGS}.`,
    );
  const title = titleOf(feed);
  if (feed.state === 'INACTIVE')
    return problem(name, `${title} is disabled: nothing is ingested`, `Enable it: ${SETTINGS}.`);
  if (feed.state === 'FAILED') return failed(name, title, feed);
  const last = feed.lastFeedInitiationTime;
  const unread = writtenAt.filter((moment) => last !== undefined && moment > Date.parse(last));
  if (last !== undefined && unread.length > 0 && now - Math.min(...unread) > silenceSeconds * 1000)
    return problem(
      name,
      `${title} has transferred nothing since ${last}, and objects were written since`,
      'docs/runbooks/qualys-unread.md says what to look at.',
    );
  const transferred =
    last === undefined ? 'no transfer yet' : `last transfer ${age(last, new Date(now).toISOString())} ago`;
  return ok(name, `${title} is ${feed.state ?? 'in a state that SecOps does not tell'}, ${transferred}`);
}

function failed(name: string, title: string, { failureMsg, failureDetails = {} }: Feed): Fact {
  const { errorCode, errorCause, errorAction } = failureDetails;
  const why = [errorCode, errorCause ?? failureMsg].filter(Boolean).join(': ').replace(/\.$/, '');
  return problem(
    name,
    `${title} is FAILED${why && `: ${why}`}`,
    [errorAction, 'docs/runbooks/qualys-unread.md says what to look at.'].filter(Boolean).join(' '),
  );
}
