import { readFileSync } from 'node:fs';
import { TerraformCli, wordsOf } from '../../../cli/terraform/run';
import { UserError } from '../../../environments/user-error';
import { type Behaviour, type FakeTerraform, fakeTerraform } from '../fake-terraform';

let fake: FakeTerraform;
afterEach(() => fake.remove());

function cliWith(behaviours: Record<string, Behaviour>, env: NodeJS.ProcessEnv = {}): TerraformCli {
  fake = fakeTerraform(behaviours);
  return new TerraformCli(fake.command, env);
}

async function begun(count = 1): Promise<void> {
  while (fake.calls().filter(({ event }) => event === 'start').length < count)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

const untilInterrupted: Behaviour = async ({ interrupted, sleep, say }) => {
  await interrupted;
  await sleep(200);
  say('unlocked\n');
  return 1;
};

test('gives exit code and both outputs', async () => {
  const terraform = cliWith({
    plan: ({ say, complain }) => {
      say('planned');
      complain('warned');
      return 3;
    },
  });
  expect(await terraform.run(fake.folder, ['plan', '-x'])).toEqual({ code: 3, stdout: 'planned', stderr: 'warned' });
  expect(fake.calls()[0]).toMatchObject({ args: ['plan', '-x'], folder: fake.folder });
  expect(terraform.isBusy).toBe(false);
});

test('lays its variables over those of the process, and those of a run over both', async () => {
  const terraform = cliWith({}, { TF_DATA_DIR: undefined, TF_A: 'session', TF_B: 'session' });
  process.env.TF_DATA_DIR = '/somewhere';
  try {
    await terraform.run(fake.folder, ['init'], { env: { TF_B: 'run' } });
  } finally {
    delete process.env.TF_DATA_DIR;
  }
  expect(fake.calls()[0]?.env).toMatchObject({ TF_A: 'session', TF_B: 'run' });
  expect(fake.calls()[0]?.env).not.toHaveProperty('TF_DATA_DIR');
});

test('tells each line whole: one in two pieces, a character in two pieces, one without an end', async () => {
  const terraform = cliWith({
    apply: async ({ say, sleep }) => {
      const bytes = Buffer.from('Straße\n');
      say('first\nsec');
      await sleep(50);
      say('ond\n');
      process.stdout.write(bytes.subarray(0, 5));
      await sleep(50);
      process.stdout.write(bytes.subarray(5));
      say('last');
      return 0;
    },
  });
  const lines: string[] = [];
  await terraform.run(fake.folder, ['apply'], { onLine: (line) => lines.push(line) });
  expect(lines).toEqual(['first', 'second', 'Straße', 'last']);
});

test('what cannot be started is told', async () => {
  fake = fakeTerraform();
  const run = new TerraformCli('/no/such/terraform', {}).run(fake.folder, ['plan']);
  await expect(run).rejects.toThrow(new UserError('Terraform could not be started: spawn /no/such/terraform ENOENT'));
});

test('stop() gives every run one SIGINT however often it is called, waits for their ends, and lets none begin', async () => {
  const terraform = cliWith({ apply: untilInterrupted });
  const runs = [terraform.run(fake.folder, ['apply', '1']), terraform.run(fake.folder, ['apply', '2'])];
  await begun(2);
  expect(terraform.isBusy).toBe(true);
  await Promise.all([terraform.stop(), terraform.stop()]);
  const events = fake.calls().map(({ event, args }) => `${event} ${args[1]}`);
  expect(events.sort()).toEqual(['SIGINT 1', 'SIGINT 2', 'end 1', 'end 2', 'start 1', 'start 2']);
  expect(await Promise.all(runs)).toEqual(Array(2).fill({ code: 1, stdout: 'unlocked\n', stderr: '' }));
  await expect(terraform.run(fake.folder, ['apply', '3'])).rejects.toThrow('Terraform was not started any more');
  expect(terraform.isStopped).toBe(true);
  expect(fake.calls()).toHaveLength(6);
});

test('a process group of its own keeps the Ctrl-C of a terminal away', async () => {
  const terraform = cliWith({
    plan: ({ say, read }) => {
      say(read('/proc/self/stat').split(' ')[4] ?? '');
      return 0;
    },
  });
  if (process.platform !== 'linux') return;
  const { stdout } = await terraform.run(fake.folder, ['plan']);
  const own = readFileSync('/proc/self/stat', 'utf8').split(' ')[4];
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(stdout).not.toBe(own);
});

test.each([
  [
    'a box',
    '╷\n│ Error: No access\n│ \n│   with aws_sqs_queue.x,\n│ \n╵\n',
    'Error: No access\n\n  with aws_sqs_queue.x,',
  ],
  ['colours', '\u001b[31m╷\u001b[0m\n\u001b[31m│\u001b[0m \u001b[1mError: x\u001b[0m\n', 'Error: x'],
  ['two boxes', '╷\n│ Error: a\n╵\n\n╷\n│ Error: b\n╵\n', 'Error: a\n\nError: b'],
  ['plain words', 'Error: x\n', 'Error: x'],
  ['nothing', '\n\n', ''],
])('words of %s', (_, output, words) => {
  expect(wordsOf(output)).toBe(words);
});
