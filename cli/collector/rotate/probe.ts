import { createQualysClient } from '../../../functions/qualys/client';
import { CollectorError, type ErrorCode } from '../../../functions/qualys/contract';
import type { Clock } from '../../clock';
import { formatMoment } from '../../moment';

export interface QualysLogin {
  /** Base URL of the API server. */
  readonly apiUrl: string;
  readonly username: string;
  readonly password: string;
}

/** Qualys has so many seconds for the answer. */
const TIMEOUT_SECONDS = 60;
/** Alerts of the last day only: the search is to be cheap. */
const WINDOW_SECONDS = 86_400;

/**
 * Logs in to Qualys with one call, never repeated: a search for one alert, as the collector of alerts asks it ("Search
 * alerts", docs.qualys.com/en/cm/api/alerts/search_alerts.htm), so that missing permissions show, too.
 * @returns why Qualys refused, without the credentials; undefined if it did not
 */
export async function probeQualys(login: QualysLogin, clock: Clock): Promise<CollectorError | undefined> {
  const client = createQualysClient({ ...login, requestTimeoutSeconds: TIMEOUT_SECONDS });
  try {
    const received = await client.search({
      path: '/qps/rest/1.0/search/cm/alert/',
      type: 'Alert',
      dateMember: 'alertDate',
      criteria: [
        {
          field: 'alertDate',
          operator: 'GREATER',
          value: formatMoment(Math.floor(clock.now() / 1000) - WINDOW_SECONDS),
        },
      ],
      after: '0',
      limit: 1,
    });
    await received.page();
    return undefined;
  } catch (error) {
    if (error instanceof CollectorError) return error;
    throw error;
  } finally {
    client.close();
  }
}

const ELSEWHERE = '--no-probe leaves the login to the run, if only this machine is in the way.';

const ADVICE: Partial<Record<ErrorCode, string>> = {
  credentials_rejected:
    'No second try is made, so that the account is not locked. Check the user name and the password, and that the ' +
    'account is neither locked nor SSO-only; then run the command again.',
  account_inactive:
    "Log in to Qualys' UI once as this user: accept the licence agreement and set the password. Then run the command again.",
  permission_missing:
    "Give the user's role API Access and the module Continuous Monitoring. If the subscription allows the collectors' " +
    'address but not the one of this machine: --no-probe.',
  wrong_api_url:
    'Correct qualys.apiUrl in the environment file: https://www.qualys.com/platform-identification/, or Help > About ' +
    "in Qualys' UI.",
  rate_limited: "The subscription's calls are used up for now: try again later.",
  concurrency_limited: 'Other integrations call Qualys at the same time: try again in a minute.',
  qualys_unavailable: `Check https://status.qualys.com and the way to Qualys, which is gone without a proxy. ${ELSEWHERE}`,
  timed_out: `Check https://status.qualys.com and the way to Qualys, which is gone without a proxy. ${ELSEWHERE}`,
};

/** What the operator does about a refusal. */
export function adviceOn({ code, waitSeconds }: CollectorError): string {
  const advice = ADVICE[code] ?? `A proxy may answer in Qualys' place. ${ELSEWHERE}`;
  return waitSeconds === undefined ? advice : `${advice} Qualys asks to wait ${waitSeconds} s.`;
}
