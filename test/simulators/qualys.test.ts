import { request as httpRequest, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { type QualysSimulator, type QualysSimulatorOptions, startQualysSimulator } from './qualys';
import { EVENT_TYPES } from './qualys-alerts';
import { type Fault, faults } from './qualys-faults';

const NEWEST = new Date('2026-03-01T12:00:00Z');
const PATH = '/qps/rest/1.0/search/cm/alert/';

let simulator: QualysSimulator;
let clock: number;

async function start(options: Partial<QualysSimulatorOptions> = {}): Promise<void> {
  clock = NEWEST.getTime();
  simulator = await startQualysSimulator({
    alerts: 10,
    username: 'u',
    password: 'p',
    newest: NEWEST,
    spreadHours: 10,
    now: () => clock,
    ...options,
  });
}

afterEach(() => simulator.close());

interface Asked {
  limit?: number | string;
  criteria?: readonly (readonly [string, string, string | number])[];
  headers?: Record<string, string>;
  password?: string;
  path?: string;
  method?: string;
}

interface Answered {
  status: number;
  headers: IncomingMessage['headers'];
  bytes: Buffer;
  text: string;
  /** Of a JSON answer. */
  envelope: { responseCode?: string; count?: number; hasMoreRecords?: string; lastId?: number };
  ids: number[];
  alerts: Record<string, unknown>[];
}

/** One search over HTTP; it fails as the connection does. */
function ask(asked: Asked = {}): Promise<Answered> {
  const { limit = 1000, criteria = [], headers = {}, password = 'p', path = PATH, method = 'POST' } = asked;
  const body =
    `<ServiceRequest><preferences><limitResults>${limit}</limitResults></preferences><filters>` +
    criteria
      .map(([field, operator, value]) => `<Criteria field="${field}" operator="${operator}">${value}</Criteria>`)
      .join('') +
    '</filters></ServiceRequest>';
  return new Promise((resolve, reject) => {
    const request = httpRequest(simulator.url + path, {
      method,
      agent: false,
      headers: {
        Accept: 'application/json',
        Authorization: `Basic ${Buffer.from(`u:${password}`).toString('base64')}`,
        'Content-Type': 'text/xml',
        'X-Requested-With': 'test',
        ...headers,
      },
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve(read(response, Buffer.concat(chunks))));
    });
    request.end(method === 'GET' ? undefined : body);
  });
}

function read({ statusCode = 0, headers }: IncomingMessage, bytes: Buffer): Answered {
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
  let envelope: Answered['envelope'] & { data?: { Alert: Record<string, unknown> }[] } = {};
  try {
    envelope = JSON.parse(text).ServiceResponse;
  } catch {
    // XML, HTML, or broken on purpose.
  }
  const alerts = (envelope.data ?? []).map(({ Alert }) => Alert);
  return { status: statusCode, headers, bytes, text, envelope, alerts, ids: alerts.map(({ id }) => Number(id)) };
}

async function failure(asked?: Asked): Promise<string> {
  return ask(asked).then(
    ({ status }) => `answered ${status}`,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

/** All pages of a search. */
async function walk(asked: Asked): Promise<number[]> {
  const ids: number[] = [];
  for (;;) {
    const page = await ask({ ...asked, criteria: [...(asked.criteria ?? []), ['id', 'GREATER', ids.at(-1) ?? 0]] });
    ids.push(...page.ids);
    if (page.envelope.hasMoreRecords !== 'true') return ids;
  }
}

describe('the alerts', () => {
  it('are of every type, of a plausible size, and told apart by id and UUID', async () => {
    await start({ alerts: 1000 });
    const { alerts, text, ids } = await ask();
    expect(new Set(alerts.map(({ eventType }) => eventType))).toEqual(new Set(EVENT_TYPES));
    expect(ids).toEqual(simulator.ids());
    expect(new Set(alerts.map(({ triggerUuid }) => triggerUuid)).size).toBe(1000);
    for (const alert of alerts) {
      expect(alert).toMatchObject({
        triggerUuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
        ipAddress: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
      });
      expect(Date.parse(String(alert.alertDate)) - Date.parse(String(alert.eventDate))).toBe(5000);
    }
    expect(text.length / 1000).toBeGreaterThan(500);
    expect(text.length / 1000).toBeLessThan(900);
    expect(text).not.toMatch(/9876543210|0000-00-00|00000000-0000/);
  });

  it('are spread evenly, the newest last', async () => {
    await start();
    const dates = (await ask()).alerts.map(({ alertDate }) => alertDate);
    expect(dates[0]).toBe('2026-03-01T03:00:00Z');
    expect(dates.slice(-2)).toEqual(['2026-03-01T11:00:00Z', '2026-03-01T12:00:00Z']);
  });

  it('are the same of the same seed, and others of another', async () => {
    await start();
    const { text } = await ask();
    await simulator.close();
    await start();
    expect((await ask()).text).toBe(text);
    await simulator.close();
    await start({ seed: 2 });
    expect((await ask()).text).not.toBe(text);
  });

  it('take no memory: a million is there at once, to its last page', async () => {
    await start({ alerts: 1_000_000 });
    const ids = simulator.ids();
    const { envelope, ...page } = await ask({ criteria: [['id', 'GREATER', ids.at(-4) ?? 0]] });
    expect(page.ids).toEqual(ids.slice(-3));
    expect(envelope).toMatchObject({ count: 3, hasMoreRecords: 'false' });
  });
});

describe('a search', () => {
  it.each(['always', 'with-more', 'never'] as const)('is paged, with lastId %s', async (lastId) => {
    await start({ lastId });
    const first = await ask({ limit: 6 });
    expect(first.envelope).toMatchObject({ responseCode: 'SUCCESS', count: 6, hasMoreRecords: 'true' });
    expect(first.envelope.lastId).toBe(lastId === 'never' ? undefined : first.ids.at(-1));
    const second = await ask({ limit: 6, criteria: [['id', 'GREATER', first.ids.at(-1) ?? 0]] });
    expect(second.envelope).toMatchObject({ count: 4, hasMoreRecords: 'false' });
    expect(second.envelope.lastId).toBe(lastId === 'always' ? second.ids.at(-1) : undefined);
    expect([...first.ids, ...second.ids]).toEqual(simulator.ids());
  });

  it('has 100 alerts without a limit, and no data if there are none', async () => {
    await start({ alerts: 150 });
    expect((await ask({ limit: 1000 })).ids).toHaveLength(150);
    const empty = await ask({ criteria: [['id', 'GREATER', simulator.ids().at(-1) ?? 0]] });
    expect(empty.text).toBe('{"ServiceResponse":{"responseCode":"SUCCESS","count":0,"hasMoreRecords":"false"}}');
  });

  it('meets all of its criteria', async () => {
    await start({ alerts: 1000 });
    const { alerts } = await ask();
    const ids = simulator.ids();
    const [low = 0, high = 0] = [ids[400], ids[600]];
    const among = async (...criteria: [string, string, string | number][]) => (await ask({ criteria })).ids;
    const where = (test: (alert: Record<string, string>) => boolean) =>
      (alerts as Record<string, string>[]).filter(test).map(({ id }) => Number(id));
    expect(await among(['id', 'GREATER', low], ['id', 'LESSER', high])).toEqual(ids.slice(401, 600));
    expect(await among(['id', 'EQUALS', low])).toEqual([low]);
    const date = String(alerts[500]?.alertDate);
    expect(await among(['alertDate', 'LESSER', date])).toEqual(where(({ alertDate = '' }) => alertDate < date));
    expect(await among(['alertDate', 'EQUALS', date])).toEqual(where(({ alertDate }) => alertDate === date));
    expect(await among(['eventDate', 'GREATER', date], ['eventType', 'EQUALS', 'PORT_OPEN'])).toEqual(
      where(({ eventDate = '', eventType }) => eventDate > date && eventType === 'PORT_OPEN'),
    );
  });

  it.each<[string, Asked]>([
    ['of more than 1000', { limit: 1001 }],
    ['of none', { limit: 0 }],
    ['of no number', { limit: 'all' }],
    ['by an unknown field', { criteria: [['alert.date', 'GREATER', '2026-01-01T00:00:00Z']] }],
    ['by an unknown operator', { criteria: [['id', 'LIKE', 1]] }],
    ['by a date without time', { criteria: [['alertDate', 'GREATER', '2026-01-01']] }],
    ['by a month that is none', { criteria: [['alertDate', 'GREATER', '2026-13-01T00:00:00Z']] }],
    ['by a type that is greater', { criteria: [['eventType', 'GREATER', 'PORT_OPEN']] }],
    ['in JSON', { headers: { 'Content-Type': 'application/json' } }],
    ['by GET', { method: 'GET' }],
  ])('is refused: %s', async (_name, asked) => {
    await start();
    expect(await ask(asked)).toMatchObject({ status: 200, envelope: { responseCode: 'INVALID_REQUEST' } });
  });

  it('needs X-Requested-With, the right path, and takes it without the last slash', async () => {
    await start();
    expect((await ask({ headers: { 'X-Requested-With': '' } })).envelope.responseCode).toBe('INVALID_REQUEST');
    expect((await ask({ path: '/qps/rest/2.0/search/cm/alert' })).status).toBe(404);
    expect((await ask({ path: PATH.slice(0, -1) })).ids).toHaveLength(10);
  });

  it('is answered in XML, to those who do not ask for JSON and to all if told so', async () => {
    await start();
    const asked = await ask({ headers: { Accept: '*/*' } });
    await simulator.close();
    await start({ format: 'xml' });
    const told = await ask();
    expect(told.headers['content-type']).toBe('application/xml');
    expect(told.text).toBe(asked.text);
    expect([...told.text.matchAll(/<Alert><id>(\d+)<\/id>/g)].map(([, id]) => Number(id))).toEqual(simulator.ids());
    expect(told.text).toContain('<count>10</count><hasMoreRecords>false</hasMoreRecords><data><Alert>');
  });

  it('is compressed if the option and the request say so', async () => {
    await start({ gzip: true });
    const plain = await ask();
    const gzipped = await ask({ headers: { 'Accept-Encoding': 'gzip, deflate' } });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(gzipped.headers['content-encoding']).toBe('gzip');
    expect(gzipped.text).toBe(plain.text);
    expect(gzipped.bytes.length).toBeLessThan(plain.bytes.length / 2);
  });

  it('is recorded with the moment, unless told otherwise', async () => {
    await start();
    await ask();
    expect(simulator.requests).toMatchObject([{ method: 'POST', path: PATH, at: clock, status: 200 }]);
    await simulator.close();
    await start({ record: false });
    await ask();
    expect(simulator.requests).toEqual([]);
  });
});

describe('as time goes by', () => {
  it('dates its answers by its own clock', async () => {
    await start();
    clock = Date.parse('2031-05-04T03:02:01.999Z');
    expect((await ask()).headers.date).toBe('Sun, 04 May 2031 03:02:01 GMT');
  });

  it('gets new alerts, with the next ids', async () => {
    await start();
    clock += 60_000;
    simulator.append(2);
    simulator.append(1, new Date('2026-04-01T00:00:00Z'));
    const { ids, alerts } = await ask();
    expect(ids).toEqual(simulator.ids());
    expect(alerts.slice(-3).map(({ alertDate }) => alertDate)).toEqual([
      '2026-03-01T12:01:00Z',
      '2026-03-01T12:01:00Z',
      '2026-04-01T00:00:00Z',
    ]);
  });

  it('shows an alert later than its id says: after others that follow it', async () => {
    await start();
    const late = simulator.insert({ visibleAt: new Date(clock + 5000) });
    simulator.append(1);
    const [after = 0] = simulator.ids().slice(-1);
    expect(late).toBeLessThan(after);
    expect(simulator.visibleIds()).not.toContain(late);
    expect((await ask()).ids).toEqual(simulator.visibleIds());
    clock += 5000;
    expect(simulator.visibleIds()).toEqual(simulator.ids());
    expect((await ask()).ids).toEqual(simulator.ids());
  });

  it('lets alerts in at free ids between others, also across pages', async () => {
    await start();
    const [first = 0, second = 0, third = 0] = simulator.ids();
    const free = [first, second, third].map((id) => simulator.freeIdBelow(id));
    for (const id of free) expect(simulator.insert({ id, alertDate: NEWEST })).toBe(id);
    const lower = simulator.insert({ id: simulator.freeIdBelow(second), alertDate: NEWEST });
    expect(simulator.ids().slice(0, 7)).toEqual([free[0], first, lower, free[1], second, free[2], third]);
    expect(await walk({ limit: 3 })).toEqual(simulator.ids());
    expect(() => simulator.insert({ id: lower })).toThrow(RangeError);
    expect(() => simulator.insert({ id: first })).toThrow(RangeError);
    expect(() => simulator.insert({ id: 7 })).toThrow(RangeError);
  });

  it('hides an alert until it is revealed', async () => {
    await start();
    const [newest = 0] = simulator.ids().slice(-1);
    const hidden = [
      simulator.insert({ visibleAt: 'when-revealed' }),
      simulator.insert({ id: simulator.freeIdBelow(newest), visibleAt: 'when-revealed' }),
    ];
    expect((await ask()).ids).toHaveLength(10);
    for (const id of hidden) simulator.reveal(id);
    expect((await ask()).ids).toEqual(simulator.ids());
    expect((await ask()).ids).toHaveLength(12);
    expect(() => simulator.reveal(7)).toThrow(RangeError);
  });
});

describe('the account', () => {
  const code = async (password: string) => (await ask({ password })).envelope.responseCode;

  it('is locked after so many wrong passwords in a row, also for the right one', async () => {
    await start({ lockAfter: 2 });
    expect(await code('wrong')).toBe('INVALID_CREDENTIALS');
    expect(await code('p')).toBe('SUCCESS');
    expect(await code('wrong')).toBe('INVALID_CREDENTIALS');
    expect(await code('wrong')).toBe('INVALID_CREDENTIALS');
    expect(await code('p')).toBe('INVALID_CREDENTIALS');
    expect(simulator.failedLogins).toBe(4);
    simulator.unlock();
    expect(await code('p')).toBe('SUCCESS');
  });

  it('may change its password', async () => {
    await start();
    simulator.setPassword('new');
    expect(await code('p')).toBe('INVALID_CREDENTIALS');
    expect(await code('new')).toBe('SUCCESS');
  });
});

describe('the limits', () => {
  it('let through so many calls in any period, and tell of it', async () => {
    await start({ rateLimit: { limit: 2, windowSeconds: 60 } });
    expect((await ask()).headers).toMatchObject({
      'x-ratelimit-limit': '2',
      'x-ratelimit-window-sec': '60',
      'x-ratelimit-remaining': '1',
      'x-ratelimit-towait-sec': '0',
      'x-concurrency-limit-limit': '2',
      'x-concurrency-limit-running': '1',
    });
    clock += 10_000;
    expect((await ask()).headers).toMatchObject({ 'x-ratelimit-remaining': '0', 'x-ratelimit-towait-sec': '50' });
    clock += 20_500;
    const blocked = await ask();
    expect(blocked).toMatchObject({ status: 409, headers: { 'x-ratelimit-towait-sec': '30' } });
    expect(blocked.text).toContain(
      '<CODE>1965</CODE><TEXT>This API cannot be run again for another 30 seconds.</TEXT>',
    );
    clock += 29_500;
    expect(await ask()).toMatchObject({ status: 200, headers: { 'x-ratelimit-remaining': '0' } });
    expect((await ask()).headers['x-ratelimit-towait-sec']).toBe('10');
  });

  it('count what others call', async () => {
    await start({ rateLimit: { limit: 300, windowSeconds: 3600, spelling: 'X-ConcurrencyLimit-Limit' } });
    simulator.useCalls(298);
    expect((await ask()).headers).toMatchObject({ 'x-ratelimit-remaining': '1', 'x-concurrencylimit-limit': '2' });
    simulator.useCalls(50);
    expect(await ask()).toMatchObject({ status: 409, headers: { 'x-ratelimit-towait-sec': '3600' } });
  });

  it('may be silent', async () => {
    await start({ rateLimit: { limit: 1, windowSeconds: 60, headers: false } });
    await ask();
    const { status, headers } = await ask();
    expect(status).toBe(409);
    expect(Object.keys(headers).filter((name) => name.includes('limit'))).toEqual([]);
  });

  it('let so many run at the same time', async () => {
    await start({ concurrencyLimit: 1, faults: [faults.slow(200)] });
    const slow = ask();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const blocked = await ask();
    expect(blocked.status).toBe(409);
    expect(blocked.text).toContain('<CODE>1960</CODE>');
    expect((await slow).ids).toHaveLength(10);
    expect((await ask()).status).toBe(200);
  });
});

describe('a fault', () => {
  it.each<[string, Fault, number, string | RegExp]>([
    ['rateLimit', faults.rateLimit(60), 409, '<CODE>1965</CODE>'],
    ['rateLimit with 400', faults.rateLimit(60, { status: 400 }), 400, 'again for another 60 seconds'],
    [
      'rateLimit spelled out',
      faults.rateLimit(86_274, { wording: 'spelled-out' }),
      409,
      /another 23 hours, 57 minutes and 54 seconds.*<VALUE>86274</,
    ],
    ['concurrencyLimit', faults.concurrencyLimit(3), 409, /<CODE>1960<.*until 3 currently running/],
    ['blocked', faults.blocked(), 409, '<CODE>1920</CODE>'],
    ['tooManyRequests', faults.tooManyRequests(7), 429, '<html>'],
    ['limitExceeded', faults.limitExceeded(), 200, '"responseCode":"LIMIT_EXCEEDED"'],
    ['invalidCredentials', faults.invalidCredentials(), 200, '"responseCode":"INVALID_CREDENTIALS"'],
    ['loginRequired', faults.loginRequired(), 401, '<html>'],
    ['badLogin', faults.badLogin(), 401, '<CODE>2000</CODE><TEXT>Bad Login/Password</TEXT>'],
    ['registrationIncomplete', faults.registrationIncomplete(), 409, '<CODE>2003</CODE>'],
    ['unauthorized', faults.unauthorized(), 200, 'You are not authorized to access the application through the API.'],
    ['insufficientPermission', faults.insufficientPermission(), 200, '"responseCode":"INSUFFICIENT_PERMISSION"'],
    ['forbidden', faults.forbidden(), 403, '<html>'],
    ['wrongPath', faults.wrongPath(), 404, '<html>'],
    ['internalError', faults.internalError(), 500, /^Internal error$/],
    ['internalErrorCode', faults.internalErrorCode(), 200, '<CODE>999</CODE>'],
    ['serviceUnavailable', faults.serviceUnavailable(), 503, '<html>'],
    ['requestUriTooLong', faults.requestUriTooLong(), 414, '<html>'],
    ['malformedJson', faults.malformedJson(), 200, /^\{"ServiceResponse":.*"id":$/],
    ['malformedXml', faults.malformedXml(), 200, /<id>1<\/Alert>$/],
    ['html', faults.html(), 200, 'Scheduled maintenance'],
    ['emptyPageWithMore', faults.emptyPageWithMore(), 200, '"count":0,"hasMoreRecords":"true"}'],
    ['chunked', faults.chunked(), 200, /"count":10,.*\}\]\}\}$/],
    ['slowBody', faults.slowBody(100_000), 200, /"count":10,.*\}\]\}\}$/],
    ['a status', { status: 418 }, 418, /^$/],
  ])('of one request: %s', async (_name, fault, status, text) => {
    await start({ faults: [fault] });
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
    expect(answer.headers.date).toBe(NEWEST.toUTCString());
    expect(simulator.requests[0]?.status).toBe(status);
    expect((await ask()).ids).toEqual(simulator.ids());
  });

  it('refuses in XML those who get XML', async () => {
    await start({ format: 'xml', faults: [faults.invalidCredentials()] });
    expect((await ask()).text).toContain('<responseCode>INVALID_CREDENTIALS</responseCode><responseErrorDetails>');
  });

  it('tells the wait always, from the second block on, or never', async () => {
    const { rateLimit } = faults;
    await start({
      faults: [
        rateLimit(60),
        {},
        rateLimit(60, { header: 'second-block' }),
        rateLimit(59, { header: 'second-block' }),
        rateLimit(60, { header: 'never' }),
        faults.tooManyRequests(7),
      ],
    });
    const told = [];
    for (let request = 0; request < 6; request += 1) {
      const { headers } = await ask();
      told.push(headers['x-ratelimit-towait-sec'] ?? headers['retry-after']);
    }
    expect(told).toEqual(['60', undefined, undefined, '59', undefined, '7']);
  });

  it('breaks connections off', async () => {
    await start({ alerts: 1000, faults: ['reset', faults.truncatedBody(), faults.resetMidBody()] });
    expect(await failure()).toBe('ECONNRESET');
    expect(await failure()).toBe('ECONNRESET');
    expect(await failure()).toBe('ECONNRESET');
    expect(await failure()).toBe('answered 200');
  });

  it('sends half of a body and an end, or a reset', async () => {
    await start({ alerts: 1000, faults: [faults.truncatedBody(), faults.resetMidBody()] });
    for (const fault of ['truncated', 'reset']) {
      const received = await new Promise<{ length: number; announced: number; fault: string }>((resolve) => {
        const headers = {
          Authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
          'Content-Type': 'text/xml',
          'X-Requested-With': 'test',
        };
        const request = httpRequest(simulator.url + PATH, { method: 'POST', agent: false, headers }, (response) => {
          let length = 0;
          response.on('data', (chunk: Buffer) => {
            length += chunk.length;
          });
          response.on('error', () => undefined);
          response.once('close', () =>
            resolve({ length, announced: Number(response.headers['content-length']), fault }),
          );
        });
        request.on('error', () => undefined);
        request.end('<ServiceRequest></ServiceRequest>');
      });
      expect(received.length).toBe(Math.floor(received.announced / 2));
    }
  });

  it('delays, trickles and hangs', async () => {
    await start({ faults: [faults.slow(150), faults.slowBody(50), 'hang'] });
    const begun = performance.now();
    expect((await ask()).ids).toHaveLength(10);
    expect(performance.now() - begun).toBeGreaterThan(140);
    for (const _ of ['trickle', 'hang']) {
      const stopped = await fetch(simulator.url + PATH, {
        method: 'POST',
        body: '<ServiceRequest></ServiceRequest>',
        signal: AbortSignal.timeout(300),
      })
        .then((response) => response.text())
        .catch((error: Error) => error.name);
      expect(stopped).toBe('TimeoutError');
    }
    expect((await ask()).status).toBe(200);
  });

  it('leaves out lastId, or turns the ids about, for one answer', async () => {
    await start({ faults: [faults.lastIdMissing(), faults.idsDescending()] });
    expect((await ask({ limit: 3 })).envelope).not.toHaveProperty('lastId');
    const descending = await ask({ limit: 3 });
    expect(descending.ids).toEqual(simulator.ids().slice(0, 3).reverse());
    expect(descending.envelope.lastId).toBe(descending.ids[0]);
  });

  it('compresses one answer, or leaves one uncompressed', async () => {
    await start({ faults: [faults.gzip(), faults.gzip(false)] });
    const encodings = [];
    for (let request = 0; request < 3; request += 1) {
      const { headers, ids } = await ask({ headers: { 'Accept-Encoding': 'gzip' } });
      expect(ids).toHaveLength(10);
      encodings.push(headers['content-encoding']);
    }
    expect(encodings).toEqual(['gzip', undefined, undefined]);
  });
});
