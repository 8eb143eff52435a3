import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { loadEnvironment } from '../../environments/load';
import { projectRoot } from '../../environments/root';
import { Cleanup } from '../cleanup';
import { isColorful, Progress } from '../progress';
import { readStack } from '../synthesized';
import { findTerraform, terraformEnvironment } from '../terraform/find';
import { type DeployOptions, deploy, outputFolder, readOutputs } from './deploy';
import { startAws, startCloudStorage } from './emulators';
import { cloudtrailToCortex, type Flow, logpushToTaegis, qualysToSecops } from './flows';
import { ensurePythonVenv } from './python';
import { renderSummary, type TimedFlow } from './summary';

/** The environment that is run: its file belongs to the project, wherever a team keeps its own. */
const ENVIRONMENT = 'local';

/** How much goes through: enough for several pages of Qualys (1,000 each) and several batches of Logpush. */
const ALERTS = 2_500;
const RECORDS_PER_DATASET = 2_500;

export interface LocalOptions {
  /** Leave everything running until Ctrl-C. */
  readonly keep: boolean;
  /** Gets the result once: as a document, and as a text for people. */
  readonly report: (document: object, text: string) => void;
}

/**
 * Runs the main job on this machine: deploys the AWS stack with real Terraform to an emulator, and sends data through all
 * three pipelines.
 * @throws UserError when a tool is missing; Error when a step fails
 */
export async function runLocal({ keep, report }: LocalOptions): Promise<void> {
  const started = Date.now();
  const progress = new Progress();
  const cleanup = new Cleanup();
  cleanup.onInterrupt(() => process.stderr.write('\nStopping …\n'));
  try {
    const terraform = await findTerraform();
    const workFolder = makeWorkFolder(cleanup);
    await progress.step('Prepare the emulators (Python packages, once)', (onProgress) =>
      ensurePythonVenv({ onProgress }),
    );
    const { aws, cloudStorage } = await progress.step(
      'Start AWS and Cloud Storage',
      () => startEmulators(cleanup),
      (emulators) => `${emulators.aws.endpoint}, ${emulators.cloudStorage.endpoint}`,
    );
    const env = {
      ...(await terraformEnvironment(workFolder)),
      ...aws.env,
      TRIBUTARY_ENVIRONMENTS: environmentsOf(workFolder),
    };
    await progress.step(
      `cdktf deploy ${ENVIRONMENT}-cloudtrail-cortex (real Terraform, about a minute)`,
      (onProgress) => deployAws({ workFolder, env, onProgress }, cleanup),
      ({ resources }) => `${resources} resources`,
    );

    const stack = (pipeline: string) => readStack(outputFolder(workFolder), `${ENVIRONMENT}-${pipeline}`);
    const flow = (title: string, run: () => Promise<Flow>) => timed(progress, title, run);
    const flows = [
      await flow('Send CloudTrail log files, read them as Cortex XDR does', () =>
        cloudtrailToCortex(aws, readOutputs(stack('cloudtrail-cortex'), terraform.command, env)),
      ),
      await flow('Collect Qualys alerts with the bundle, as deployed', () =>
        qualysToSecops({
          stack: stack('qualys-secops'),
          workFolder,
          cloudStorage,
          alerts: ALERTS,
          credentials: { username: 'tributary-local', password: randomSecret() },
        }),
      ),
      await flow('Push Logpush batches to a Taegis endpoint', () =>
        logpushToTaegis({
          stack: stack('logpush-taegis'),
          workFolder,
          env,
          terraform: terraform.command,
          records: RECORDS_PER_DATASET,
          // A key of its own for one dataset, one for the rest: as Taegis issues them.
          keys: { default: randomSecret(), gateway_dns: randomSecret() },
        }),
      ),
    ];
    const seconds = (Date.now() - started) / 1000;
    report({ flows, seconds }, renderSummary(flows, seconds, createColors(isColorful(process.stdout))));
    if (keep) await keepRunning({ aws: aws.endpoint, cloudStorage: cloudStorage.endpoint, folder: workFolder });
  } finally {
    await cleanup.run();
  }
}

/** Configuration, state and log of one run: apart from the user's own, and gone afterwards. */
function makeWorkFolder(cleanup: Cleanup): string {
  const folder = join(projectRoot, '.local', `run-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with this environment alone: a half-written file beside it must not stop the run. */
function environmentsOf(workFolder: string): string {
  const folder = join(workFolder, 'environments');
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(projectRoot, 'environments', `${ENVIRONMENT}.yaml`), join(folder, `${ENVIRONMENT}.yaml`));
  return folder;
}

async function startEmulators(cleanup: Cleanup) {
  const { cloudtrail } = loadEnvironment(ENVIRONMENT, join(projectRoot, 'environments'));
  if (cloudtrail === undefined) throw new Error(`environments/${ENVIRONMENT}.yaml has no section cloudtrail`);
  const aws = await startAws({ account: cloudtrail.account, region: cloudtrail.region });
  cleanup.add(() => aws.stop());
  const cloudStorage = await startCloudStorage();
  cleanup.add(() => cloudStorage.stop());
  return { aws, cloudStorage };
}

/** An interrupted deployment must be over before its emulator and its folder go. */
function deployAws(options: Omit<DeployOptions, 'stack' | 'signal'>, cleanup: Cleanup): ReturnType<typeof deploy> {
  const abort = new AbortController();
  const deploying = deploy({ ...options, stack: `${ENVIRONMENT}-cloudtrail-cortex`, signal: abort.signal });
  cleanup.add(async () => {
    abort.abort();
    await deploying.catch(() => undefined);
  });
  return deploying;
}

function randomSecret(): string {
  return randomBytes(18).toString('base64');
}

async function timed(progress: Progress, title: string, run: () => Promise<Flow>): Promise<TimedFlow> {
  const started = Date.now();
  const flow = await progress.step(title, run, ({ arrived }) => arrived);
  return { ...flow, seconds: (Date.now() - started) / 1000 };
}

/** Until Ctrl-C, which cleans up and ends the process. */
function keepRunning({ aws, cloudStorage, folder }: Record<'aws' | 'cloudStorage' | 'folder', string>): Promise<never> {
  process.stderr.write(
    `\nLeft running until Ctrl-C:\n  AWS            ${aws} (credentials test/test)\n` +
      `  Cloud Storage  ${cloudStorage}\n  stacks, state  ${folder}\n`,
  );
  return new Promise(() => setInterval(() => undefined, 60_000));
}
