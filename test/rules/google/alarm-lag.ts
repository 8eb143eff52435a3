import { seconds } from '../../../environments/duration';
import { ENVIRONMENT, SUMMARY_FIELDS } from '../../../functions/qualys/contract';
import type { Rule } from '../rule';
import { alarms, gapOf, metricOf, windows } from './alarms';
import { collectors } from './collectors';

export const ALARM_LAG: Rule = {
  id: 'alarm-lag',
  title: 'Somebody is told when a collector is further behind than the environment says',
  controls: [],
  check: (stack, { qualys }) =>
    collectors(stack).flatMap((collector) => {
      const feed = collector.function.service_config.environment_variables[ENVIRONMENT.feed];
      const alarm = feed === 'alerts' ? qualys?.alarms.lag : qualys?.alarms.sweep;
      const lag = metricOf(stack, collector, SUMMARY_FIELDS.lagSeconds);
      const isTold = alarms(stack).some(({ clauses }) =>
        clauses.some(
          (clause) =>
            clause.includes(`${lag}_sum`) &&
            clause.endsWith(`> ${alarm && seconds(alarm)}`) &&
            windows(clause).every((window) => window >= gapOf(collector)),
        ),
      );
      return isTold ? [] : [`${collector.address}: nobody is told of its lag`];
    }),
};
