import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { forgetChecksums } from '../../cli/terraform/checksums';
import { OPTION_NAMES, optionEnvironment } from '../stacks/cloudtrail-options';
import { type StackJson, synthesize } from '../synthesize';
import { readReadiness, testIf } from './readiness';

const { folder, stacks, terraform = 'terraform', missing, env, problems } = readReadiness();

const providerOf = (stack: string) =>
  /-(cloudtrail-cortex|bootstrap-aws)$/.test(stack)
    ? 'aws'
    : /-(qualys-secops|bootstrap-google)$/.test(stack)
      ? 'google'
      : 'cloudflare';

async function expectValid(cwd: string): Promise<void> {
  const run = (...args: string[]) =>
    promisify(execFile)(terraform, [...args, '-no-color'], { cwd, env: { ...process.env, ...env } });
  await run('init', '-backend=false', '-input=false');
  await forgetChecksums(cwd);
  expect((await run('validate')).stdout).toContain('The configuration is valid');
}

for (const stack of stacks)
  testIf(
    missing ?? problems[providerOf(stack)],
    `terraform validate: ${stack}`,
    () => expectValid(join(folder, 'cdktf.out', 'stacks', stack)),
    120_000,
  );

testIf(
  missing ?? problems.aws,
  'terraform validate: every option of cloudtrail-cortex, as modules of one configuration',
  async () => {
    const place = join(folder, 'options');
    const options = OPTION_NAMES.map((name) => ({
      slug: name.replaceAll(/\W+/g, '-'),
      stack: synthesize(optionEnvironment(name))['test-cloudtrail-cortex'] ?? {},
    }));
    expect(options.length).toBeGreaterThan(25);
    // A provider of each module's own would be a process of its own. Imports are for the root of a configuration only.
    const [{ provider = {} } = {}] = options.map(({ stack }) => stack);
    const module: StackJson = {};
    const imports: StackJson[] = [];
    for (const { slug, stack } of options) {
      const { import: own = [], provider: configured, ...rest } = stack;
      const isShared = JSON.stringify(configured) === JSON.stringify(provider);
      write(join(place, slug), isShared ? rest : { ...rest, provider: configured });
      const variables = Object.keys(stack.variable ?? {}).map((name) => [name, 'x']);
      module[slug] = { source: `./${slug}`, ...Object.fromEntries(variables) };
      for (const { to, ...block } of own) imports.push({ ...block, to: `module.${slug}.${to}` });
    }
    expect(imports.length).toBeGreaterThan(5);
    write(place, { provider, module, import: imports });
    await expectValid(place);
  },
  120_000,
);

function write(path: string, content: object): void {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'main.tf.json'), JSON.stringify(content));
}
