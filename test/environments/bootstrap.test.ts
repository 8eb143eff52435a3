import { checkEnvironment } from '../../environments/check';
import { BOOTSTRAP_OPTIONS, bootstrapText } from '../stacks/bootstrap-options';

/** The problems of an option with some of its text changed, as path and what was expected. */
function problemsOf(option: string, from: string | RegExp, to: string) {
  const text = bootstrapText(option);
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${from} is not in ${option}`);
  return checkEnvironment('test.yaml', changed, 'test').problems.map(({ path, expected }) => [path, expected]);
}

const setting = (line: string) => problemsOf('both clouds, other branch and environment', /repository: .*/, line);

test.each(BOOTSTRAP_OPTIONS)('%s is taken', (name) => {
  expect(checkEnvironment('test.yaml', bootstrapText(name), 'test').problems).toEqual([]);
});

describe('repository', () => {
  test.each([
    'a/b',
    'acme/tributary',
    'acme@1/tributary@2',
    `${'a'.repeat(39)}/b`,
    `a/${'b'.repeat(80)}`,
    'acme/.github',
    'acme/a.b_c-d',
  ])('%s is taken', (repository) => {
    expect(setting(`repository: ${repository}`)).toEqual([]);
  });

  test.each([
    ['tributary', /OWNER\/NAME/],
    ['acme/', /OWNER\/NAME/],
    ['acme/tributary/', /OWNER\/NAME/],
    ['https://github.com/acme/tributary', /OWNER\/NAME/],
    ['"acme/*"', /OWNER\/NAME/],
    ['"acme/trib?tary"', /OWNER\/NAME/],
    ['"*/*"', /OWNER\/NAME/],
    ['acme/tributary:ref', /OWNER\/NAME/],
    ['acme/..', /OWNER\/NAME/],
    [`${'a'.repeat(40)}/b`, /OWNER\/NAME/],
    [`a/${'b'.repeat(101)}`, /OWNER\/NAME/],
    ['repo:acme/tributary', /OWNER\/NAME/],
    ['acme@12/tributary', /either both ids/],
    ['acme/tributary@12', /either both ids/],
    ['acme@x/tributary@y', /OWNER\/NAME/],
  ])('%s is not', (repository, expected) => {
    expect(setting(`repository: ${repository}`)).toContainEqual([
      'bootstrap.repository',
      expect.stringMatching(expected),
    ]);
  });

  test('together with its longest subject it fits into the 127 bytes that Google takes', () => {
    // repo:a/<name>:ref:refs/heads/release/v1 and repo:a/<name>:environment:Production-watch
    const longest = 127 - 'repo:a/'.length - ':environment:Production-watch'.length;
    expect(setting(`repository: a/${'n'.repeat(longest)}`)).toEqual([]);
    expect(setting(`repository: a/${'n'.repeat(longest + 1)}`)).toEqual([
      ['bootstrap.repository', expect.stringMatching(/127 characters .* these make 128/)],
    ]);
  });
});

describe('single values', () => {
  test.each(['branch: main', 'branch: release/v1.2', 'branch: a', `githubEnvironment: ${'e'.repeat(42)}`])(
    '%s is taken',
    (line) => {
      expect(problemsOf('Google Cloud alone', /repository: .*/, `repository: a/b\n  ${line}`)).toEqual([]);
    },
  );

  test.each([
    ['branch: refs/heads/', 'bootstrap.branch', /without refs\/heads/],
    ['branch: "*"', 'bootstrap.branch', /name of a branch/],
    ['branch: a..b', 'bootstrap.branch', /name of a branch/],
    ['branch: main.lock', 'bootstrap.branch', /name of a branch/],
    [`branch: ${'b'.repeat(101)}`, 'bootstrap.branch', /name of a branch/],
    ['githubEnvironment: "a b"', 'bootstrap.githubEnvironment', /up to 64/],
    ['githubEnvironment: "prod*"', 'bootstrap.githubEnvironment', /up to 64/],
    ['githubEnvironment: "a:b"', 'bootstrap.githubEnvironment', /up to 64/],
    [`githubEnvironment: ${'e'.repeat(65)}`, 'bootstrap.githubEnvironment', /up to 64/],
    ['state: remote', 'bootstrap.state', /local .* or moved/],
    ['stateBucket: create-it', 'bootstrap.stateBucket', /create or existing/],
    ['role: x', 'bootstrap.role', /one of repository/],
  ])('%s is not', (line, path, expected) => {
    expect(problemsOf('Google Cloud alone', /repository: .*/, `repository: a/b\n  ${line}`)).toContainEqual([
      path,
      expect.stringMatching(expected),
    ]);
  });

  test.each([
    [
      'AWS alone',
      'account: "111122223333" }',
      'account: 111122223333 }',
      'bootstrap.aws.account',
      /12 digits in quotes/,
    ],
    [
      'AWS alone',
      '"111122223333" }',
      '"111122223333", oidcProvider: arn }',
      'bootstrap.aws.oidcProvider',
      /create or exist/,
    ],
    ['Google Cloud alone', 'acme-ci', 'Acme CI', 'bootstrap.google.project', /project id/],
    ['Google Cloud alone', 'location: EU', 'location: "a b"', 'bootstrap.google.location', /location of Cloud Storage/],
    [
      'Google Cloud alone',
      'location: EU',
      'location: EU, identityProvider: projects/acme/locations/global/workloadIdentityPools/a',
      'bootstrap.google.identityProvider',
      /projects\/<number>/,
    ],
  ])('%s: %s → %s is not', (option, from, to, path, expected) => {
    expect(problemsOf(option, from, to)).toContainEqual([path, expect.stringMatching(expected)]);
  });
});

describe('between the section and the rest', () => {
  test.each([
    ['a local backend', 'AWS alone', /backend: .*/, 'backend: { local: {} }', 'bootstrap', /gcs or s3/],
    ['no aws for the trail', 'AWS alone', /\n {2}aws: .*/, '', 'bootstrap.aws', /need it for cloudtrail/],
    [
      'no aws for the state',
      'AWS, for the state only',
      /\n {2}aws: .*/,
      '',
      'bootstrap.aws',
      /need it for backend\.s3/,
    ],
    [
      'no google for the collector',
      'Google Cloud alone',
      /\n {2}google: .*/,
      '',
      'bootstrap.google',
      /need it for qualys/,
    ],
    [
      'google for nothing',
      'AWS alone',
      /\n {2}aws:/,
      '\n  google: { project: acme-ci }\n  aws:',
      'bootstrap.google',
      /nothing: neither qualys nor backend\.gcs/,
    ],
    [
      'another account than the trail',
      'AWS alone',
      'aws: { account: "111122223333"',
      'aws: { account: "444455556666"',
      'bootstrap.aws.account',
      /"111122223333", the account of cloudtrail/,
    ],
    [
      'bucket and trail in two partitions',
      'AWS alone',
      'bucket: acme-state, region: eu-west-1',
      'bucket: acme-state, region: us-gov-west-1',
      'bootstrap.aws',
      /one partition/,
    ],
    [
      'a bucket that is nowhere',
      'Google Cloud alone',
      /google: .*\n[\s\S]*/,
      `google: { project: acme-ci }
cloudflare:
  account: { id: 0123456789abcdef0123456789abcdef, datasets: [gateway_dns] }
  taegis: { default: { url: "https://taegis.example.com/x" } }
`,
      'bootstrap.google.location',
      /location of the state bucket/,
    ],
  ])('%s is told', (_, option, from, to, path, expected) => {
    expect(problemsOf(option, from, to)).toEqual([[path, expect.stringMatching(expected)]]);
  });

  test('a section without a repository, and one that is no map, are told and end nothing else', () => {
    expect(problemsOf('AWS alone', /\n {2}repository: .*/, '')).toEqual([
      ['bootstrap.repository', expect.stringMatching(/OWNER\/NAME/)],
    ]);
    expect(problemsOf('AWS alone', /bootstrap:\n( {2}.*\n)+/, 'bootstrap: yes\n')).toEqual([
      ['bootstrap', 'a map with repository and aws, google or both'],
    ]);
  });
});
