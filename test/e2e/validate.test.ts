import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readReadiness, testIf } from './readiness';

const { folder, stacks, terraform = 'terraform', missing, env, problems } = readReadiness();

const providerOf = (stack: string) =>
  stack.endsWith('cloudtrail-cortex') ? 'aws' : stack.endsWith('qualys-secops') ? 'google' : 'cloudflare';

for (const stack of stacks)
  testIf(
    missing ?? problems[providerOf(stack)],
    `terraform validate: ${stack}`,
    async () => {
      const run = (...args: string[]) =>
        execFileSync(terraform, [...args, '-no-color'], {
          cwd: join(folder, 'cdktf.out', 'stacks', stack),
          env: { ...process.env, ...env },
          encoding: 'utf8',
          stdio: 'pipe',
        });
      run('init', '-backend=false', '-input=false');
      expect(run('validate')).toContain('The configuration is valid');
    },
    120_000,
  );
