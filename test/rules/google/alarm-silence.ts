import { SUMMARY_FIELDS } from '../../../functions/qualys/contract';
import type { Rule } from '../rule';
import { alarms, gapOf, metricOf, windows } from './alarms';
import { collectors } from './collectors';

/** A run ends within the schedule's longest deadline; its log line is in a metric some minutes later. */
const LATE_SECONDS = 1_800;

export const ALARM_SILENCE: Rule = {
  id: 'alarm-silence',
  title: 'Somebody is told when as many runs as the environment says did not happen, and not before',
  controls: [],
  check: (stack, { qualys }) =>
    collectors(stack).flatMap((collector) => {
      const runs = metricOf(stack, collector, SUMMARY_FIELDS.code);
      const missed = (qualys?.alarms.missedRuns ?? 0) * gapOf(collector);
      const isTold = alarms(stack).some(({ clauses }) =>
        clauses.some((clause) => {
          const [seconds = 0] = windows(clause);
          // Every run counts, however it ended.
          const everyRun = !/\bcode/.test(clause);
          const isInTime = seconds > missed && seconds <= missed + LATE_SECONDS;
          return clause.startsWith(`absent_over_time(${runs}{`) && everyRun && isInTime;
        }),
      );
      return isTold ? [] : [`${collector.address}: nobody is told of its silence`];
    }),
};
