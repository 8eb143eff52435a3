import { seconds } from '../../../environments/duration';
import { SUMMARY_FIELDS } from '../../../functions/qualys/contract';
import type { StackJson } from '../../synthesize';
import type { Rule } from '../rule';
import { resources } from '../stack';
import { alarms, metricOf, windows } from './alarms';
import { collectors } from './collectors';

/** What SecOps reports into the project that it is linked to ("Ingestion metrics overview", docs.cloud.google.com/chronicle). */
const INGESTED = 'chronicle_googleapis_com:ingestion_log_record_count';

export const ALARM_UNREAD: Rule = {
  id: 'alarm-unread',
  title: 'Where SecOps reports into the project, somebody is told when it reads nothing; elsewhere nobody could be',
  controls: [],
  check(stack, { qualys }) {
    const told = alarms(stack).filter(({ clauses }) => clauses.some((clause) => clause.includes(INGESTED)));
    const feeds = linkedFeeds(stack);
    if (feeds.length === 0) return told.map(({ address }) => `${address}: what it looks at is in another project`);
    return feeds.flatMap(([address, feed]) => {
      const logType = feed.details[0].log_type.split('/').at(-1);
      const silence = qualys && seconds(qualys.alarms.secopsSilence);
      const objects = collectors(stack).map((one) => metricOf(stack, one, SUMMARY_FIELDS.objects));
      const isTold = told.some(({ clauses }) =>
        clauses.some((clause) => {
          const [written = '', read = ''] = clause.split(' unless ');
          return (
            objects.some((metric) => metric !== undefined && written.includes(`${metric}_sum`)) &&
            read.includes(`${INGESTED}{log_type="${logType}"}`) &&
            windows(clause).every((window) => window === silence)
          );
        }),
      );
      return isTold ? [] : [`${address}: nobody is told when it reads nothing`];
    });
  },
};

/** Feeds of an instance that is linked to the project of the stack. */
function linkedFeeds(stack: StackJson): [address: string, feed: StackJson][] {
  const [{ project }] = stack.provider.google;
  return resources(stack, 'google_chronicle_feed').filter(([, feed]) => feed.project === project);
}
