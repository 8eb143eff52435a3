import type { QualysRecord, RecordShape } from './answer';
import { assets } from './assets';
import type { Criterion, Search } from './client';
import { CollectorError, type FeedName } from './contract';
import { findings } from './findings';
import { type Range, type ReadingEnd, readPages } from './pages';
import type { Run } from './run-context';

/** What one feed asks Qualys for and how its records look to Google SecOps. */
export interface Feed {
  name: FeedName;
  /** Whether its records change, so that it is collected in sweeps; else they come with ever greater ids. */
  sweeps: boolean;
  /** How long one request may take, its answer included, in seconds. */
  requestTimeoutSeconds: number;
  /**
   * The records of a range in the order of their ids, some at a time.
   *
   * @throws CollectorError as the client, after the attempts that patience allows; `empty_page`; `reserve_kept`
   */
  read(range: Range, run: Run): AsyncGenerator<QualysRecord[], ReadingEnd>;
  /** A search whose count tells about how many hosts have changed since a moment. Only of feeds that sweep. */
  counted?(since: string): Pick<Search, 'path' | 'criteria'>;
  /**
   * When a record came to be: UTC, `YYYY-MM-DDTHH:MM:SSZ`, with fractions of a second or without. Not of feeds that sweep.
   *
   * @throws CollectorError `malformed_answer` if the record bears no date
   */
  date(record: QualysRecord): string;
  /** The record as the SecOps parser reads it: one line of JSON in UTF-8, without the line end, or several. */
  line(record: QualysRecord): Buffer;
}

/** A feed that is read by searches of the QPS API. */
export interface SearchFeed extends Feed, RecordShape {
  /** Path of the search below the API's base URL. */
  path: string;
  /** Records of a page, at most 1000. Default 1000. */
  pageSize?: number;
  /**
   * Whether records appear with ever greater ids and do not change. They are let settle then, and the next page is asked
   * for while one is read.
   */
  appends: boolean;
  /** Filter for everything after one moment and, if given, before another; both UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  criteria(since: string, until?: string): readonly Criterion[];
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/**
 * Continuous Monitoring alerts, for the SecOps log type `QUALYS_CONTINUOUS_MONITORING` ("Search alerts",
 * docs.qualys.com/en/cm/api/alerts/search_alerts.htm, version 1.0).
 */
const alerts: SearchFeed = {
  name: 'alerts',
  sweeps: false,
  appends: true,
  requestTimeoutSeconds: 120,
  path: '/qps/rest/1.0/search/cm/alert/',
  type: 'Alert',
  // Not eventDate: an alert comes seconds or more after its event, and late events would be lost.
  dateMember: 'alertDate',
  criteria: (since, until) => [
    { field: 'alertDate', operator: 'GREATER', value: since },
    ...(until === undefined ? [] : [{ field: 'alertDate', operator: 'LESSER', value: until } as const]),
  ],
  read: (range, run) => readPages(alerts, range, run),
  date: ({ id, date }) => {
    if (date !== undefined && DATE.test(date)) return date;
    throw new CollectorError('malformed_answer', `Alert ${id} has no alertDate in UTC.`);
  },
  // Every path of the SecOps parser begins with Alert.
  line: ({ json }) => json,
};

export const feeds = { alerts, assets, findings } as const satisfies Readonly<Record<FeedName, Feed>>;
