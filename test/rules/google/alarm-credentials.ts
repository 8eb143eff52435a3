import { type LogCode, SUMMARY_FIELDS } from '../../../functions/qualys/contract';
import type { Rule } from '../rule';
import { alarms, codesIn, gapOf, metricOf, windows } from './alarms';
import { collectors } from './collectors';

/** Codes after which no run goes on before somebody has looked after the secrets. */
const CODES: readonly LogCode[] = ['credentials_missing', 'credentials_rejected', 'account_inactive'];

export const ALARM_CREDENTIALS: Rule = {
  id: 'alarm-credentials',
  title: 'Somebody is told at once, as of something critical, when Qualys does not take the credentials',
  controls: [],
  check: (stack) =>
    collectors(stack).flatMap((collector) => {
      const runs = metricOf(stack, collector, SUMMARY_FIELDS.code);
      const told = alarms(stack).some(
        ({ severity, clauses }) =>
          severity === 'CRITICAL' &&
          clauses.some(
            (clause) =>
              clause.includes(`increase(${runs}{`) &&
              CODES.every((code) => codesIn(clause).includes(code)) &&
              /> 0$/.test(clause) &&
              windows(clause).every((seconds) => seconds >= gapOf(collector)),
          ),
      );
      return told ? [] : [`${collector.address}: nobody is told of its credentials`];
    }),
};
