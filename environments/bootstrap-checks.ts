import { at, awsAccount, isMap, textAt } from './values';

interface Issue {
  readonly path: string[];
  readonly message: string;
}

/** Google takes subjects of so many bytes (cloud.google.com/iam/docs/workload-identity-federation, `google.subject`). */
const LONGEST_SUBJECT = 127;

/** What is wrong between the section bootstrap and the rest of an environment, which may be of any shape. */
export function checkBootstrap(environment: unknown): Issue[] {
  if (!isMap(at(environment, 'bootstrap'))) return [];
  return CHECKS.flatMap((check) => check(environment)).map(({ path, message }) => ({
    path: ['bootstrap', ...path],
    message,
  }));
}

const CHECKS: readonly ((environment: unknown) => Issue[])[] = [
  function sharedState(environment) {
    const [kind, ...others] = Object.keys(at(environment, 'backend') ?? {});
    if (kind !== 'local' || others.length > 0) return [];
    return [{ path: [], message: 'nothing, or backend: gcs or s3: workflows cannot see the folder .state' }];
  },
  function everyCloud(environment) {
    return CLOUDS.flatMap(({ name, example, reasons }) => {
      const [reason] = reasons.filter((path) => isMap(at(environment, ...path)));
      const isThere = at(environment, 'bootstrap', name) !== undefined;
      if (reason !== undefined && !isThere)
        return [{ path: [name], message: `${example}: the workflows need it for ${reason.join('.')}` }];
      if (reason === undefined && isThere)
        return [
          { path: [name], message: `nothing: neither ${reasons.map((path) => path.join('.')).join(' nor ')} is there` },
        ];
      return [];
    });
  },
  function oneAccount(environment) {
    const account = textAt(environment, 'cloudtrail', 'account');
    const own = textAt(environment, 'bootstrap', 'aws', 'account');
    // A value of the wrong form is told where it stands.
    if (![account, own].every((id) => awsAccount.safeParse(id).success) || own === account) return [];
    return [
      { path: ['aws', 'account'], message: `"${account}", the account of cloudtrail: roles deploy into their own` },
    ];
  },
  function onePartition(environment) {
    const [bucket, trail] = [
      ['backend', 's3', 'region'],
      ['cloudtrail', 'region'],
    ].map((path) => partitionOf(textAt(environment, ...path)));
    if (bucket === undefined || trail === undefined || bucket === trail) return [];
    return [
      { path: ['aws'], message: 'backend.s3.region and cloudtrail.region in one partition: an account is in one only' },
    ];
  },
  function bucketSomewhere(environment) {
    if (!isMap(at(environment, 'backend', 'gcs')) || !isMap(at(environment, 'bootstrap', 'google'))) return [];
    if ((textAt(environment, 'bootstrap', 'stateBucket') ?? 'create') !== 'create') return [];
    if (
      (textAt(environment, 'bootstrap', 'google', 'location') ?? textAt(environment, 'qualys', 'region')) !== undefined
    )
      return [];
    return [{ path: ['google', 'location'], message: 'the location of the state bucket, such as EU or europe-west3' }];
  },
  function shortSubjects(environment) {
    const repository = textAt(environment, 'bootstrap', 'repository');
    if (repository === undefined || !isMap(at(environment, 'bootstrap', 'google'))) return [];
    const name = textAt(environment, 'bootstrap', 'githubEnvironment') ?? textAt(environment, 'environment') ?? '';
    const branch = textAt(environment, 'bootstrap', 'branch') ?? 'main';
    const longest = Math.max(
      ...[`environment:${name}-watch`, `ref:refs/heads/${branch}`].map((rest) => `repo:${repository}:${rest}`.length),
    );
    if (longest <= LONGEST_SUBJECT) return [];
    return [
      {
        path: ['repository'],
        message: `shorter names: Google takes ${LONGEST_SUBJECT} characters of repository with githubEnvironment or branch, and these make ${longest}`,
      },
    ];
  },
];

/** What makes each cloud's identities necessary. */
const CLOUDS = [
  { name: 'aws', example: 'a map with account', reasons: [['cloudtrail'], ['backend', 's3']] },
  { name: 'google', example: 'a map with project', reasons: [['qualys'], ['backend', 'gcs']] },
] as const;

function partitionOf(region: string | undefined): string | undefined {
  return region === undefined ? undefined : (/^(us-gov|cn)-/.exec(region)?.[1] ?? 'aws');
}
