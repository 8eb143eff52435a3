import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../../environments/root';
import { type Behaviour, type FakeTerraform, fakeTerraform } from '../fake-terraform';

/** A command takes a second or two to compile and synthesize, and several on a busy machine. */
const TIMEOUT = 120_000;
const plan = `{"format_version":"1.2","resource_changes":[{"address":"aws_sqs_queue.x","mode":"managed","type":"aws_sqs_queue",
  "name":"x","change":{"actions":["create"],"before":null,"after":{"name":"x"}}}]}`;

let fake: FakeTerraform;
afterEach(() => fake.remove());

/** `./tributary deploy`, as a user runs it. */
function deploy(apply: Behaviour) {
  const show: Behaviour = ({ say }) => {
    say(process.env.TF_FAKE_PLAN ?? '');
    return 0;
  };
  fake = fakeTerraform({ apply, show });
  const environments = join(fake.folder, 'environment files');
  mkdirSync(environments);
  writeFileSync(
    join(environments, 'team.yaml'),
    'environment: team\nprotected: false\nbackend: { local: {} }\n' +
      'qualys: { project: acme-secops, region: europe-west3, apiUrl: qualysapi.qualys.eu }\n' +
      'cloudtrail:\n  account: "111122223333"\n  region: eu-central-1\n  trail: create\n' +
      '  cortex: { externalId: 7c1f4a52-6f0e-4a44-8f0c-b7a5d2f7b9e1 }\n',
  );
  const env = { ...fake.env, TRIBUTARY_ENVIRONMENTS: environments, TF_FAKE_PLAN: plan };
  const child = spawn(process.execPath, [join(projectRoot, 'tributary'), 'deploy', 'team', '--yes'], { env });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, ended, said: () => said };
}

/** Events of the runs that apply, by stack. */
const applies = () =>
  fake
    .calls()
    .filter(({ args }) => args[0] === 'apply')
    .map(({ event, folder }) => `${event} ${folder.split('/').at(-1)}`);

/** Folder of the run, of which Terraform told. */
function workFolder(): string {
  const folder = fake.calls().find(({ args }) => args[0] === 'apply')?.folder ?? '';
  return /^.*\/\.local\/terraform-[^/]+/.exec(folder)?.[0] ?? 'none';
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20);
}

const untilInterrupted: Behaviour = async ({ interrupted, sleep, say, write }) => {
  await interrupted;
  await sleep(700);
  // Terraform is ended by a pipe that nobody reads.
  say('{"type":"apply_complete","hook":{"action":"create","resource":{"addr":"aws_sqs_queue.x"}}}\n');
  write('errored.tfstate', '{"serial":1}');
  say('{"type":"diagnostic","diagnostic":{"severity":"error","summary":"execution halted"}}\n');
  return 1;
};

test.each(['SIGINT', 'SIGHUP'] as const)(
  '%s, even twice: Terraform gets one SIGINT, is waited for, its state is kept, nothing else is begun, no folder is left',
  async (signal) => {
    const { child, ended, said } = deploy(untilInterrupted);
    await until(() => applies().length > 0);
    const folder = workFolder();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    child.kill(signal);
    await until(() => applies().length > 1);
    child.kill(signal);
    expect(await ended).toBe(130);
    const stack = 'team-cloudtrail-cortex';
    expect(applies()).toEqual([`start ${stack}`, `SIGINT ${stack}`, `end ${stack}`]);
    expect(said()).toContain('Terraform finishes what it has begun, and unlocks the state …');
    expect(said()).toMatch(
      /^team-cloudtrail-cortex: failed after 1 added, 0 changed, 0 destroyed\n {2}execution halted/m,
    );
    expect(said()).toContain('The state could not be written to its backend, and is in ');
    expect(said()).toContain('team-qualys-secops: not reached: ');
    expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
    const kept = join(projectRoot, '.state');
    const [state = ''] = readdirSync(kept).filter((name) => name.startsWith(`${stack}.`) && said().includes(name));
    expect(state).toMatch(/\.errored\.tfstate$/);
    rmSync(join(kept, state));
  },
  TIMEOUT,
);

test(
  'what reads the output is gone: Terraform is waited for all the same',
  async () => {
    const { child, ended } = deploy(async ({ interrupted, sleep, say }) => {
      await interrupted;
      await sleep(500);
      say('{"type":"version"}\n');
      return 1;
    });
    await until(() => applies().length > 0);
    const folder = workFolder();
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(applies().map((event) => event.split(' ')[0])).toEqual(['start', 'SIGINT', 'end']);
    expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
  },
  TIMEOUT,
);

test(
  'a run that ends by itself leaves no folder either, and a failure keeps the next stack from its turn',
  async () => {
    const { ended, said } = deploy(({ complain }) => {
      complain('Error: no access');
      return 1;
    });
    expect(await ended).toBe(1);
    expect(applies()).toEqual(['start team-cloudtrail-cortex', 'end team-cloudtrail-cortex']);
    expect(said()).toContain('team-qualys-secops: not reached: run this again when what stopped it is mended');
    expect(statSync(workFolder(), { throwIfNoEntry: false })).toBeUndefined();
  },
  TIMEOUT,
);
