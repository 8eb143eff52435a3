import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createGoogleApi, GoogleApiError, type GoogleRequest, requestJson } from '../../cli/google-api';
import { listObjects, readObject, writeObject } from '../../cli/google-storage';
import { UserError } from '../../environments/user-error';
import { NOON, startWorld, TARGET, TOKEN, type World } from './collector/google-world';

const REQUEST: GoogleRequest = {
  service: 'logging',
  method: 'POST',
  path: '/v2/entries:list',
  body: '{"resourceNames":["projects/acme"]}',
  repeatable: true,
  purpose: 'read the log',
  needs: 'roles/logging.viewer on the project acme',
};

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** How a request fails; neither the message nor anything that hangs on the error may hold the token. */
async function failureOf(sent: Promise<unknown>, secret = TOKEN): Promise<UserError> {
  const error = await sent.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain(secret);
  return error as UserError;
}

const fail = (times: number, fault: World['apis']['faults'][number]['fault']) =>
  world.apis.faults.push(...Array.from({ length: times }, () => ({ on: /entries/, fault })));

describe('refusals', () => {
  test.each([
    [400, 'INVALID_ARGUMENT', 'Is it there?', 1],
    [401, 'UNAUTHENTICATED', 'The token in GOOGLE_OAUTH_ACCESS_TOKEN may have expired. Log in with "gcloud auth', 1],
    [403, 'PERMISSION_DENIED', 'This takes roles/logging.viewer on the project acme.', 1],
    [404, 'NOT_FOUND', 'Is it there?', 1],
    [429, 'RESOURCE_EXHAUSTED', "The API's quota is used up for now", 4],
    [503, 'UNAVAILABLE', 'https://status.cloud.google.com', 4],
  ])("%i %s is told in Google's words, with what to do", async (status, reason, advice, requests) => {
    const body = JSON.stringify({ error: { code: status, message: 'In a word: no.', status: reason } });
    fail(requests, { status, body });
    const error = await failureOf(world.api.request({ ...REQUEST, hint: 'Is it there?' }));
    expect(error.message).toContain(
      `Could not read the log: Google Cloud answered ${status} ${reason}: In a word: no.\n`,
    );
    expect(error.message).toContain(advice);
    expect(error).toMatchObject({ status });
    expect(world.apis.requests).toHaveLength(requests);
  });

  test('a body of another form, which a proxy may have written, is not shown', async () => {
    const body = `<html>Blocked. You sent: Authorization: Bearer ${TOKEN}</html>`;
    fail(1, { status: 403, body });
    const { message } = await failureOf(world.api.request(REQUEST));
    expect(message).toMatch(/^Could not read the log: Google Cloud answered 403\.\n/);
  });
});

test('an answer that should be JSON and is none is told, and not shown', async () => {
  fail(1, { status: 200, body: `<html>Log in. ${TOKEN}</html>` });
  const { message } = await failureOf(requestJson(world.api, REQUEST));
  expect(message).toBe("Could not read the log: the answer is no JSON. Does a proxy answer in Google Cloud's place?");
});

describe('repetitions', () => {
  test('bridge what passes, with growing pauses', async () => {
    fail(1, { status: 500 });
    fail(1, 'reset');
    fail(1, { status: 429 });
    await world.api.request(REQUEST);
    expect(world.clock.now() - NOON).toBe(1_000 + 2_000 + 4_000);
  });

  test.each([
    ['3', 3_000],
    ['3600', 10_000],
    ['Sun, 01 Mar 2026 13:00:00 GMT', 1_000],
  ])('Retry-After %s is a pause of %i ms', async (header, pause) => {
    fail(1, { status: 429, headers: { 'Retry-After': header } });
    await world.api.request(REQUEST);
    expect(world.clock.now() - NOON).toBe(pause);
  });

  test('are left out where a second request could do harm', async () => {
    fail(1, 'reset');
    const error = await failureOf(world.api.request({ ...REQUEST, repeatable: false }));
    expect(error.message).toMatch(/^Could not read the log: .*(ECONNRESET|socket hang up).*\nCheck the network/);
    expect(error).toMatchObject({ status: undefined, isPassing: true });
    expect(world.apis.requests).toHaveLength(1);
  });

  test.each([0, 1])('are %i where no more are wanted', async (repetitions) => {
    fail(4, { status: 503 });
    const api = createGoogleApi({ project: 'acme', env: world.env, clock: world.clock, repetitions });
    await failureOf(api.request(REQUEST));
    expect(world.apis.requests).toHaveLength(1 + repetitions);
  });

  test('no answer at all ends after the timeout', async () => {
    fail(4, 'hang');
    const api = createGoogleApi({ project: 'acme', env: world.env, clock: world.clock, timeoutMs: 50 });
    const { message } = await failureOf(api.request(REQUEST));
    expect(message).toContain('Could not read the log: no answer within 0.05 s.');
    expect(world.apis.requests).toHaveLength(4);
  });

  test('nobody there is told with the address', async () => {
    const { url } = world.apis;
    await world.apis.close();
    const { message } = await failureOf(world.api.request(REQUEST));
    expect(message).toContain('ECONNREFUSED');
    expect(message).toContain(url.slice('http://'.length));
  });
});

describe('endpoints', () => {
  test("are Google's own without the variables of gcloud, through a proxy where there is one", async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const before = process.env.HTTPS_PROXY;
    process.env.HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      for (const service of ['cloudscheduler', 'logging', 'storage'] as const) {
        const api = createGoogleApi({ project: 'acme', env: { GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN } });
        await failureOf(api.request({ ...REQUEST, service, repeatable: false }));
      }
      // This machine is reached without it.
      await world.api.request(REQUEST);
    } finally {
      if (before === undefined) delete process.env.HTTPS_PROXY;
      else process.env.HTTPS_PROXY = before;
      await new Promise((resolve) => proxy.close(resolve));
    }
    expect(asked).toEqual(['cloudscheduler', 'logging', 'storage'].map((name) => `${name}.googleapis.com:443`));
  });

  test.each(['http://logging.example.com', 'logging.example.com', 'ftp://127.0.0.1'])(
    '%s would carry the token in clear, or is none',
    async (endpoint) => {
      const api = createGoogleApi({
        project: 'acme',
        env: { ...world.env, CLOUDSDK_API_ENDPOINT_OVERRIDES_LOGGING: endpoint },
      });
      const { message } = await failureOf(api.request(REQUEST));
      expect(message).toBe(
        'CLOUDSDK_API_ENDPOINT_OVERRIDES_LOGGING must be a URL that begins with https:// (http:// for this machine only).',
      );
    },
  );

  test.each(['', '/', '/storage/v1', '/storage/v1/'])(
    'storage is taken with the path %j, as gcloud takes it',
    async (path) => {
      const env = { ...world.env, CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: world.storage.url + path };
      expect(await listObjects(createGoogleApi({ project: 'acme', env }), TARGET.stateBucket, 'x')).toEqual([]);
    },
  );
});

describe('credentials', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-google-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const names = ['GOOGLE_APPLICATION_CREDENTIALS', 'METADATA_SERVER_DETECTION', 'HOME', 'NO_PROXY'];
  const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  beforeEach(() => {
    // No metadata server and no login of who runs the tests.
    process.env.METADATA_SERVER_DETECTION = 'none';
    process.env.HOME = folder;
    process.env.NO_PROXY = '127.0.0.1';
    delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
  });
  afterEach(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  const withoutToken = () =>
    createGoogleApi({ project: 'acme', env: { ...world.env, GOOGLE_OAUTH_ACCESS_TOKEN: '' }, clock: world.clock });

  test('GOOGLE_OAUTH_ACCESS_TOKEN is taken, line end or not', async () => {
    const api = createGoogleApi({ project: 'acme', env: { ...world.env, GOOGLE_OAUTH_ACCESS_TOKEN: `${TOKEN}\n` } });
    await api.request(REQUEST);
    expect(world.apis.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}` });
    expect(world.apis.requests[0]?.headers).not.toHaveProperty('x-goog-user-project');
  });

  test('GOOGLE_CLOUD_QUOTA_PROJECT goes with it', async () => {
    await createGoogleApi({ project: 'acme', env: { ...world.env, GOOGLE_CLOUD_QUOTA_PROJECT: 'acme-quota' } }).request(
      REQUEST,
    );
    expect(world.apis.requests[0]?.headers['x-goog-user-project']).toBe('acme-quota');
  });

  test('a token with characters that none has is not sent, and not shown', async () => {
    const api = createGoogleApi({
      project: 'acme',
      env: { ...world.env, GOOGLE_OAUTH_ACCESS_TOKEN: `${TOKEN}\nsecond line` },
    });
    expect((await failureOf(api.request(REQUEST))).message).toMatch(/^GOOGLE_OAUTH_ACCESS_TOKEN holds no access token/);
    expect(world.apis.requests).toEqual([]);
  });

  test('a token that Google does not take', async () => {
    const secret = 'ya29.an-old-token';
    const api = createGoogleApi({ project: 'acme', env: { ...world.env, GOOGLE_OAUTH_ACCESS_TOKEN: secret } });
    expect((await failureOf(api.request(REQUEST), secret)).message).toContain(
      'The token in GOOGLE_OAUTH_ACCESS_TOKEN may have expired.',
    );
  });

  test('Application Default Credentials of a workload identity are exchanged for a token, once', async () => {
    const sts = await startTokenExchange({ access_token: TOKEN, expires_in: 3600, token_type: 'Bearer' });
    useWorkloadIdentity(sts.url);
    const api = withoutToken();
    await api.request(REQUEST);
    await api.request(REQUEST);
    await sts.close();
    expect(world.apis.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array.from({ length: 2 }, () => `Bearer ${TOKEN}`),
    );
    expect(sts.requests).toBe(1);
  });

  test('credentials that are rejected: how to log in', async () => {
    const sts = await startTokenExchange({ error: 'invalid_grant', error_description: 'Token has expired.' }, 400);
    useWorkloadIdentity(sts.url);
    const { message } = await failureOf(withoutToken().request(REQUEST), 'the-subject-token');
    await sts.close();
    expect(message).toMatch(
      /^The credentials of Google Cloud could not be used: .*invalid_grant.*Log in with "gcloud auth/,
    );
  });

  test('none at all: how to log in', async () => {
    const { message } = await failureOf(withoutToken().request(REQUEST));
    expect(message).toBe(
      'No credentials of Google Cloud were found. Log in with "gcloud auth application-default login", let ' +
        'GOOGLE_APPLICATION_CREDENTIALS name a credentials file, or export an access token as GOOGLE_OAUTH_ACCESS_TOKEN ' +
        '("gcloud auth print-access-token").',
    );
  });

  test('a broken file is not quoted, a missing one is named', async () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '{"private_key": hunter2}');
    process.env.GOOGLE_APPLICATION_CREDENTIALS = file;
    expect((await failureOf(withoutToken().request(REQUEST), 'hunter2')).message).toContain('their file is no JSON');
    process.env.GOOGLE_APPLICATION_CREDENTIALS = join(folder, 'missing.json');
    expect((await failureOf(withoutToken().request(REQUEST))).message).toMatch(/could not be used: .*missing\.json/);
  });

  function useWorkloadIdentity(tokenUrl: string): void {
    writeFileSync(join(folder, 'subject'), 'the-subject-token');
    const file = join(folder, 'credentials.json');
    writeFileSync(
      file,
      JSON.stringify({
        type: 'external_account',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/ci',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: tokenUrl,
        credential_source: { file: join(folder, 'subject') },
      }),
    );
    process.env.GOOGLE_APPLICATION_CREDENTIALS = file;
  }
});

describe('objects', () => {
  const NAME = 'requests/alerts/a b+c.json';

  test('are listed page by page', async () => {
    for (let index = 0; index < 1_500; index += 1) world.writeState(`many/${index}`, {});
    world.writeState('other', {});
    expect(await listObjects(world.api, TARGET.stateBucket, 'many/')).toHaveLength(1_500);
    expect(world.storage.requests).toHaveLength(2);
  });

  test('are written once under a precondition, and read with their generation', async () => {
    expect(await readObject(world.api, TARGET.stateBucket, NAME)).toBeUndefined();
    expect(await writeObject(world.api, TARGET.stateBucket, NAME, '{"a":1}', '0')).toBe(true);
    expect(await writeObject(world.api, TARGET.stateBucket, NAME, '{"a":2}', '0')).toBe(false);
    const stored = await readObject(world.api, TARGET.stateBucket, NAME);
    expect(stored?.content).toBe('{"a":1}');
    expect(await writeObject(world.api, TARGET.stateBucket, NAME, '{"a":3}', stored?.generation ?? '')).toBe(true);
    expect(world.readState(NAME)).toEqual({ a: 3 });
    expect(world.storage.objects.get(`${TARGET.stateBucket}/${NAME}`)?.metadata.contentType).toBe('application/json');
  });

  test('a write whose answer was lost is a write', async () => {
    world.storage.faults.push({ on: /^POST/, fault: 'applied-then-reset' });
    expect(await writeObject(world.api, TARGET.stateBucket, NAME, '{}', '0')).toBe(true);
  });

  test('an object that changes while it is read is read again; one that always does is given up', async () => {
    world.writeState(NAME, { version: 1 });
    world.storage.faults.push('pass', 404);
    expect((await readObject(world.api, TARGET.stateBucket, NAME))?.content).toBe('{"version":1}');
    world.storage.faults.push(...Array.from({ length: 5 }, () => ['pass', 404] as const).flat());
    const error = await failureOf(readObject(world.api, TARGET.stateBucket, NAME));
    expect(error.message).toContain('it changes all the time');
  });

  test('a bucket that is not there: is it deployed?', async () => {
    for (const sent of [listObjects(world.api, 'nowhere', ''), writeObject(world.api, 'nowhere', 'x', '{}', '0')]) {
      const error = await failureOf(sent);
      expect(error).toBeInstanceOf(GoogleApiError);
      expect(error.message).toMatch(/404: The specified bucket does not exist\.\nIs the bucket nowhere deployed\?$/);
    }
  });
});

/** A security token service that answers every exchange alike (cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token). */
async function startTokenExchange(answer: object, status = 200) {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      exchange.requests += 1;
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const exchange = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/token`,
    requests: 0,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
  return exchange;
}
