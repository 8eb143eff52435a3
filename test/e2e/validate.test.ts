import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPTION_NAMES, optionEnvironment } from '../stacks/cloudtrail-options';
import { synthesize } from '../synthesize';
import { readReadiness, testIf } from './readiness';

const { folder, stacks, terraform = 'terraform', missing, env, problems } = readReadiness();

const providerOf = (stack: string) =>
  /-(cloudtrail-cortex|bootstrap-aws)$/.test(stack)
    ? 'aws'
    : /-(qualys-secops|bootstrap-google)$/.test(stack)
      ? 'google'
      : 'cloudflare';

function terraformIn(cwd: string) {
  return (...args: string[]): string =>
    execFileSync(terraform, [...args, '-no-color'], {
      cwd,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      stdio: 'pipe',
    });
}

for (const stack of stacks)
  testIf(
    missing ?? problems[providerOf(stack)],
    `terraform validate: ${stack}`,
    async () => {
      const run = terraformIn(join(folder, 'cdktf.out', 'stacks', stack));
      run('init', '-backend=false', '-input=false');
      expect(run('validate')).toContain('The configuration is valid');
    },
    120_000,
  );

describe('every option of cloudtrail-cortex', () => {
  const options = OPTION_NAMES.map((name) => ({
    slug: name.replaceAll(/\W+/g, '-'),
    stack: synthesize(optionEnvironment(name))['test-cloudtrail-cortex'] ?? {},
  }));
  const write = (place: string, content: object): string => {
    const path = join(folder, 'options', place);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'main.tf.json'), JSON.stringify(content));
    return path;
  };
  const validate = (path: string): void => {
    const run = terraformIn(path);
    run('init', '-backend=false', '-input=false');
    expect(run('validate')).toContain('The configuration is valid');
  };

  testIf(
    missing ?? problems.aws,
    'terraform validate: those without imports, as modules of one configuration',
    async () => {
      const modules = options.filter(({ stack }) => stack.import === undefined);
      expect(modules.length).toBeGreaterThan(20);
      for (const { slug, stack } of modules) write(slug, stack);
      const module = modules.map(({ slug, stack }) => {
        const variables = Object.keys(stack.variable ?? {}).map((name) => [name, 'x']);
        return [slug, { source: `./${slug}`, ...Object.fromEntries(variables) }];
      });
      validate(write('.', { module: Object.fromEntries(module) }));
    },
    120_000,
  );

  // Terraform takes imports in a root configuration only.
  for (const { slug, stack } of options.filter((option) => option.stack.import !== undefined))
    testIf(
      missing ?? problems.aws,
      `terraform validate: ${slug}`,
      async () => validate(write(join('imports', slug), stack)),
      60_000,
    );
});
