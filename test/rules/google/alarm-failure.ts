import { LOG_CODES, type LogCode, SUMMARY_FIELDS } from '../../../functions/qualys/contract';
import type { Rule } from '../rule';
import { alarms, codesIn, gapOf, metricOf, windows } from './alarms';
import { collectors } from './collectors';

export const ALARM_FAILURE: Rule = {
  id: 'alarm-failure',
  title: 'Somebody is told of each way that a run can fail: at once of what no repetition mends',
  controls: [],
  check: (stack) =>
    collectors(stack).flatMap((collector) => {
      const runs = metricOf(stack, collector, SUMMARY_FIELDS.code);
      // Until the next tick the incident must stay, or each run would be a new one.
      const told = alarms(stack)
        .flatMap(({ clauses }) => clauses)
        .filter((clause) => runs !== undefined && clause.includes(`increase(${runs}{`))
        .filter((clause) => windows(clause).every((seconds) => seconds >= gapOf(collector)));
      const missing = (Object.keys(LOG_CODES) as LogCode[]).filter((code) => {
        const { severity, retryable } = LOG_CODES[code];
        const isEnough = retryable ? /> [0-4]$/ : /> 0$/;
        return severity === 'ERROR' && !told.some((one) => codesIn(one).includes(code) && isEnough.test(one));
      });
      return missing.length === 0 ? [] : [`${collector.address}: nobody is told of ${missing.join(', ')}`];
    }),
};
