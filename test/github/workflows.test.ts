import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../environments/root';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly if?: string;
  readonly uses?: string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly secrets?: string;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(projectRoot, '.github');
const texts = new Map(
  [
    ...readdirSync(join(folder, 'workflows')).map((name) => `workflows/${name}`),
    ...readdirSync(join(folder, 'actions')).map((name) => `actions/${name}/action.yml`),
  ].map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
);
const workflows = [...texts].filter(([file]) => file.startsWith('workflows/'));
const jobs = workflows.flatMap(([file, text]) =>
  Object.entries((parse(text) as Workflow).jobs).map(([name, job]) => ({ name: `${file}: ${name}`, job })),
);
const steps = [
  ...jobs.flatMap(({ name, job }) => (job.steps ?? []).map((step) => ({ name, step }))),
  ...[...texts]
    .filter(([file]) => file.startsWith('actions/'))
    .flatMap(([file, text]) =>
      (parse(text) as { runs: { steps: readonly Step[] } }).runs.steps.map((step) => ({ name: file, step })),
    ),
];

/** The jobs that run code of a pull request, and what they may hold. */
const OF_PULL_REQUESTS = ['check.yml: test', 'check.yml: workflows', 'plan.yml: synth'].map(
  (name) => `workflows/${name}`,
);
/** All that a workflow may publish; what is in them is held by the tests of the commands that write them. */
const UPLOADS = [
  'report.md',
  'review.json',
  'cdktf.out',
  'health.html',
  // Parsers, which the engine of the base branch runs, and what keeps their paths.
  'package.json',
  'parsers',
  "${{ vars.TRIBUTARY_ENVIRONMENTS || 'environments' }}/parsers",
];
/** Commands that show the environment, or each command with its values. */
const PRINTING =
  /\b(printenv|declare|export -p|set -\w*x\w*|compgen|typeset)\b|(^|[\s;|&(])(env|set|export)\s*($|[|>;])/m;

function jobOf(name: string): Job {
  const found = jobs.find((one) => one.name === `workflows/${name}`);
  if (found === undefined) throw new Error(`There is no job ${name}`);
  return found.job;
}

test('these are the workflows', () => {
  expect(workflows.map(([file]) => file).sort()).toEqual(
    ['check', 'deploy-environment', 'deploy', 'drift', 'health', 'plan'].map((name) => `workflows/${name}.yml`),
  );
});

test.each([...texts])(
  '%s: each action is of this checkout or pinned by its commit, with the version behind it',
  (_, text) => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, used = '']) => used);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((used) => !/^\.\/|^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used))).toEqual([]);
  },
);

test('an action has one version everywhere', () => {
  const pins = new Map<string, Set<string>>();
  for (const [, action = '', pin = ''] of [...texts.values()].join('\n').matchAll(/uses: ([\w-]+\/[\w-]+)@(.*)/g))
    pins.set(action, (pins.get(action) ?? new Set()).add(pin));
  expect(pins.size).toBe(8);
  expect([...pins].filter(([, versions]) => versions.size > 1)).toEqual([]);
});

test.each(workflows)(
  '%s: nothing but reading is allowed by default, and no event lends rights to a fork',
  (_, text) => {
    const { on, permissions } = parse(text) as Workflow;
    expect(permissions).toEqual({ contents: 'read' });
    expect(Object.keys(on)).not.toContain('pull_request_target');
    expect(Object.keys(on)).not.toContain('workflow_run');
  },
);

test('what each job may write', () => {
  const rights = jobs.map(({ name, job }) => [
    name,
    Object.entries(job.permissions ?? {})
      .filter(([, level]) => level === 'write')
      .map(([scope]) => scope),
  ]);
  expect(Object.fromEntries(rights.filter(([, scopes]) => scopes?.length))).toEqual({
    'workflows/plan.yml: plan': ['id-token'],
    'workflows/plan.yml: comment': ['pull-requests'],
    'workflows/deploy.yml: deploy': ['id-token'],
    'workflows/deploy-environment.yml: deploy': ['id-token'],
    'workflows/drift.yml: drift': ['id-token', 'issues'],
    'workflows/health.yml: health': ['id-token', 'issues'],
  });
});

test.each(jobs.filter(({ job }) => job.uses === undefined))('$name ends some time', ({ job }) => {
  expect(job['timeout-minutes']).toBeGreaterThan(0);
});

test.each(OF_PULL_REQUESTS)('%s runs code of a pull request: no secret, no identity, no right to write', (name) => {
  const found = jobs.find((one) => one.name === name);
  expect(found?.job).toBeDefined();
  expect(found?.job.permissions).toBeUndefined();
  expect(found?.job.environment).toBeUndefined();
  expect(JSON.stringify(found)).not.toMatch(/secrets|github\.token|actions\/login/);
});

test('every other job that a pull request starts runs the code of its base, and nothing else', () => {
  const others = jobs.filter(({ name }) => /plan\.yml|check\.yml/.test(name) && !OF_PULL_REQUESTS.includes(name));
  expect(others.map(({ name }) => name.split(': ')[1])).toEqual(['plan', 'offline', 'comment']);
  for (const { job } of others) {
    const checkouts = (job.steps ?? []).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.map((step) => step.with?.ref)).toEqual(['${{ github.event.pull_request.base.sha }}']);
    expect(checkouts.map((step) => step.with?.path)).toEqual([undefined]);
  }
});

test.each(['plan', 'comment'])('plan.yml: %s is not for forks', (name) => {
  expect(jobOf(`plan.yml: ${name}`).if).toContain('github.event.pull_request.head.repo.full_name == github.repository');
});

test('plan.yml: offline has neither identity nor environment', () => {
  const job = jobOf('plan.yml: offline');
  expect([job.permissions, job.environment]).toEqual([undefined, undefined]);
  expect(JSON.stringify(job)).not.toMatch(/secrets|actions\/login/);
});

test('checkouts leave no token behind', () => {
  const checkouts = steps.filter(({ step }) => step.uses?.startsWith('actions/checkout@'));
  expect(checkouts.length).toBeGreaterThan(8);
  expect(checkouts.filter(({ step }) => step.with?.['persist-credentials'] !== false)).toEqual([]);
});

test('Terraform is without its wrapper', () => {
  const setups = steps.filter(({ step }) => step.uses?.startsWith('hashicorp/setup-terraform@'));
  expect(setups.map(({ step }) => step.with?.terraform_wrapper)).toEqual([false]);
});

test('nothing but reports, digests, parsers and synthesized configuration is uploaded', () => {
  const uploads = steps.filter(({ step }) => step.uses?.startsWith('actions/upload-artifact@'));
  const paths = uploads.flatMap(({ step }) => String(step.with?.path).trim().split('\n'));
  expect(paths.sort()).toEqual([...UPLOADS].sort());
  expect(uploads.filter(({ step }) => step.with?.['include-hidden-files'] !== undefined)).toEqual([]);
});

test('cdktf.out is uploaded by the job that has no credentials', () => {
  const uploads = (job: Job) =>
    JSON.stringify(job.steps?.filter(({ uses }) => uses?.includes('upload-artifact')) ?? []);
  expect(jobs.filter(({ job }) => uploads(job).includes('cdktf.out')).map(({ name }) => name)).toEqual([
    'workflows/plan.yml: synth',
  ]);
});

test('output folders are directly in the checkout: cdktf makes none above them', () => {
  const folders = [...[...texts.values()].join('\n').matchAll(/CDKTF_OUTDIR=(\S+)/g)].map(([, name]) => name);
  expect(folders).toEqual(['synthesized-base', 'synthesized-base']);
});

test('no cache: what a pull request stored would be taken by a job with credentials', () => {
  expect([...texts.values()].join('\n')).not.toMatch(/actions\/cache|^\s+cache:/m);
});

test('no script holds an expression: what others wrote would be code', () => {
  expect(steps.filter(({ step }) => step.run?.includes('${{'))).toEqual([]);
});

test('no step prints its environment or traces its commands', () => {
  const scripts = steps.flatMap(({ name, step }) => (step.run === undefined ? [] : [{ name, script: step.run }]));
  expect(scripts.length).toBeGreaterThan(15);
  expect(scripts.filter(({ script }) => PRINTING.test(script))).toEqual([]);
});

test.each([
  'env',
  'env | sort',
  'x; printenv',
  'set -x',
  'set -euxo pipefail',
  'export -p',
  'declare -p',
  'true && env > f',
])('a step with %s would be found', (script) => {
  expect(script).toMatch(PRINTING);
});

test('secrets come from GitHub environments only, into single steps', () => {
  const holders = jobs.filter(({ job }) => JSON.stringify(job).includes('secrets.'));
  expect(holders.map(({ name, job }) => [name, job.environment])).toEqual([
    ['workflows/deploy-environment.yml: deploy', '${{ inputs.environment }}'],
    ['workflows/drift.yml: drift', '${{ matrix.environment }}-watch'],
    ['workflows/health.yml: health', '${{ matrix.environment }}-watch'],
    ['workflows/plan.yml: plan', '${{ matrix.environment }}-plan'],
  ]);
  for (const { job } of holders) {
    expect(job.steps?.filter((step) => JSON.stringify(step).includes('secrets.'))).toHaveLength(1);
    expect(JSON.stringify({ ...job, steps: undefined })).not.toContain('secrets.');
  }
  expect(jobs.filter(({ job }) => job.secrets !== undefined).map(({ name }) => name)).toEqual([
    'workflows/deploy.yml: deploy',
  ]);
});

test('log entries are read by the account that watches, and it watches only', () => {
  const accounts = [...texts].flatMap(([file, text]) =>
    [...text.matchAll(/vars\.(GOOGLE_\w+_SERVICE_ACCOUNT)/g)].map(([, name]) => `${file}: ${name}`),
  );
  expect(accounts.sort()).toEqual([
    'workflows/deploy-environment.yml: GOOGLE_DEPLOY_SERVICE_ACCOUNT',
    'workflows/drift.yml: GOOGLE_PLAN_SERVICE_ACCOUNT',
    'workflows/health.yml: GOOGLE_WATCH_SERVICE_ACCOUNT',
    'workflows/plan.yml: GOOGLE_PLAN_SERVICE_ACCOUNT',
  ]);
});

test('health looks at every pipeline, and logs in to the cloud of one', () => {
  const lists = jobOf('health.yml: stacks').steps?.filter(({ uses }) => uses === './.github/actions/stacks');
  expect(lists?.map((step) => step.with?.pipelines)).toEqual([undefined]);
  const [login] = jobOf('health.yml: health').steps?.filter(({ uses }) => uses === './.github/actions/login') ?? [];
  expect(login?.with).toMatchObject({
    'aws-role': "${{ matrix.pipeline == 'cloudtrail-cortex' && vars.AWS_PLAN_ROLE || '' }}",
    'google-service-account': "${{ matrix.pipeline == 'qualys-secops' && vars.GOOGLE_WATCH_SERVICE_ACCOUNT || '' }}",
  });
});

test('a token that may change Logpush jobs reaches no job that a pull request starts', () => {
  const plan = texts.get('workflows/plan.yml') ?? '';
  expect([...plan.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name)).toEqual(['TF_VAR_PAGERDUTY_KEY']);
});

test('an apply is never cancelled, and one stack has one at a time', () => {
  expect(jobOf('deploy-environment.yml: deploy').concurrency).toEqual({
    group: 'deploy-${{ inputs.environment }}-${{ matrix.pipeline }}',
    'cancel-in-progress': false,
  });
});
