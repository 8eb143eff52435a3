import { type SecretManager, startSecretManager } from './secret-manager';

const SECRET = 'projects/acme/secrets/password';
/** RFC 3720, appendix B.4, and the check value of CRC-32C: of the digits 1 to 9. */
const DIGITS = { data: Buffer.from('123456789').toString('base64'), dataCrc32c: String(0xe3069283) };

let now = 0;
let manager: SecretManager;
beforeEach(async () => {
  manager = await startSecretManager({
    tokens: ['token'],
    secrets: [SECRET],
    now: () => now,
    latestLagMs: 1_000,
    pageSize: 2,
  });
});
afterEach(() => manager.close());

async function ask(method: 'GET' | 'POST', rest: string, body?: object, token = 'token') {
  const answer = await fetch(`${manager.url}/v1/${SECRET}${rest}`, {
    method,
    headers: { Authorization: `Bearer ${token}` },
    body: body && JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: as the server spells it; wrong paths fail the assertion
  const content: any = await answer.json();
  return { status: answer.status, content };
}

test('a version is added with the checksum of its content, under the number of the project, and read again', async () => {
  expect(await ask('POST', ':addVersion', { payload: DIGITS })).toMatchObject({
    status: 200,
    content: {
      name: 'projects/123456789012/secrets/password/versions/1',
      state: 'ENABLED',
      clientSpecifiedPayloadChecksum: true,
    },
  });
  expect(await ask('GET', '/versions/1:access')).toEqual({
    status: 200,
    content: { name: 'projects/123456789012/secrets/password/versions/1', payload: DIGITS },
  });
});

test.each([
  ['another checksum', { ...DIGITS, dataCrc32c: '1' }, 'checksum'],
  ['no content', { data: '' }, 'Secret Payload cannot be empty.'],
  ['more than 64 KiB', { data: Buffer.alloc(65_537).toString('base64') }, '65536 bytes'],
])('%s is refused', async (_, payload, message) => {
  expect(await ask('POST', ':addVersion', { payload })).toMatchObject({
    status: 400,
    content: { error: { status: 'INVALID_ARGUMENT', message: expect.stringContaining(message) } },
  });
  expect(manager.secrets.get(SECRET)).toEqual([]);
});

test('latest is the last version, some time after it was added, and even when it is disabled', async () => {
  manager.add(SECRET, 'first');
  await ask('POST', ':addVersion', { payload: DIGITS });
  const latest = async () => (await ask('GET', '/versions/latest')).content.name.split('/').at(-1);
  expect(await latest()).toBe('1');
  now += 1_000;
  expect(await latest()).toBe('2');
  await ask('POST', '/versions/2:disable', {});
  expect(await latest()).toBe('2');
  expect(await ask('GET', '/versions/latest:access')).toEqual({
    status: 400,
    content: {
      error: {
        code: 400,
        status: 'FAILED_PRECONDITION',
        message: 'Secret Version [projects/123456789012/secrets/password/versions/2] is in DISABLED state.',
      },
    },
  });
  await ask('POST', '/versions/2:enable', {});
  expect(await ask('GET', '/versions/latest:access')).toMatchObject({ content: { payload: DIGITS } });
});

test('a version that is destroyed stays so', async () => {
  manager.add(SECRET, 'first');
  await ask('POST', '/versions/1:destroy', {});
  expect(await ask('POST', '/versions/1:enable', {})).toMatchObject({
    status: 400,
    content: { error: { status: 'FAILED_PRECONDITION' } },
  });
});

test('versions are listed newest first, page by page', async () => {
  for (const content of ['first', 'second', 'third']) manager.add(SECRET, content);
  const numbers = (content: { versions: { name: string }[] }) => content.versions.map(({ name }) => name.at(-1));
  const { content: page } = await ask('GET', '/versions');
  expect(numbers(page)).toEqual(['3', '2']);
  const { content: rest } = await ask('GET', `/versions?pageToken=${page.nextPageToken}`);
  expect(numbers(rest)).toEqual(['1']);
  expect(rest).not.toHaveProperty('nextPageToken');
});

test('who is not logged in, may not, or names what is not there is refused', async () => {
  expect(await ask('GET', '/versions', undefined, 'another')).toMatchObject({ status: 401 });
  expect(await ask('GET', '/versions/latest')).toMatchObject({ status: 404 });
  expect(await ask('GET', '/versions/7:access')).toMatchObject({ status: 404 });
  manager.denied.add(`secretmanager.versions.list ${SECRET}`);
  expect(await ask('GET', '/versions')).toMatchObject({
    status: 403,
    content: {
      error: { status: 'PERMISSION_DENIED', message: expect.stringContaining('secretmanager.versions.list') },
    },
  });
});
