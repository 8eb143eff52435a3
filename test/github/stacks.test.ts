import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';
import { PIPELINE_NAMES } from '../../stacks/pipelines';
import { runScript } from './run-script';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stacks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function stacks(names: readonly string[], environments: string, ...kept: string[]) {
  const manifest = { stacks: Object.fromEntries(names.map((name) => [name, { name }])) };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  const { code, stdout, stderr } = await runScript('stacks', [folder, ...kept], {
    TRIBUTARY_ENVIRONMENT_NAMES: environments,
  });
  const lines = stdout.trim().split('\n').filter(Boolean);
  const outputs = Object.fromEntries(
    lines.map((line) => [line.split('=')[0], JSON.parse(line.slice(line.indexOf('=') + 1))]),
  );
  return { code, stderr, outputs };
}

test('it knows the pipelines of the project', () => {
  const source = readFileSync(join(projectRoot, '.github', 'scripts', 'stacks.mjs'), 'utf8');
  const [, list = ''] = /PIPELINES = \[([^\]]*)\]/.exec(source) ?? [];
  expect(list.match(/[\w-]+/g)).toEqual([...PIPELINE_NAMES]);
});

test('environments come in the order of their deploys, each with its own pipelines, shards as one', async () => {
  const names = [
    'dev-qualys-secops',
    'prod-logpush-taegis',
    'prod-logpush-taegis-2',
    'prod-cloudtrail-cortex',
    'local-qualys-secops',
  ];
  expect(await stacks(names, '["prod","dev"]')).toEqual({
    code: 0,
    stderr: '',
    outputs: {
      environments: ['prod', 'dev'],
      stages: [
        { environment: 'prod', pipelines: ['cloudtrail-cortex', 'logpush-taegis'] },
        { environment: 'dev', pipelines: ['qualys-secops'] },
      ],
      stacks: [
        { environment: 'prod', pipeline: 'cloudtrail-cortex' },
        { environment: 'prod', pipeline: 'logpush-taegis' },
        { environment: 'dev', pipeline: 'qualys-secops' },
      ],
    },
  });
});

test('without the variable there are all, and a name within another is its own', async () => {
  const { outputs } = await stacks(['prod-eu-qualys-secops', 'prod-qualys-secops'], '');
  expect(outputs.environments).toEqual(['prod', 'prod-eu']);
});

test('pipelines can be chosen; an environment without them is left out', async () => {
  const { outputs } = await stacks(['dev-qualys-secops', 'prod-logpush-taegis'], '["dev","prod"]', 'logpush-taegis');
  expect(outputs.stacks).toEqual([{ environment: 'prod', pipeline: 'logpush-taegis' }]);
});

test('a name that no stack has, as a pull request might make one, is left out', async () => {
  const names = [
    '$(id)-qualys-secops',
    'prod\n-qualys-secops',
    '-qualys-secops',
    'prod-other',
    'PROD-qualys-secops',
    'prod-bootstrap',
  ];
  expect((await stacks(names, '')).outputs).toEqual({ environments: [], stages: [], stacks: [] });
});

test.each([
  ['["stage"]', 'there is no stack of stage. Environments here: prod.'],
  ['dev,prod', 'is dev,prod: expected a JSON list'],
  ['[]', 'expected a JSON list'],
  ['[1]', 'expected a JSON list'],
])('TRIBUTARY_ENVIRONMENT_NAMES %s is refused', async (value, reason) => {
  const { code, stderr, outputs } = await stacks(['prod-qualys-secops'], value);
  expect(code).toBe(1);
  expect(stderr).toContain(reason);
  expect(outputs).toEqual({});
});

test('a pipeline that does not exist is refused', async () => {
  const { code, stderr } = await stacks(['prod-qualys-secops'], '', 'okta-splunk');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'stacks.mjs: no pipeline okta-splunk, expected qualys-secops, cloudtrail-cortex, logpush-taegis.\n',
  });
});
