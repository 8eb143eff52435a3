import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { projectRoot } from '../../environments/root';
import { UserError } from '../../environments/user-error';
import { readStack, type SynthesizedStack } from '../synthesized';
import { forgetChecksums } from '../terraform/checksums';

export interface DeployOptions {
  /** Name of the stack. */
  readonly stack: string;
  /** Folder of the run: gets `cdktf.out`, the state in `.state` and the log. */
  readonly workFolder: string;
  /** Variables for cdktf, Terraform and the provider. */
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (text: string) => void;
  /** Ends the deployment half-way; Terraform goes with it. */
  readonly signal?: AbortSignal;
}

const CDKTF = join(projectRoot, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');

/** Output folder of a run; state with a local backend lands beside it. */
export function outputFolder(workFolder: string): string {
  return join(workFolder, 'cdktf.out');
}

/**
 * Runs `cdktf deploy` on one stack, as a user would, with its log in the run's folder.
 * @throws UserError with the end of the log when it fails
 */
export async function deploy(options: DeployOptions): Promise<{ stack: SynthesizedStack; resources: number }> {
  const { stack, workFolder, onProgress } = options;
  const seen = new Set<string>();
  await cdktf(['deploy', stack, '--auto-approve', '--skip-provider-lock'], options, (line) => {
    const [, address] = /(\S+): Creation complete/.exec(line) ?? [];
    if (address && !seen.has(address)) onProgress(`resources created: ${seen.add(address).size}`);
  });
  const deployed = readStack(outputFolder(workFolder), stack);
  await forgetChecksums(deployed.folder);
  return { stack: deployed, resources: seen.size };
}

function cdktf(
  args: readonly string[],
  { workFolder, env, signal }: DeployOptions,
  onLine: (line: string) => void,
): Promise<void> {
  const log = join(workFolder, `${args[0]}.log`);
  const file = createWriteStream(log);
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CDKTF, ...args, '--output', outputFolder(workFolder)], {
      cwd: projectRoot,
      env: { ...process.env, CI: '1', DISABLE_VERSION_CHECK: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    const read = (chunk: Buffer) => {
      const text = stripVTControlCharacters(chunk.toString());
      file.write(text);
      for (const line of text.split('\n').filter((part) => part.trim() !== '')) {
        lines.push(line);
        onLine(line);
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    // Told again by the exit code; without a listener an abort would end this process.
    child.on('error', (error) => lines.push(error.message));
    child.once('close', (code) => {
      file.end();
      if (code === 0) resolve();
      else reject(new UserError(`cdktf ${args.join(' ')} failed. The end of its log:\n${lines.slice(-40).join('\n')}`));
    });
  });
}

/** The outputs of a deployed stack, sensitive ones included. */
export function readOutputs<T>(stack: SynthesizedStack, terraform: string, env: NodeJS.ProcessEnv): T {
  const json = execFileSync(terraform, ['output', '-json'], {
    cwd: stack.folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  const outputs: Record<string, { value: unknown }> = JSON.parse(json);
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])) as T;
}
