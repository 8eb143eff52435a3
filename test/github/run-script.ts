import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';
import { type GitHubSimulator, startGitHubSimulator } from '../simulators/github';

export const REPOSITORY = 'acme/logs';
const TOKEN = 'ghs_simulated0123456789';

export function startGitHub(): Promise<GitHubSimulator> {
  return startGitHubSimulator({ repository: REPOSITORY, token: TOKEN });
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of the workflows as a step does: a process of its own, with what GitHub sets and what the step sets. */
export function runScript(
  name: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  github?: GitHubSimulator,
): Promise<Ended> {
  const env = {
    PATH: process.env.PATH,
    GITHUB_API_URL: github?.url ?? 'http://127.0.0.1:1',
    GITHUB_TOKEN: TOKEN,
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_SERVER_URL: 'https://github.example.com',
    GITHUB_RUN_ID: '77',
    ...variables,
  };
  const script = join(projectRoot, '.github', 'scripts', `${name}.mjs`);
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}
