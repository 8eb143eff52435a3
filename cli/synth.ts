import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parsersFolder } from '../environments/folder';
import { environmentFile, type Prepare } from '../environments/load';
import { locksFolder } from '../environments/provider-locks';
import { projectRoot } from '../environments/root';
import { UserError } from '../environments/user-error';
import type { PipelineName } from '../stacks/pipelines';
import { isOfPipeline, readAllStacks, readStack, type SynthesizedStack } from './synthesized';
import { inWorkFolder } from './work-folder';

/**
 * Synthesizes an environment as `cdktf synth` does, and reads one of its stacks. Alone and in a folder of its own, which
 * is gone afterwards: a half-written file of another environment does not stop it, and what a deploy is about to take is
 * not touched.
 *
 * @param stack name of the stack, such as `prod-qualys-secops`
 * @param read what is wanted of the stack; its folder is gone afterwards
 * @param prepare changes the environment file's text, for this synthesis alone
 * @throws UserError with what the app said when it fails
 */
export async function synthesizeStack<T>(
  environment: string,
  stack: string,
  read: (stack: SynthesizedStack) => T,
  prepare?: Prepare,
): Promise<T> {
  return synthesize(environment, (output) => read(readStack(output, stack)), prepare);
}

/** The same of all stacks of a pipeline, which may be several. */
export async function synthesizeStacks<T>(
  environment: string,
  pipeline: PipelineName,
  read: (stacks: readonly SynthesizedStack[]) => T,
  prepare?: Prepare,
): Promise<T> {
  const isMeant = (name: string) => isOfPipeline(name, environment, pipeline);
  return synthesizeEnvironment(environment, (stacks) => read(stacks.filter(({ name }) => isMeant(name))), prepare);
}

/** The same of all stacks of an environment, in the order in which they are deployed. */
export async function synthesizeEnvironment<T>(
  environment: string,
  read: (stacks: readonly SynthesizedStack[]) => T,
  prepare?: Prepare,
): Promise<T> {
  return synthesize(environment, (output) => read(readAllStacks(output)), prepare);
}

async function synthesize<T>(
  environment: string,
  read: (output: string) => T | Promise<T>,
  prepare: Prepare = (text) => text,
): Promise<T> {
  return inWorkFolder('synth', async (folder) => {
    const text = prepare(readFileSync(environmentFile(environment), 'utf8'));
    return read(await synthesizeInto(folder, { environment, text, root: projectRoot }));
  });
}

/**
 * Synthesizes every environment of the environments folder into a folder, and reads all stacks.
 * @throws UserError with what the app said when it fails
 */
export async function synthesizeAll(folder: string): Promise<SynthesizedStack[]> {
  mkdirSync(folder, { recursive: true });
  const output = join(folder, 'cdktf.out');
  await runApp(projectRoot, { CDKTF_OUTDIR: output });
  return readAllStacks(output);
}

/** An environment as one version of the project sees it. */
export interface Source {
  readonly environment: string;
  /** Text of the environment file. */
  readonly text: string;
  /** Folder of the project's code, with its packages. */
  readonly root: string;
  /** Folder of the parsers beside the environment file; it need not exist. Default: today's. */
  readonly parsers?: string;
}

/**
 * Synthesizes an environment below a folder.
 * @returns the output folder
 * @throws UserError with what the app said when it fails
 */
export async function synthesizeInto(
  folder: string,
  { environment, text, root, parsers = parsersFolder() }: Source,
): Promise<string> {
  const environments = join(folder, 'environments');
  mkdirSync(environments, { recursive: true });
  writeFileSync(join(environments, `${environment}.yaml`), text);
  for (const beside of [locksFolder(), parsers])
    if (existsSync(beside)) symlinkSync(beside, join(environments, basename(beside)), 'junction');
  const output = join(folder, 'cdktf.out');
  await runApp(root, { CDKTF_OUTDIR: output, TRIBUTARY_ENVIRONMENTS: environments });
  return output;
}

/**
 * Runs the app that cdktf.json names, which is all that cdktf itself would do: it would look for Terraform, too, take
 * several times as long, and wrap what the app says.
 */
async function runApp(root: string, variables: NodeJS.ProcessEnv): Promise<void> {
  const { app }: { app: string } = JSON.parse(readFileSync(join(root, 'cdktf.json'), 'utf8'));
  const command = isCompiled(root) && app.startsWith(COMPILE) ? app.slice(COMPILE.length) : app;
  const child = spawn(command, {
    cwd: root,
    env: { ...process.env, ...variables },
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0)
    throw new UserError(`The environment could not be synthesized:\n${Buffer.concat(said).toString().trim()}`);
}

/** What the app begins with, in cdktf.json. */
const COMPILE = 'node node_modules/typescript/bin/tsc && ';

/** Whether the launcher has compiled this tree a moment ago: then what runs here is JavaScript. */
function isCompiled(root: string): boolean {
  return root === projectRoot && __filename.endsWith('.js');
}
