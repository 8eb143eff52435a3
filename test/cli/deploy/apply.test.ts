import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { applyPlan } from '../../../cli/deploy/apply';
import { stackOf } from '../../../cli/synthesized';
import { TerraformCli } from '../../../cli/terraform/run';
import { projectRoot } from '../../../environments/root';
import { type Behaviour, type FakeTerraform, fakeTerraform } from '../fake-terraform';

const STACK = `test-apply-${process.pid}`;
const kept = join(projectRoot, '.state');
const keptStates = () => (statSync(kept, { throwIfNoEntry: false }) ? readdirSync(kept) : []).filter(isOurs).sort();
const isOurs = (name: string) => name.startsWith(STACK);

let fake: FakeTerraform;
afterEach(() => {
  fake.remove();
  for (const name of keptStates()) rmSync(join(kept, name));
});

async function apply(behaviour: Behaviour, secrets: string[] = []) {
  fake = fakeTerraform({ apply: behaviour });
  const folder = join(fake.folder, 'stack');
  mkdirSync(folder);
  const notes: string[] = [];
  const options = { terraform: new TerraformCli(fake.command, {}), secrets, note: (text: string) => notes.push(text) };
  const applied = await applyPlan(stackOf(STACK, folder, {}), 4, options);
  return { applied, notes };
}

test('counts what was made, changed and destroyed, and notes what it is at', async () => {
  const { applied, notes } = await apply(({ say }) => {
    const hook = (type: string, action: string, addr: string) =>
      say(`${JSON.stringify({ type, hook: { action, resource: { addr } } })}\n`);
    say('no JSON\n{"type":"version"}\n');
    for (const [action, address] of [
      ['create', 'aws_sqs_queue.a'],
      ['delete', 'aws_sqs_queue.b'],
      ['create', 'aws_sqs_queue.b'],
      ['update', 'aws_sqs_queue.c'],
      ['read', 'aws_region.d'],
    ] as const) {
      hook('apply_start', action, address);
      hook('apply_complete', action, address);
    }
    return 0;
  });
  expect(applied).toEqual({ stack: STACK, outcome: 'applied', added: 2, changed: 1, removed: 1 });
  expect(notes).toEqual([
    '0 of 4: aws_sqs_queue.a',
    '1 of 4: aws_sqs_queue.b',
    '2 of 4: aws_sqs_queue.b',
    '3 of 4: aws_sqs_queue.c',
    '4 of 4: aws_region.d',
  ]);
  expect(fake.calls()[0]?.args).toEqual(['apply', '-input=false', '-json', '-lock-timeout=60s', 'plan']);
});

test('that fails in the middle says how far it came and why, each reason once, without secrets and warnings', async () => {
  const { applied } = await apply(
    ({ say }) => {
      const line = (value: object) => say(`${JSON.stringify(value)}\n`);
      line({ type: 'apply_complete', hook: { action: 'create', resource: { addr: 'a' } } });
      const error = {
        severity: 'error',
        summary: 'No access',
        detail: 'Bearer key%2B0123',
        address: 'aws_sqs_queue.b',
      };
      line({ type: 'diagnostic', diagnostic: error });
      line({ type: 'diagnostic', diagnostic: error });
      line({ type: 'diagnostic', diagnostic: { severity: 'warning', summary: 'Deprecated' } });
      line({ type: 'diagnostic', diagnostic: { severity: 'error', summary: 'Saved plan is stale' } });
      return 1;
    },
    ['key+0123'],
  );
  expect(applied).toEqual({
    ...{ stack: STACK, outcome: 'failed', added: 1, changed: 0, removed: 0 },
    error: 'aws_sqs_queue.b: No access\nBearer (sensitive)\n\nSaved plan is stale',
  });
});

test.each<[string, Behaviour, string]>([
  [
    'in words alone',
    ({ complain }) => {
      complain('╷\n│ Error: Bad key key+0123\n╵\n');
      return 1;
    },
    'Error: Bad key (sensitive)',
  ],
  ['without words', () => 137, 'Terraform ended without a reason.'],
])('that fails %s', async (_, behaviour, error) => {
  expect((await apply(behaviour, ['key+0123'])).applied).toMatchObject({ outcome: 'failed', error });
});

test('a state that could not be written is kept for this user alone, beside an earlier one', async () => {
  const fails: Behaviour = ({ write }) => {
    write('errored.tfstate', '{"serial":1}');
    return 1;
  };
  const { applied } = await apply(fails);
  const [first = ''] = keptStates();
  expect(first).toMatch(/^test-apply-\d+\.\d{8}T\d{6}Z\.errored\.tfstate$/);
  expect(readFileSync(join(kept, first), 'utf8')).toBe('{"serial":1}');
  if (process.platform !== 'win32') expect(statSync(join(kept, first)).mode & 0o777).toBe(0o600);
  const { error = '' } = applied;
  expect(error).toContain(`is in .state/${first}. It holds secrets.`);
  expect(error).toContain(`terraform -chdir=cdktf.out/stacks/${STACK} state push "${join(kept, first)}"`);
  expect(error).not.toContain('serial');
  fake.remove();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await apply(fails);
  expect(keptStates()).toEqual([first, expect.any(String)]);
});
