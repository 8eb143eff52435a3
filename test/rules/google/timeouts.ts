import { ENVIRONMENT } from '../../../functions/qualys/contract';
import type { Rule } from '../rule';
import { collectors, secondsOf } from './collectors';

/** What the last page of a run may take after its time budget: functions/qualys/feeds.ts. */
const LAST_PAGE_SECONDS: Readonly<Record<string, number>> = { alerts: 120, assets: 300, findings: 300 };
/** How long Cloud Scheduler waits for an HTTP target at most (cloud.google.com/scheduler/docs/reference/rest, `Job`). */
const LONGEST_DEADLINE_SECONDS = 1_800;

export const TIMEOUTS: Rule = {
  id: 'timeouts',
  title: 'A run ends by itself before Cloud Functions ends it, and that before Cloud Scheduler gives it up',
  controls: [],
  check: (stack) =>
    collectors(stack).flatMap(({ address, function: { service_config: service }, job }) => {
      const budget = Number(service.environment_variables[ENVIRONMENT.timeBudgetSeconds]);
      const lastPage = LAST_PAGE_SECONDS[service.environment_variables[ENVIRONMENT.feed]] ?? Number.NaN;
      const timeout = service.timeout_seconds;
      const deadline = secondsOf(job?.attempt_deadline);
      return [
        ...(budget + lastPage <= timeout ? [] : [`${address}: budget ${budget} s, timeout ${timeout} s`]),
        ...(timeout <= deadline ? [] : [`${address}: timeout ${timeout} s, deadline ${deadline} s`]),
        ...(deadline <= LONGEST_DEADLINE_SECONDS ? [] : [`${address}: deadline ${deadline} s of a schedule`]),
      ];
    }),
};
