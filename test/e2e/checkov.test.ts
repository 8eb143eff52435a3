import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startAws } from '../../cli/local/emulators';
import { ensurePythonVenv } from '../../cli/local/python';
import { forgetChecksums } from '../../cli/terraform/checksums';
import { projectRoot } from '../../environments/root';
import { acceptedFindings, judge } from '../checkov/accepted';
import { readReadiness, testIf } from './readiness';

const { folder, terraform = 'terraform', missing, env: terraformEnv, problems } = readReadiness();
// In CI this must run: what is missing there fails.
const problem = process.env.CI === 'true' ? undefined : (missing ?? problems.aws);

const STACK = 'prod-cloudtrail-cortex';
const run = promisify(execFile);
/** checkov's output is a few hundred kilobytes. */
const maxBuffer = 64 * 1024 * 1024;

interface Report {
  readonly summary: { readonly failed: number; readonly passed: number; readonly parsing_errors: number };
  readonly results: { readonly failed_checks: { readonly check_id: string; readonly resource: string }[] };
}

/** The plan of the stack as synthesized, but for its backend. A plan can hold sensitive values: its folder goes. */
async function planJson(work: string): Promise<string> {
  const stack = readFileSync(join(folder, 'cdktf.out', 'stacks', STACK, 'cdk.tf.json'), 'utf8');
  const { region, allowed_account_ids: accounts } = JSON.parse(stack).provider.aws[0];
  const aws = await startAws({ account: accounts[0], region });
  try {
    writeFileSync(join(work, 'cdk.tf.json'), stack);
    writeFileSync(join(work, 'backend_override.tf.json'), '{"terraform":{"backend":{"local":{}}}}');
    const options = { cwd: work, env: { ...process.env, ...terraformEnv, ...aws.env }, maxBuffer };
    await run(terraform, ['init', '-input=false', '-no-color'], options);
    await forgetChecksums(work);
    await run(terraform, ['plan', '-input=false', '-no-color', '-out=plan'], options);
    return (await run(terraform, ['show', '-json', 'plan'], options)).stdout;
  } finally {
    await aws.stop();
  }
}

testIf(
  problem,
  `checkov fails no check of ${STACK} without a reason next to the code, and no reason is without its check`,
  async () => {
    const { python } = await ensurePythonVenv({
      root: join(projectRoot, 'test', 'checkov'),
      requirements: join(projectRoot, 'test', 'checkov', 'requirements.txt'),
    });
    const work = join(folder, 'checkov');
    mkdirSync(work);
    try {
      writeFileSync(join(work, 'plan.json'), await planJson(work));
      const args = ['-I', '-m', 'checkov.main', '--framework', 'terraform_plan', '--file', join(work, 'plan.json')];
      const quiet = ['--skip-download', '--soft-fail', '--quiet', '--compact', '--output', 'json'];
      const { stdout } = await run(python, [...args, ...quiet], { cwd: work, maxBuffer });
      const { summary, results }: Report = JSON.parse(stdout);
      expect(summary.parsing_errors).toBe(0);
      expect(summary.passed).toBeGreaterThan(50);
      const failed = results.failed_checks.map(({ check_id, resource }) => ({ check: check_id, resource }));
      expect(judge(failed, acceptedFindings())).toEqual({ withoutReason: [], withoutFinding: [] });
    } finally {
      rmSync(work, { recursive: true });
    }
  },
  240_000,
);

test('each reason is a sentence', () => {
  expect(acceptedFindings().filter(({ reason }) => reason.length < 20)).toEqual([]);
  expect(readFileSync(join(projectRoot, 'test', 'checkov', 'requirements.txt'), 'utf8')).toMatch(/^checkov==/m);
});
