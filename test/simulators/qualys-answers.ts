import { type AlertContents, type AlertFormat, type AlertHead, xmlElements } from './qualys-alerts';

/** An answer, before it is sent. */
export interface Reply {
  status: number;
  body: Buffer;
  headers: Record<string, string>;
}

export function reply(status: number, contentType: string, body: string | Buffer, headers = {}): Reply {
  return { status, body: Buffer.from(body), headers: { 'Content-Type': contentType, ...headers } };
}

/** What gateways and load balancers answer in place of the API. */
export const htmlPage = (title: string): string =>
  `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;

/** A refusal in the manner of the QPS API: with HTTP status 200. */
export interface Refusal {
  responseCode: string;
  errorMessage: string;
  errorResolution: string;
}

export const INVALID_CREDENTIALS: Refusal = {
  responseCode: 'INVALID_CREDENTIALS',
  errorMessage: 'Authentication failed',
  errorResolution: "Verify both 'user' and 'password' credentials.",
};

export function refusalReply(format: AlertFormat, { responseCode, ...responseErrorDetails }: Refusal): Reply {
  return serviceResponse(format, { responseCode, responseErrorDetails });
}

export interface Page {
  alerts: readonly AlertHead[];
  hasMore: boolean;
  lastId?: number;
}

/** In JSON, booleans of the envelope are strings, as they are in its samples of the AM&T API. */
export function pageReply(format: AlertFormat, { alerts, hasMore, lastId }: Page, contents: AlertContents): Reply {
  const envelope = {
    responseCode: 'SUCCESS',
    count: alerts.length,
    hasMoreRecords: String(hasMore),
    ...(lastId !== undefined && { lastId }),
  };
  return serviceResponse(format, envelope, { alerts, contents });
}

/** An empty answer has no `data`, as Qualys' have. */
function serviceResponse(
  format: AlertFormat,
  envelope: Record<string, unknown>,
  data?: { alerts: readonly AlertHead[]; contents: AlertContents },
): Reply {
  const [type, head, openData, closeData, end] =
    format === 'json'
      ? ['application/json', `{"ServiceResponse":${JSON.stringify(envelope).slice(0, -1)}`, ',"data":[', ']', '}}']
      : ['application/xml', XML_HEAD + xmlElements(envelope), '<data>', '</data>', '</ServiceResponse>'];
  const body =
    data !== undefined && data.alerts.length > 0
      ? data.contents.serialize(format, head + openData, data.alerts, closeData + end)
      : Buffer.from(head + end);
  return { status: 200, body, headers: { 'Content-Type': type } };
}

const XML_HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<ServiceResponse xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
  'xsi:noNamespaceSchemaLocation="http://127.0.0.1/qps/xsd/1.0/cm/alert.xsd">';

/**
 * A refusal in the manner of the older API ("Error appendix",
 * docs.qualys.com/en/vm/qweb-all-api/appendix/appendix_d.htm).
 */
export function simpleReturn(code: number, text: string, items: Record<string, number> = {}): string {
  const list = Object.entries(items).map(([key, value]) => `<ITEM><KEY>${key}</KEY><VALUE>${value}</VALUE></ITEM>`);
  return (
    '<?xml version="1.0" encoding="UTF-8" ?>\n' +
    '<!DOCTYPE SIMPLE_RETURN SYSTEM "http://127.0.0.1/api/2.0/simple_return.dtd">\n' +
    '<SIMPLE_RETURN><RESPONSE><DATETIME>2026-01-01T00:00:00Z</DATETIME>' +
    `<CODE>${code}</CODE><TEXT>${text}</TEXT>` +
    `${list.length > 0 ? `<ITEM_LIST>${list.join('')}</ITEM_LIST>` : ''}</RESPONSE></SIMPLE_RETURN>`
  );
}

/** 1965: too many calls in the period. */
export function rateLimitText(seconds: number, wording: 'seconds' | 'spelled-out' = 'seconds'): string {
  const wait = wording === 'seconds' ? `${seconds} seconds` : spellOut(seconds);
  return simpleReturn(1965, `This API cannot be run again for another ${wait}.`, { SECONDS_TO_WAIT: seconds });
}

/** 86,274 as `23 hours, 57 minutes and 54 seconds`. */
function spellOut(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), 'hours'],
    [Math.floor(seconds / 60) % 60, 'minutes'],
    [seconds % 60, 'seconds'],
  ].filter(([amount]) => amount !== 0);
  return parts
    .map((part) => part.join(' '))
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1');
}

/** 1960: too many calls at the same time. */
export const concurrencyLimitText = (running: number): string =>
  simpleReturn(
    1960,
    `This API cannot be run again until ${running} currently running ${running === 1 ? 'instance has' : 'instances have'} finished.`,
    { CALLS_TO_FINISH: running },
  );
