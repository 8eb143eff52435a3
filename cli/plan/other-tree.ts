import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { environmentsFolder } from '../../environments/folder';
import { environmentFile } from '../../environments/load';
import { projectRoot } from '../../environments/root';
import { UserError } from '../../environments/user-error';
import type { Note } from '../progress';
import { type Source, synthesizeInto } from '../synth';

const run = promisify(execFile);

/** Where the environment files are kept under version control. */
interface Repository {
  /** Its top folder. */
  readonly top: string;
  /** Of the environment files and of the project, below the top: with a slash at the end, or empty. */
  readonly environments: string;
  readonly code: string;
  /** Whether the project's code is in it, too: then another version of it is another version of the code. */
  readonly holdsCode: boolean;
}

/**
 * Synthesizes an environment as it was at another commit of the repository that holds the environment files: with the
 * code of that commit if the project is in the same repository, with today's code otherwise.
 * @param folder gets the other tree and its output
 * @returns the output folder; undefined if the environment did not exist
 * @throws UserError when there is no repository or no such commit, or that tree cannot be synthesized
 */
export async function synthesizeAt(
  ref: string,
  environment: string,
  folder: string,
  note: Note,
): Promise<string | undefined> {
  const repository = await findRepository();
  const commit = await resolveCommit(repository, ref);
  const file = `${repository.environments}${basename(environmentFile(environment))}`;
  const text = await git(repository.top, ['show', `${commit}:${file}`]).catch(() => undefined);
  if (text === undefined) return undefined;
  const tree = join(folder, 'tree');
  const isOther = await hasOtherCode(repository, commit);
  const root = isOther ? await checkOut(repository, commit, tree, note) : projectRoot;
  const parsers = join(tree, repository.environments, 'parsers');
  if (!isOther) await extract(repository.top, commit, tree, `${repository.environments}parsers`);
  const source: Source = { environment, text, root, parsers };
  return synthesizeInto(folder, source).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`At ${ref}: ${error.message}`);
  });
}

async function findRepository(): Promise<Repository> {
  const folder = environmentsFolder();
  // As git says it: a folder that is reached by a link has another path.
  const placeOf = async (of: string) => (await git(of, ['rev-parse', '--show-toplevel', '--show-prefix'])).split('\n');
  const [top = '', environments = ''] = await placeOf(folder).catch(() => {
    throw new UserError(`--changed-since compares commits, and ${folder} is in no git repository.`);
  });
  const [topOfCode, code = ''] = await placeOf(projectRoot).catch(() => []);
  return { top, environments, code, holdsCode: topOfCode === top };
}

async function resolveCommit({ top }: Repository, ref: string): Promise<string> {
  try {
    return (await git(top, ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`])).trim();
  } catch {
    throw new UserError(
      `--changed-since ${ref}: ${top} has no such commit. Expected a branch, a tag or a commit; in a shallow clone ` +
        'fetch it first (git fetch --depth=1 origin <branch>).',
    );
  }
}

/** Whether the project is in the repository, and any of its files but those of the environments is another there. */
async function hasOtherCode({ top, environments, code, holdsCode }: Repository, commit: string): Promise<boolean> {
  if (!holdsCode) return false;
  const paths = [`:(top)${code}`, `:(top,exclude,glob)${environments}*.yaml`];
  return git(top, ['diff', '--quiet', commit, '--', ...paths]).then(
    () => false,
    () => true,
  );
}

/** The files of a commit, with packages: today's if they are the same, installed anew otherwise. */
async function checkOut({ top, code }: Repository, commit: string, folder: string, note: Note): Promise<string> {
  await extract(top, commit, folder);
  const root = join(folder, code);
  // The compiler takes what is alike, by content, from what it made of today's code: a quarter of the time.
  const compiled = join(projectRoot, 'dist');
  if (existsSync(compiled)) await cp(compiled, join(root, 'dist'), { recursive: true });
  const isAlike = (name: string) =>
    existsSync(join(root, name)) && readFileSync(join(root, name)).equals(readFileSync(join(projectRoot, name)));
  if (isAlike('package-lock.json'))
    await symlink(join(projectRoot, 'node_modules'), join(root, 'node_modules'), 'junction');
  else {
    note('its packages are others: npm ci');
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, shell: process.platform === 'win32' }).catch(
      ({ stderr = '' }: { stderr?: string }) => {
        throw new UserError(
          `npm ci failed in the tree of ${commit}:\n${stderr.trim().split('\n').slice(-20).join('\n')}`,
        );
      },
    );
  }
  return root;
}

/** Writes the files of a commit, or those below a path, which need not exist, into a folder. */
async function extract(top: string, commit: string, folder: string, path = ''): Promise<void> {
  if (path !== '' && (await git(top, ['ls-tree', commit, '--', path])) === '') return;
  await mkdir(folder, { recursive: true });
  const archive = join(folder, '.archive.tar');
  await git(top, ['archive', '--format=tar', `--output=${archive}`, commit, ...(path === '' ? [] : ['--', path])]);
  await run('tar', ['-xf', archive, '-C', folder]);
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', folder, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
