import { days } from '../../../environments/duration';
import { CACHE_PREFIX, ENVIRONMENT, FEEDS, objectPrefix } from '../../../functions/qualys/contract';
import type { StackJson } from '../../synthesize';
import type { Rule } from '../rule';
import { addressIn, resources } from '../stack';
import { collectors } from './collectors';

const DAY_SECONDS = 86_400;

export const LOGS_RETENTION: Rule = {
  id: 'logs-retention',
  title: 'Collected objects are kept as long as the environment says, then deleted; the state is never deleted by age',
  controls: [],
  check(stack, { qualys }) {
    const buckets = new Map(resources(stack, 'google_storage_bucket'));
    const wanted = qualys && days(qualys.retention);
    return collectors(stack).flatMap(({ function: { service_config: service } }) => {
      const { [ENVIRONMENT.feed]: feed, ...variables } = service.environment_variables;
      const logs = addressIn(variables[ENVIRONMENT.logsBucket]);
      const state = addressIn(variables[ENVIRONMENT.stateBucket]);
      const [ofLogs, ofState] = [buckets.get(logs ?? ''), buckets.get(state ?? '')];
      if (!ofLogs || !ofState) return ['a bucket of the function is not of this stack'];
      const deletions = ages(ofLogs);
      const isAsWanted =
        deletions.length === 1 &&
        deletions[0]?.age === wanted &&
        deletions[0]?.matches_prefix.includes(objectPrefix(feed)) &&
        deletions[0]?.matches_prefix.every((prefix: string) => FEEDS.some((name) => objectPrefix(name) === prefix));
      const [{ retention_period: minimum = 0 } = {}] = ofLogs.retention_policy ?? [];
      return [
        ...(isAsWanted ? [] : [`${logs}: objects of ${feed} are not deleted after ${wanted} days`]),
        ...(Number(minimum) <= (wanted ?? 0) * DAY_SECONDS ? [] : [`${logs}: nobody can delete objects in time`]),
        ...(ages(ofState).every(isOfCache) && ofState.versioning?.enabled === true
          ? []
          : [`${state}: the state gets lost`]),
      ];
    });
  },
};

/** Of caches, versions that others have replaced are nothing that is missed. */
function isOfCache({ matches_prefix: prefixes, days_since_noncurrent_time: days }: StackJson): boolean {
  return days >= 1 && prefixes?.join() === CACHE_PREFIX;
}

/** Conditions of the rules by which a bucket deletes objects. */
function ages({ lifecycle_rule: rules }: StackJson): StackJson[] {
  return rules.filter(({ action }: StackJson) => action.type === 'Delete').map(({ condition }: StackJson) => condition);
}
