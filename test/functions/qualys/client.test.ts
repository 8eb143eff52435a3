import { createQualysClient, type QualysClient, type Search } from '../../../functions/qualys/client';
import { CollectorError } from '../../../functions/qualys/contract';
import {
  type Fault,
  type QualysSimulator,
  type QualysSimulatorOptions,
  startQualysSimulator,
} from '../../simulators/qualys';

const username = 'api-user_7';
const password = 'pä:ss "&<wörd>';
const basic = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');

const search: Search = {
  path: '/qps/rest/1.0/search/cm/alert/',
  type: 'Alert',
  dateMember: 'alertDate',
  criteria: [{ field: 'alertDate', operator: 'GREATER', value: '2026-01-01T00:00:00Z' }],
  after: '0',
};

let simulator: QualysSimulator;
let client: QualysClient;

async function start(options: Partial<QualysSimulatorOptions> = {}): Promise<void> {
  simulator = await startQualysSimulator({
    alerts: 3,
    newest: new Date('2026-03-01T00:00:00Z'),
    username,
    password,
    ...options,
  });
  client = createQualysClient({ apiUrl: simulator.url, username, password, requestTimeoutSeconds: 1 });
}

afterEach(() => simulator.close());

/** The page of a search, its records with their content. */
async function pageOf(asked: Search = search, by: QualysClient = client) {
  const page = await (await by.search(asked)).page();
  const fields = ({ json }: { json: Buffer }) => (JSON.parse(String(json)) as { Alert: Record<string, unknown> }).Alert;
  return { ...page, records: page.records.map((record) => ({ ...record, fields: fields(record) })) };
}

/** The error of a search; it must not hold any of the secrets in any spelling. */
async function failure(asked: Search = search, by: QualysClient = client): Promise<CollectorError> {
  const error: unknown = await pageOf(asked, by).catch((thrown: unknown) => thrown);
  if (!(error instanceof CollectorError)) throw new Error(`no CollectorError: ${JSON.stringify(error)}`);
  const everything = `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
  for (const secret of [username, password, basic, encodeURIComponent(password), 'wörd']) {
    expect(everything).not.toContain(secret);
  }
  return error;
}

const json = (body: unknown, status = 200): Fault => ({
  status,
  contentType: 'application/json;charset=UTF-8',
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const xml = (body: string, status = 200): Fault => ({ status, contentType: 'text/xml', body });
const success = (rest: object) => json({ ServiceResponse: { responseCode: 'SUCCESS', ...rest } });

describe('a search', () => {
  it('is what Qualys documents', async () => {
    await start();
    await client.search({ ...search, after: '41' });
    expect(simulator.requests).toHaveLength(1);
    expect(simulator.requests[0]).toMatchObject({
      method: 'POST',
      path: '/qps/rest/1.0/search/cm/alert/',
      headers: {
        accept: 'application/json',
        authorization: `Basic ${basic}`,
        'content-type': 'text/xml',
        'x-requested-with': expect.stringMatching(/./),
      },
      body:
        '<ServiceRequest><preferences><limitResults>1000</limitResults></preferences><filters>' +
        '<Criteria field="alertDate" operator="GREATER">2026-01-01T00:00:00Z</Criteria>' +
        '<Criteria field="id" operator="GREATER">41</Criteria></filters></ServiceRequest>',
    });
  });

  it('tolerates slashes at the end of the base URL', async () => {
    await start();
    const slashed = createQualysClient({ apiUrl: `${simulator.url}//`, username, password });
    expect((await pageOf(search, slashed)).records).toHaveLength(3);
  });

  it('gives the records of JSON and of XML in one shape', async () => {
    await start({ alerts: 50 });
    const fromJson = (await pageOf()).records;
    const { url, close } = await startQualysSimulator({
      alerts: 50,
      newest: new Date('2026-03-01T00:00:00Z'),
      username,
      password,
      format: 'xml',
    });
    const fromXml = (await pageOf(search, createQualysClient({ apiUrl: url, username, password }))).records;
    await close();

    // XML has no numbers: everything else, entities and nesting included, is the same.
    const spelled = (value: unknown) =>
      JSON.parse(JSON.stringify(value, (_, member) => (typeof member === 'number' ? String(member) : member)));
    expect(fromXml.map(({ fields }) => fields)).toEqual(spelled(fromJson.map(({ fields }) => fields)));
    expect(fromXml.map(({ id, date }) => [id, date])).toEqual(fromJson.map(({ id, date }) => [id, date]));
    expect(JSON.stringify(fromXml)).toContain('<generic> & \\"legacy\\"');
  });

  it.each(['always', 'with-more', 'never'] as const)('pages with lastId %s', async (lastId) => {
    await start({ alerts: 5, lastId });
    const first = await pageOf({ ...search, limit: 3 });
    const second = await pageOf({ ...search, limit: 3, after: first.records.at(-1)?.id ?? '' });
    expect([first.hasMore, second.hasMore]).toEqual([true, false]);
    expect([...first.records, ...second.records].map(({ id }) => Number(id))).toEqual(simulator.ids());
  });
});

describe('an answer', () => {
  it.each([
    ['JSON without data', success({ count: 0, hasMoreRecords: 'false' }), false],
    ['JSON with empty data', success({ count: 0, data: [], hasMoreRecords: false }), false],
    ['JSON that promises more', success({ count: 0, hasMoreRecords: 'true', lastId: 9 }), true],
    ['XML without data', xml('<ServiceResponse><responseCode>SUCCESS</responseCode></ServiceResponse>'), false],
    [
      'XML with empty data',
      xml('<ServiceResponse><responseCode>SUCCESS</responseCode><data/></ServiceResponse>'),
      false,
    ],
  ])('may be empty: %s', async (_name, fault, hasMore) => {
    await start({ faults: [fault] });
    expect(await pageOf()).toMatchObject({ records: [], hasMore });
  });

  it('keeps every digit of ids and numbers beyond 2^53', async () => {
    const alert = (id: string) =>
      `{"Alert":{"id":${id},"n":-12345678901234567890,"x":0.1234567890123456,"t":"say \\"9007199254740993\\""}}`;
    const body = `{"ServiceResponse":{"responseCode":"SUCCESS","data":[${alert('7')},${alert('9007199254740993')}]}}`;
    await start({ faults: [json(body), json(body.replace('"data"', '\n"data"'))] });
    const { records } = await pageOf();
    expect(records.map(({ id, json: line }) => [id, String(line)])).toEqual([
      ['7', alert('7')],
      ['9007199254740993', alert('9007199254740993')],
    ]);
    // What is not compact goes through a parser: long numbers then become texts.
    expect((await pageOf()).records[1]).toMatchObject({
      id: '9007199254740993',
      fields: { n: '-12345678901234567890', x: 0.1234567890123456, t: 'say "9007199254740993"' },
    });
  });

  it('in XML: decodes references outside of CDATA, coerces nothing, and passes a DOCTYPE by', async () => {
    await start({
      faults: [
        xml(
          '<?xml version="1.0"?><!DOCTYPE ServiceResponse SYSTEM "http://127.0.0.1:1/x.dtd"><ServiceResponse>' +
            '<responseCode>SUCCESS</responseCode><data><Alert><id>7</id><hostname>1e3</hostname><a>&#65;&#x42;&lt;&amp;lt;&apos;</a>' +
            '<b><![CDATA[&amp; <!DOCTYPE x [ ]></b>]]></b><c>&custom;&#0;</c></Alert></data></ServiceResponse>',
        ),
      ],
    });
    expect((await pageOf()).records).toMatchObject([
      {
        id: '7',
        fields: { id: '7', hostname: '1e3', a: "AB<&lt;'", b: '&amp; <!DOCTYPE x [ ]></b>', c: '&custom;&#0;' },
      },
    ]);
  });

  const alert = (id: unknown) => ({ Alert: { id } });
  it.each<[string, Fault]>([
    ['a record without id', success({ data: [{ Alert: {} }] })],
    ['a fractional id', success({ data: [alert(7.5)] })],
    ['records of another type', success({ data: [{ HostAsset: { id: 7 } }] })],
    ['data that is text', success({ data: 'x' })],
    ['data that is no list', success({ data: { id: 7 } })],
    ['no responseCode', json({ ServiceResponse: {} })],
    ['JSON that is no object', json('[]')],
    ['JSON that breaks off', json('{"ServiceResponse":{"responseCode":"SUCCESS"')],
    ['XML that breaks off', xml('<ServiceResponse><responseCode>SUCCESS</responseCode>')],
    ['XML under the type of JSON', json('<ServiceResponse><responseCode>SUCCESS</responseCode></ServiceResponse>')],
    ['HTML', { status: 200, body: '<html><body>Sign in</body></html>' }],
    [
      'a DOCTYPE with entities',
      xml('<!DOCTYPE x [<!ENTITY a "b">]><ServiceResponse><responseCode>SUCCESS</responseCode></ServiceResponse>'),
    ],
    [
      'a DOCTYPE with entities behind a comment that looks like an element',
      xml(
        '<!-- <a> --><!DOCTYPE x [<!ENTITY a "b">]><ServiceResponse><responseCode>SUCCESS</responseCode></ServiceResponse>',
      ),
    ],
  ])('is malformed: %s', async (_name, fault) => {
    await start({ faults: [fault] });
    expect(await failure({ ...search, after: '5' })).toMatchObject({ code: 'malformed_answer' });
  });

  it.each<[string, Fault]>([
    ['descend', success({ data: [alert(8), alert(7)] })],
    ['repeat', success({ data: [alert(8), alert(8)] })],
    ['do not advance', success({ data: [alert(5)] })],
  ])('is refused when its ids %s', async (_name, fault) => {
    await start({ faults: [fault] });
    expect(await failure({ ...search, after: '5' })).toMatchObject({ code: 'ids_disordered' });
  });

  it('tells a moment by the clock of Qualys before which its search began', async () => {
    const now = Date.parse('2026-03-01T00:00:10.900Z');
    await start({ now: () => now, faults: [] });
    const { asOf } = await client.search(search);
    expect(asOf).toBeLessThanOrEqual(now);
    expect(asOf).toBeGreaterThan(now - 10_000);
  });

  it('tells the calls that are left when it has the headers for it', async () => {
    const headers = { 'X-RateLimit-Limit': '300', 'X-RateLimit-Remaining': '17' };
    const body = '{"ServiceResponse":{"responseCode":"SUCCESS"}}';
    await start({ faults: [{ status: 200, contentType: 'application/json', body, headers }] });
    expect((await client.search(search)).calls).toEqual({ limit: 300, remaining: 17 });
    expect((await client.search(search)).calls).toBeUndefined();
  });

  it('that nobody can read is shown by its beginning, without the secrets that it sends back', async () => {
    const echo = `<pre>Authorization: Basic ${basic} ${username} ${password} ${encodeURIComponent(password)}</pre>`;
    await start({ faults: [{ status: 200, contentType: `text/${username}`, body: echo }] });
    const { message } = await failure();
    expect(message).toContain('<pre>Authorization: Basic [redacted] [redacted]');
  });
});

describe('a refusal', () => {
  const refused = (responseCode: string) =>
    json({ ServiceResponse: { responseCode, responseErrorDetails: { errorMessage: `for ${username}` } } });
  const simpleReturn = (code: number, status: number) =>
    xml(`<SIMPLE_RETURN><RESPONSE><CODE>${code}</CODE><TEXT>wait</TEXT></RESPONSE></SIMPLE_RETURN>`, status);

  it.each<[string, Fault]>([
    ['credentials_rejected', { status: 401 }],
    ['credentials_rejected', refused('INVALID_CREDENTIALS')],
    ['credentials_rejected', simpleReturn(2000, 401)],
    ['account_inactive', simpleReturn(2003, 409)],
    ['permission_missing', { status: 403, body: 'Forbidden' }],
    ['permission_missing', refused('UNAUTHORIZED')],
    ['permission_missing', refused('INSUFFICIENT_PERMISSION')],
    ['permission_missing', refused('EVALUATION_EXPIRED')],
    ['permission_missing', simpleReturn(2007, 200)],
    [
      'permission_missing',
      xml('<GENERIC_RETURN><API name="x"/><RETURN status="FAILED" number="2007">no</RETURN></GENERIC_RETURN>'),
    ],
    ['wrong_api_url', { status: 404, body: '<html>' }],
    ['wrong_api_url', { status: 302, headers: { Location: 'https://example.com/login' } }],
    ['concurrency_limited', simpleReturn(1960, 409)],
    ['rate_limited', simpleReturn(1920, 409)],
    ['rate_limited', simpleReturn(1965, 409)],
    ['rate_limited', simpleReturn(1965, 400)],
    ['rate_limited', { status: 409 }],
    ['rate_limited', { status: 429 }],
    ['rate_limited', refused('LIMIT_EXCEEDED')],
    ['qualys_unavailable', { status: 500, body: 'Internal error' }],
    ['qualys_unavailable', { status: 503 }],
    ['qualys_unavailable', 'reset'],
    ['qualys_unavailable', { status: 200, body: 'Internal error' }],
    ['qualys_unavailable', { status: 200, body: '<html><body>Internal Server Error</body></html>' }],
    ['qualys_unavailable', simpleReturn(999, 200)],
    ['timed_out', 'hang'],
    ['timed_out', { status: 504 }],
    ['request_refused', { status: 414, body: '<html>' }],
    ['request_refused', refused('INVALID_REQUEST')],
    ['request_refused', { status: 400 }],
    ['request_refused', simpleReturn(1999, 409)],
  ])('is %s: %j', async (code, fault) => {
    await start({ faults: [fault] });
    expect((await failure()).code).toBe(code);
  });

  it.each<[string, number | undefined, Record<string, string>, string]>([
    ['its header', 42, { 'X-RateLimit-ToWait-Sec': '42' }, 'This API cannot be run again for another 7 seconds.'],
    ['Retry-After', 42, { 'Retry-After': '42' }, ''],
    ['its text', 7, { 'X-RateLimit-ToWait-Sec': '0' }, 'This API cannot be run again for another 7 seconds.'],
    ['nothing', undefined, { 'Retry-After': 'Tue, 24 Nov 2026 00:00:00 GMT' }, ''],
  ])('says how long to wait by %s', async (_name, waitSeconds, headers, text) => {
    const body = `<SIMPLE_RETURN><RESPONSE><CODE>1965</CODE><TEXT>${text}</TEXT></RESPONSE></SIMPLE_RETURN>`;
    await start({ faults: [{ status: 409, contentType: 'text/xml', body, headers }] });
    expect(await failure()).toMatchObject({ code: 'rate_limited', waitSeconds });
  });

  it('ends a search that is told to stop', async () => {
    await start({ faults: ['hang'] });
    const stopped = client.search(search, AbortSignal.timeout(50)).catch((error: unknown) => error);
    expect(await stopped).toMatchObject({ code: 'interrupted' });
  });

  it('of wrong credentials comes from the simulator as Qualys documents it', async () => {
    await start();
    const stranger = createQualysClient({ apiUrl: simulator.url, username, password: 'other' });
    const error = await failure(search, stranger);
    expect(error.code).toBe('credentials_rejected');
    expect(error.message).toContain('INVALID_CREDENTIALS, Authentication failed');
    expect(simulator.requests[0]?.status).toBe(200);
  });

  it('of an unknown path means a wrong URL', async () => {
    await start();
    expect((await failure({ ...search, path: '/qps/rest/2.0/search/cm/alert' })).code).toBe('wrong_api_url');
  });

  it('of a connection, and a URL with credentials, are told without the URL', async () => {
    await start();
    const { url, close } = await startQualysSimulator({ alerts: 0, username, password });
    await close();
    const gone = createQualysClient({ apiUrl: url, username, password });
    expect((await failure(search, gone)).message).toBe('No answer from Qualys: ECONNREFUSED.');
    const inUrl = createQualysClient({
      apiUrl: `http://u:${encodeURIComponent(password)}@127.0.0.1`,
      username,
      password,
    });
    expect((await failure(search, inUrl)).code).toBe('qualys_unavailable');
  });
});
