import { exec, execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stateCommands } from '../../cli/logpush/reshard';
import { parseEnvironment, synthesize } from '../synthesize';
import { readReadiness, testIf } from './readiness';

const { folder, terraform = 'terraform', missing, env } = readReadiness();

/** What holds the number of stacks, out of the synthesized first stack: it needs no provider, the jobs beside it do. */
function held(shards: number): string {
  const environment = parseEnvironment(
    'test',
    `environment: test
protected: false
backend: { local: {} }
cloudflare:
  account: { id: 0123456789abcdef0123456789abcdef, datasets: [audit_logs] }
  taegis: { default: { url: "https://taegis.example.com/x" } }
  shards: ${shards}
`,
  );
  const { resource, output } = synthesize(environment)['test-logpush-taegis'] ?? {};
  return JSON.stringify({ resource: { terraform_data: resource.terraform_data }, output });
}

testIf(
  missing,
  'Terraform refuses another number of Logpush stacks until the old one is forgotten',
  async () => {
    const cwd = join(folder, 'shards');
    mkdirSync(cwd);
    const run = async (...args: string[]) => {
      const options = { cwd, env: { ...process.env, ...env } };
      return promisify(execFile)(terraform, [...args, '-no-color'], options).then(
        ({ stdout }) => ({ code: 0, output: stdout }),
        ({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}`.replaceAll(/[│\s]+/g, ' ') }),
      );
    };
    const deploy = (shards: number) => {
      writeFileSync(join(cwd, 'main.tf.json'), held(shards));
      return run('apply', '-auto-approve', '-input=false');
    };
    expect((await run('init', '-input=false')).code).toBe(0);
    expect((await deploy(1)).code).toBe(0);
    expect((await deploy(1)).output).toContain('0 added, 0 changed, 0 destroyed');

    const refused = await deploy(16);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('./tributary reshard test logpush-taegis --to 16 shows how');
    expect((await deploy(1)).code).toBe(0);

    expect((await run('state', 'rm', 'terraform_data.shards-held')).code).toBe(0);
    expect((await deploy(16)).code).toBe(0);
    expect((await deploy(1)).code).toBe(1);
    expect((await run('destroy', '-auto-approve', '-input=false')).code).toBe(0);
  },
  60_000,
);

testIf(
  missing,
  'the commands of reshard move jobs between states, and forget the old number',
  async () => {
    const cwd = join(folder, 'reshard');
    mkdirSync(join(cwd, '.reshard'), { recursive: true });
    const resource = (type: string, name: string, provider: string) => ({
      mode: 'managed',
      ...{ type, name, provider },
      instances: [{ schema_version: 0, attributes: { id: name } }],
    });
    const jobs = ['zone-0a', 'zone-1b', 'account'].map((name) =>
      resource('cloudflare_logpush_job', name, 'provider["registry.terraform.io/cloudflare/cloudflare"]'),
    );
    const shards = resource('terraform_data', 'shards-held', 'provider["terraform.io/builtin/terraform"]');
    const state = { version: 4, serial: 1, lineage: 'one', outputs: {}, resources: [...jobs, shards] };
    writeFileSync(join(cwd, '.reshard', 'e-logpush-taegis.tfstate'), JSON.stringify(state));

    const move = (name: string, shard: string) => ({
      address: `cloudflare_logpush_job.${name}`,
      from: 'e-logpush-taegis',
      to: `e-logpush-taegis-${shard}`,
    });
    const commands = stateCommands('e-logpush-taegis', [move('zone-0a', '0'), move('zone-1b', '1')]);
    for (const command of commands)
      await promisify(exec)(command.replace(/^terraform/, `"${terraform}"`), { cwd, env: { ...process.env, ...env } });

    const names = (stack: string) => {
      const { resources } = JSON.parse(readFileSync(join(cwd, '.reshard', `${stack}.tfstate`), 'utf8'));
      return resources.map(({ name }: { name: string }) => name);
    };
    expect([names('e-logpush-taegis'), names('e-logpush-taegis-0'), names('e-logpush-taegis-1')]).toEqual([
      ['account'],
      ['zone-0a'],
      ['zone-1b'],
    ]);
  },
  60_000,
);
