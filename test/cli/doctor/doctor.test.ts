import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../../../cli/aws';
import { attempt, couldNotTell, ok, skipped, warning, willFail } from '../../../cli/doctor/check';
import {
  type DoctorOptions,
  examine,
  exitCodeOf,
  reportOf,
  secretsGiven,
  withoutSecrets,
} from '../../../cli/doctor/doctor';
import { parseSeconds } from '../../../cli/doctor/verb';
import { UserError } from '../../../environments/user-error';

const GOOD = ok({ name: 'a', code: 'a', finding: 'x' });
const WARNING = warning({ name: 'w', code: 'w', finding: 'x', todo: 'y' });
const BAD = willFail({ name: 'b', code: 'b', finding: 'x' });
const UNKNOWN = couldNotTell({ name: 'c', code: 'c', finding: 'x' });
const SKIPPED = skipped('d', 'd', 'of e');

test.each([
  [[GOOD], 0],
  [[GOOD, SKIPPED], 0],
  [[GOOD, WARNING], 0],
  [[WARNING, UNKNOWN], 2],
  [[WARNING, BAD], 1],
  [[GOOD, SKIPPED, UNKNOWN], 2],
  [[GOOD, UNKNOWN, BAD], 1],
])('exit code %#', (checks, exitCode) => {
  expect(exitCodeOf(reportOf('prod', [{ title: 'Qualys', checks }]))).toBe(exitCode);
});

test('the document has each check with its service, and the sums', () => {
  expect(reportOf('prod', [{ title: 'Qualys', checks: [GOOD, WARNING, BAD, UNKNOWN, SKIPPED] }])).toEqual({
    environment: 'prod',
    summary: { ok: 1, warning: 1, willFail: 1, couldNotTell: 1, skipped: 1 },
    checks: [GOOD, WARNING, BAD, UNKNOWN, SKIPPED].map((check) => ({ about: 'Qualys', ...check })),
  });
});

describe('a look', () => {
  const look = { name: 'trails', code: 'aws-trails', page: 'https://p', timeoutMs: 20 };

  test('that takes too long could not tell', async () => {
    expect(await attempt(look, () => new Promise(() => undefined))).toMatchObject([
      { code: 'aws-trails-no-answer', state: 'could not tell', finding: 'there was no answer within 0.02 s' },
    ]);
  });

  test('that is refused could not tell, with what to do', async () => {
    const refuse = async () => {
      throw new AwsError('AccessDenied', 'Could not list the trails: AWS refuses it.\nIt needs x.\nAnd y.');
    };
    expect(await attempt(look, refuse)).toEqual([
      {
        ...{ name: 'trails', code: 'aws-trails-not-told', page: 'https://p', state: 'could not tell' },
        finding: 'could not list the trails: AWS refuses it',
        todo: 'It needs x. And y.',
      },
    ]);
  });

  test('with a bug is thrown', async () => {
    await expect(attempt(look, () => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  });
});

describe('secrets', () => {
  test('are those of every service', () => {
    const env = {
      TF_VAR_qualys_password: 'short',
      TF_VAR_taegis_keys: '{"default":"key-of-taegis"}',
      CLOUDFLARE_API_TOKEN: 'token-of-cloudflare',
      AWS_SECRET_ACCESS_KEY: 'secret-of-aws',
      GOOGLE_OAUTH_ACCESS_TOKEN: 'token-of-google',
      TF_VAR_qualys_username: 'somebody',
    };
    const given = secretsGiven(env, { password: 'typed' });
    for (const secret of ['typed', 'short', 'token-of-cloudflare', 'secret-of-aws', 'token-of-google'])
      expect(given).toContain(secret);
    expect(given).toContain(env.TF_VAR_taegis_keys);
    expect(given).not.toContain('somebody');
  });

  test('are taken out of every text, in any form', () => {
    const secret = 'pä&ss word';
    const encoded = Buffer.from(`user:${secret}`).toString('base64');
    const texts = { finding: `x ${secret}`, todo: encodeURIComponent(secret), command: encoded, details: [secret] };
    const found = withoutSecrets([{ title: 't', checks: [willFail({ name: secret, code: 'c', ...texts })] }], [secret]);
    expect(found).toEqual([
      {
        title: 't',
        checks: [
          {
            ...{ name: '(sensitive)', code: 'c', state: 'will fail', finding: 'x (sensitive)', todo: '(sensitive)' },
            command: expect.stringContaining('(sensitive)'),
            details: ['(sensitive)'],
          },
        ],
      },
    ]);
  });

  test('of a Taegis key inside of the map', () => {
    const found = withoutSecrets(
      [{ title: 't', checks: [ok({ name: 'n', code: 'c', finding: 'echo of key-of-taegis' })] }],
      ['{"default":"key-of-taegis"}'],
    );
    expect(found[0]?.checks[0]?.finding).toBe('echo of (sensitive)');
  });
});

describe('an environment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-doctor-'));
  const before = process.env.TRIBUTARY_ENVIRONMENTS;
  beforeAll(() => {
    writeFileSync(
      join(folder, 'here.yaml'),
      'environment: here\nprotected: false\nbackend: { local: {} }\nqualys: { project: acme-secops, region: europe-west3, apiUrl: qualysapi.example.invalid }\n',
    );
    process.env.TRIBUTARY_ENVIRONMENTS = folder;
  });
  afterAll(() => {
    if (before === undefined) delete process.env.TRIBUTARY_ENVIRONMENTS;
    else process.env.TRIBUTARY_ENVIRONMENTS = before;
    rmSync(folder, { recursive: true });
  });
  const options = (more: Partial<DoctorOptions>): DoctorOptions => ({
    ...{ environment: 'here', send: false, login: {}, timeoutSeconds: 5, env: { GOOGLE_OAUTH_ACCESS_TOKEN: 'x y' } },
    clock: { now: () => 0, sleep: async () => undefined },
    findJobs: async () => [],
    ...more,
  });

  test('only has the services of its pipelines', async () => {
    const notes: string[] = [];
    const groups = await examine(options({}), (text) => notes.push(text));
    expect(groups.map(({ title }) => title)).toEqual([
      'Qualys qualysapi.example.invalid',
      'Google Cloud project acme-secops',
    ]);
    expect(notes).toEqual(['1 of 2', '2 of 2']);
  });

  test.each([
    [{ environment: 'there' }, 'there.yaml not found'],
    [{ pipeline: 'cloudtrail-cortex' }, 'has no section cloudtrail'],
  ] as const)('%j is not there', async (more, message) => {
    const running = examine(options(more), () => undefined);
    await expect(running).rejects.toThrow(UserError);
    await expect(running).rejects.toThrow(message);
  });
});

test('--timeout takes whole seconds from 1 to 600', () => {
  expect(parseSeconds('600')).toBe(600);
  for (const text of ['0', '601', '1.5', '-1', 'x', '']) expect(() => parseSeconds(text)).toThrow(UserError);
});
