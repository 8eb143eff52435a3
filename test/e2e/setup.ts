import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App } from 'cdktf';
import { findTerraform, terraformEnvironment } from '../../cli/terraform/find';
import { loadEnvironments } from '../../environments/load';
import { projectRoot } from '../../environments/root';
import { addEnvironment } from '../../main';
import { publish, type Readiness } from './readiness';

/** A stack of each provider, to see whether the provider can be installed. */
const SAMPLES = { aws: 'dev-cloudtrail-cortex', google: 'dev-qualys-secops', cloudflare: 'dev-logpush-taegis' };

/** Finds out, before the end-to-end tests are listed, which of them can run on this machine. */
export default async function setup(): Promise<void> {
  const folder = join(projectRoot, '.local', `e2e-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const readiness = await findOut(folder);
  publish(readiness);
  tellSkipped(readiness);
}

/** jest counts skipped tests, but names them only one file at a time. */
function tellSkipped({ missing, problems }: Readiness): void {
  if (missing !== undefined)
    process.stderr.write(`Skipped, cannot run here: everything that needs Terraform: ${missing}\n`);
  for (const [provider, problem] of Object.entries(problems))
    process.stderr.write(`Skipped, cannot run here: terraform validate of the ${provider} stacks: ${problem}\n`);
}

async function findOut(folder: string): Promise<Readiness> {
  const stacks = synthesize(join(folder, 'cdktf.out'));
  try {
    const { command: terraform } = await findTerraform();
    const env = withPluginCache(await terraformEnvironment(folder), folder);
    const problems: Record<string, string> = {};
    for (const [provider, stack] of Object.entries(SAMPLES)) {
      const problem = await initProblem(terraform, join(folder, 'cdktf.out', 'stacks', stack), env);
      if (problem !== undefined) problems[provider] = problem;
    }
    return { folder, stacks, terraform, env, problems };
  } catch (error) {
    const [missing] = String((error as Error).message).split('\n');
    return { folder, stacks, missing, env: {}, problems: {} };
  }
}

function synthesize(outdir: string): string[] {
  const app = new App({ outdir });
  for (const environment of loadEnvironments(join(projectRoot, 'environments'))) addEnvironment(app, environment);
  app.synth();
  return Object.keys(app.manifest.stacks).sort();
}

/** One download for all stacks, where providers come from the registry. */
function withPluginCache(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  if (env.TF_CLI_CONFIG_FILE) return env;
  const cache = join(folder, 'plugins');
  mkdirSync(cache);
  return { TF_PLUGIN_CACHE_DIR: cache, ...env };
}

/** What Terraform says when it cannot install a stack's provider, in one line. */
async function initProblem(
  terraform: string,
  stackFolder: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    await promisify(execFile)(terraform, ['init', '-backend=false', '-input=false', '-no-color'], {
      cwd: stackFolder,
      env: { ...process.env, ...env },
    });
    return undefined;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    const text = stderr.replace(/[│╷╵]/g, ' ').replace(/\s+/g, ' ');
    return /Error: (.{1,160})/.exec(text)?.[1] ?? 'terraform init failed';
  }
}
