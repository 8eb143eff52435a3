import type { QualysRecord, RecordShape } from './answer';
import type { Criterion } from './client';
import { CollectorError, type FeedName } from './contract';

/** What one feed asks Qualys for and how its records look to Google SecOps. */
export interface Feed extends RecordShape {
  name: FeedName;
  /** Path of the search below the API's base URL. */
  path: string;
  /** Filter for everything after one moment and, if given, before another; both UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  criteria(since: string, until?: string): readonly Criterion[];
  /**
   * When a record came to be: UTC, `YYYY-MM-DDTHH:MM:SSZ`, with fractions of a second or without.
   *
   * @throws CollectorError `malformed_answer` if the record bears no date
   */
  date(record: QualysRecord): string;
  /** The record as the SecOps parser reads it: one line of JSON in UTF-8, without the line end. */
  line(record: QualysRecord): Buffer;
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/**
 * Continuous Monitoring alerts, for the SecOps log type `QUALYS_CONTINUOUS_MONITORING` ("Search alerts",
 * docs.qualys.com/en/cm/api/alerts/search_alerts.htm, version 1.0).
 */
const alerts: Feed = {
  name: 'alerts',
  path: '/qps/rest/1.0/search/cm/alert/',
  type: 'Alert',
  // Not eventDate: an alert comes seconds or more after its event, and late events would be lost.
  dateMember: 'alertDate',
  criteria: (since, until) => [
    { field: 'alertDate', operator: 'GREATER', value: since },
    ...(until === undefined ? [] : [{ field: 'alertDate', operator: 'LESSER', value: until } as const]),
  ],
  date: ({ id, date }) => {
    if (date !== undefined && DATE.test(date)) return date;
    throw new CollectorError('malformed_answer', `Alert ${id} has no alertDate in UTC.`);
  },
  // Every path of the SecOps parser begins with Alert.
  line: ({ json }) => json,
};

export const feeds: Readonly<Record<FeedName, Feed>> = { alerts };
