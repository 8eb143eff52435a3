import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../environments/root';

/** In the place of the command: says what it was given, writes what it is told to, and ends as it is told to. */
const COMMAND = `#!/usr/bin/env node
const { appendFileSync, writeFileSync } = require('node:fs');
const given = Object.keys(process.env).filter((name) => /^TF_VAR_|^CLOUDFLARE_/.test(name)).sort();
appendFileSync('calls', JSON.stringify({ args: process.argv.slice(2), given }) + '\\n');
for (const option of ['--markdown', '--summary']) {
  const at = process.argv.indexOf(option);
  if (at > 0 && process.env.REPORTED) writeFileSync(process.argv[at + 1], process.env.REPORTED);
}
console.log('printed');
process.exitCode = Number(process.env.ENDS_WITH ?? 0);
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'step-'));
  writeFileSync(join(folder, 'tributary'), COMMAND);
  chmodSync(join(folder, 'tributary'), 0o755);
  mkdirSync(join(folder, '.github'));
  cpSync(join(projectRoot, '.github', 'scripts'), join(folder, '.github', 'scripts'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the one step of a job whose script calls the command, as the runner does. */
async function step(workflow: string, job: string, variables: Readonly<Record<string, string>>) {
  const { jobs } = parse(readFileSync(join(projectRoot, '.github', 'workflows', `${workflow}.yml`), 'utf8'));
  const scripts: string[] = jobs[job].steps.map(({ run }: { run?: string }) => run ?? '');
  const [script = '', ...others] = scripts.filter((text) => text.includes('./tributary'));
  if (others.length > 0) throw new Error(`${job} calls the command in several steps`);
  writeFileSync(join(folder, 'script.sh'), script);
  const env = { PATH: process.env.PATH, GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary', ...variables };
  const code = await new Promise<number>((resolve) => {
    execFile('bash', ['--noprofile', '--norc', '-eo', 'pipefail', 'script.sh'], { cwd: folder, env }, (error) =>
      resolve(Number(error?.code ?? 0)),
    );
  });
  const calls = read('calls').split('\n').filter(Boolean);
  return { code, calls: calls.map((line) => JSON.parse(line) as { args: string[]; given: string[] }) };
}

function read(file: string): string {
  return existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '';
}

const PLAN = { ENVIRONMENT: 'prod', ENVIRONMENTS: '3', TF_VAR_pagerduty_key: '' };

test.each([
  ['nothing changes', '0', 0],
  ['something changes', '2', 0],
  ['it failed', '1', 1],
])('plan: %s', async (_, ends, code) => {
  const ended = await step('plan', 'plan', { ...PLAN, ENDS_WITH: ends, REPORTED: '## prod\n' });
  expect(ended.code).toBe(code);
  expect(ended.calls[0]?.args.join(' ')).toBe(
    'plan prod --synthesized synthesized-head --before synthesized-base --parsers parsers-head ' +
      '--offline logpush-taegis --no-lock --markdown report.md --review review.json --budget 20000 --summary summary',
  );
  expect(read('report.md')).toBe(`## prod\n\n<!-- exit ${ends} -->\n`);
  expect(read('summary')).toBe('## prod\n');
});

test('plan: a command that wrote no report leaves its exit code, and fails', async () => {
  expect((await step('plan', 'plan', { ...PLAN, ENDS_WITH: '1' })).code).toBe(1);
  expect(read('report.md')).toBe('\n<!-- exit 1 -->\n');
});

test('plan: a secret that is not set is no variable', async () => {
  expect((await step('plan', 'plan', PLAN)).calls[0]?.given).toEqual([]);
  rmSync(join(folder, 'calls'));
  expect((await step('plan', 'plan', { ...PLAN, TF_VAR_pagerduty_key: 'k' })).calls[0]?.given).toEqual([
    'TF_VAR_pagerduty_key',
  ]);
});

test.each([
  ['2', 0],
  ['1', 1],
])('offline: every environment of the pull request is told, and an exit code of %s', async (ends, code) => {
  mkdirSync(join(folder, 'synthesized-head'));
  const stacks = { 'dev-qualys-secops': {}, 'prod-logpush-taegis': {}, '$(touch x)-qualys-secops': {} };
  writeFileSync(join(folder, 'synthesized-head', 'manifest.json'), JSON.stringify({ stacks }));
  const ended = await step('plan', 'offline', { ENDS_WITH: ends, REPORTED: 'told\n' });
  expect(ended.code).toBe(code);
  expect(ended.calls.map(({ args }) => args.slice(0, 2).join(' '))).toEqual(['plan dev', 'plan prod']);
  expect(read('summary')).toBe('told\ntold\n');
});

const DEPLOY = {
  ENVIRONMENT: 'prod',
  PIPELINE: 'qualys-secops',
  REVIEW_RUN: '501',
  CLOUDFLARE_API_TOKEN: '',
  TF_VAR_taegis_keys: '',
  TF_VAR_cloudflare_webhooks: '',
  TF_VAR_qualys_username: '',
  TF_VAR_qualys_password: '',
  TF_VAR_pagerduty_key: 'k',
};

test('deploy: the review decides, and what is not set reaches neither Terraform nor Cloudflare', async () => {
  const { code, calls } = await step('deploy-environment', 'deploy', DEPLOY);
  expect(code).toBe(0);
  expect(calls).toEqual([
    {
      args: ['deploy', 'prod', 'qualys-secops', '--review', '.review/review.json'],
      given: ['TF_VAR_pagerduty_key'],
    },
  ]);
});

test('deploy: by hand there is no review', async () => {
  const { calls } = await step('deploy-environment', 'deploy', { ...DEPLOY, REVIEW_RUN: '' });
  expect(calls[0]?.args).toEqual(['deploy', 'prod', 'qualys-secops', '--yes']);
});

test('deploy: a refusal fails the step', async () => {
  expect((await step('deploy-environment', 'deploy', { ...DEPLOY, ENDS_WITH: '1' })).code).toBe(1);
});

test.each([
  ['drift', 'drift'],
  ['health', 'health'],
])('%s: the exit code is handed on, and what was found is there for the issue', async (workflow, job) => {
  const ended = await step(workflow, job, {
    ENVIRONMENT: 'prod',
    PIPELINE: 'logpush-taegis',
    ENDS_WITH: '2',
    REPORTED: 'x',
  });
  expect(ended.code).toBe(0);
  expect(read('output')).toBe('code=2\n');
  expect(ended.calls[0]?.args.join(' ')).toBe(
    workflow === 'drift'
      ? 'drift prod logpush-taegis --no-lock --markdown report.md'
      : 'status prod logpush-taegis --check --html health.html',
  );
  expect(read(workflow === 'drift' ? 'report.md' : 'health.txt')).toBe(workflow === 'drift' ? 'x' : 'printed\n');
});
