import type { Criterion, QualysRecord } from './client';
import { CollectorError, type FeedName } from './contract';

/** What a feed asks Qualys for and how its records look in the logs bucket. */
export interface Feed {
  name: FeedName;
  /** Path of the search. */
  path: string;
  /** Type of the records in the answer. */
  type: string;
  /** The filter that holds for as long as the feed lives; `since` is UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  criteria(since: string): Criterion[];
  /**
   * Day of the record, `YYYY-MM-DD`, UTC.
   *
   * @throws CollectorError `malformed_answer` if the record bears no date
   */
  day(record: QualysRecord): string;
  /** The record as the SecOps parser reads it: one line of JSON, without the line end. */
  line(record: QualysRecord): string;
}

/**
 * Continuous Monitoring alerts, for the SecOps log type `QUALYS_CONTINUOUS_MONITORING` ("Search alerts",
 * docs.qualys.com/en/cm/api/alerts/search_alerts.htm, version 1.0).
 */
const alerts: Feed = {
  name: 'alerts',
  path: '/qps/rest/1.0/search/cm/alert/',
  type: 'Alert',
  // alertDate, not eventDate: an alert comes seconds or more after its event, and late events would be lost.
  criteria: (since) => [{ field: 'alertDate', operator: 'GREATER', value: since }],
  day: ({ id, fields }) => {
    const day = /^(\d{4}-\d{2}-\d{2})T/.exec(String(fields.alertDate))?.[1];
    if (!day) throw new CollectorError('malformed_answer', `Alert ${id} has no alertDate.`);
    return day;
  },
  // Every path of the SecOps parser begins with Alert.
  line: ({ fields }) => JSON.stringify({ Alert: fields }),
};

export const feeds: Readonly<Record<FeedName, Feed>> = { alerts };
