import { inspect } from 'node:util';
import { CloudflareApiError, createCloudflareApi } from '../../cli/cloudflare-api';
import { UserError } from '../../environments/user-error';
import { ACCOUNT, startWorld, TOKEN, type World } from './logpush/status-world';

const REQUEST = {
  method: 'GET',
  path: `/accounts/${ACCOUNT}/logpush/jobs`,
  purpose: 'list the jobs',
  needs: 'Logs: Edit',
} as const;
const QUERY = {
  query: '{ viewer { accounts { accountTag } } }',
  variables: {},
  purpose: 'ask',
  needs: 'Analytics: Read',
};
const SECRET = 'a-taegis-key';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const fail = (times: number, status: number, body: unknown, headers?: Record<string, string>) =>
  world.cloudflare.faults.push(...Array.from({ length: times }, () => ({ on: /./, status, body, headers })));

async function failureOf(sent: Promise<unknown>): Promise<CloudflareApiError> {
  const error = await sent.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CloudflareApiError);
  const shown = inspect(error, { depth: null, showHidden: true });
  for (const secret of [TOKEN, SECRET]) expect(shown).not.toContain(secret);
  return error as CloudflareApiError;
}

test.each([
  [403, 1004, 'This takes Logs: Edit.', 1],
  [401, 10000, 'Export CLOUDFLARE_API_TOKEN', 1],
  [400, 6003, 'The credentials are not valid.', 1],
  [429, 971, "The API's allowance is used up", 4],
  [503, 1000001, 'https://www.cloudflarestatus.com', 4],
])("%i with code %i is told in Cloudflare's words, with what to do", async (status, code, advice, requests) => {
  fail(requests, status, { success: false, errors: [{ code, message: 'In a word: no.' }] });
  const error = await failureOf(world.api.request(REQUEST));
  expect(error.message).toContain(`Could not list the jobs: Cloudflare answered ${status}: In a word: no (${code}).`);
  expect(error.message).toContain(advice);
  expect(error).toMatchObject({ status, codes: [code] });
  expect(world.cloudflare.requests).toHaveLength(requests);
});

test('errors inside 200 are refusals, also beside data', async () => {
  fail(1, 200, { data: { viewer: {} }, errors: [{ message: 'zone does not have access to the path' }] });
  expect((await failureOf(world.api.graphql(QUERY))).message).toContain('This takes Analytics: Read.');
});

test('no data at all is no answer', async () => {
  fail(1, 200, { data: null, errors: [] });
  expect((await failureOf(world.api.graphql(QUERY))).message).toBe('Could not ask: Cloudflare answered without data.');
});

test('what a destination holds is never shown', async () => {
  const message = `https://h.example.com/in?header_Authorization=Bearer%20${SECRET} and header_X=${SECRET} Bearer ${SECRET}`;
  fail(1, 400, { success: false, errors: [{ code: 1002, message }] });
  expect((await failureOf(world.api.request(REQUEST))).message).toContain('https://h.example.com…');
});

test('an answer that is no JSON is told, and not shown', async () => {
  fail(1, 200, `<html>${SECRET}</html>`);
  expect((await failureOf(world.api.request(REQUEST))).message).toContain('Does a proxy answer');
});

test('Retry-After is the pause', async () => {
  const before = world.clock.now();
  fail(1, 429, { success: false, errors: [] }, { 'Retry-After': '42' });
  await world.api.request(REQUEST);
  expect(world.clock.now() - before).toBe(42_000);
});

test('what is not repeatable is sent once', async () => {
  fail(1, 503, { success: false, errors: [] });
  await failureOf(world.api.request({ ...REQUEST, method: 'POST', body: {} }));
  expect(world.cloudflare.requests).toHaveLength(1);
});

test.each([0, 1])('no more than %i repetitions where no more are wanted', async (repetitions) => {
  fail(4, 503, { success: false, errors: [] });
  const env = { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_BASE_URL: world.cloudflare.url };
  const clock = { now: () => 0, sleep: async () => undefined };
  await failureOf(createCloudflareApi({ env, clock, repetitions }).request(REQUEST));
  expect(world.cloudflare.requests).toHaveLength(1 + repetitions);
});

test.each<[string, NodeJS.ProcessEnv]>([
  ['No credentials of Cloudflare', {}],
  ['No credentials of Cloudflare', { CLOUDFLARE_EMAIL: 'a@example.com' }],
  ['CLOUDFLARE_API_TOKEN is not usable', { CLOUDFLARE_API_TOKEN: 'two words' }],
])('%s', async (message, env) => {
  await expect(createCloudflareApi({ env }).request(REQUEST)).rejects.toThrow(message);
});

test('e-mail and key are sent where there is no token, as the provider does', async () => {
  const user = { email: 'ops@example.com', key: 'a-global-key' };
  const own = await startWorld({ user });
  try {
    const env = { CLOUDFLARE_EMAIL: user.email, CLOUDFLARE_API_KEY: user.key, CLOUDFLARE_BASE_URL: own.cloudflare.url };
    expect(await createCloudflareApi({ env }).request(REQUEST)).toEqual([]);
    // A token comes before them, also a wrong one.
    const error = await failureOf(
      createCloudflareApi({ env: { ...env, CLOUDFLARE_API_TOKEN: 'other' } }).request(REQUEST),
    );
    expect(error.codes).toEqual([9109]);
    const wrong = await failureOf(
      createCloudflareApi({ env: { ...env, CLOUDFLARE_API_KEY: SECRET } }).request(REQUEST),
    );
    expect(wrong.message).toContain('The credentials are not valid. Export CLOUDFLARE_API_TOKEN');
  } finally {
    await own.close();
  }
});

test('a Zero Trust dataset that the token may not read is told with the permission', async () => {
  const message = "reading job for product 'access' is not allowed";
  fail(1, 400, { success: false, errors: [{ code: 1004, message }] });
  expect((await failureOf(world.api.request(REQUEST))).message).toContain(`${message} (1004).\nThis takes Logs: Edit.`);
});

test('an address that would take the credentials in clear is refused', () => {
  expect(() => createCloudflareApi({ env: { CLOUDFLARE_BASE_URL: 'http://api.example.com' } })).toThrow(UserError);
});
