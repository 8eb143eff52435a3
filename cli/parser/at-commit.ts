import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path/posix';
import type { SourceFile } from '../../cbn/source';
import { UserError } from '../../environments/user-error';
import type { ProgramFiles } from './program';
import { EXTENSION_FILE, LOGS_FOLDER, PARSER_FILE, parsersFolder } from './tree';

/** The parsers of another version of the tree. */
export interface TreeAtCommit {
  /** Names of its parsers. */
  readonly names: readonly string[];
  files(parser: string): ProgramFiles;
  /** The files of samples by name, without `.log`. */
  samples(parser: string): ReadonlyMap<string, Buffer>;
}

/** Whether the parsers are kept in the same git repository as a folder. */
export function isInRepositoryOf(folder: string, root = parsersFolder()): boolean {
  const topOf = (of: string) => {
    try {
      const args = ['-C', of, 'rev-parse', '--show-toplevel'];
      return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return undefined;
    }
  };
  const top = topOf(root);
  return top !== undefined && top === topOf(folder);
}

const MOST_BYTES = 256 * 1024 * 1024;

/**
 * The parsers as they were at a commit of the repository that holds them.
 * @throws UserError when there is no repository or no such commit
 */
export function treeAt(ref: string, option: string, root = parsersFolder()): TreeAtCommit {
  if (!existsSync(root)) throw new UserError(`${root} does not exist: there are no parsers to compare.`);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], { maxBuffer: MOST_BYTES, stdio: ['ignore', 'pipe', 'pipe'] });
  const prefix = tryTo(
    () => git('rev-parse', '--show-prefix').toString().trimEnd(),
    () => {
      throw new UserError(`${option} compares commits, and ${root} is in no git repository.`);
    },
  );
  const commit = tryTo(
    () => git('rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`).toString().trim(),
    () => {
      throw new UserError(
        `${option}: the repository of ${root} has no such commit. Expected a branch, a tag or a commit; in a shallow clone ` +
          'fetch it first (git fetch --depth=1 origin <branch>).',
      );
    },
  );
  const paths = git('ls-tree', '-r', '-z', '--name-only', commit)
    .toString()
    .split('\0')
    .filter((path) => path !== '');
  const show = (path: string) => git('show', `${commit}:${prefix}${path}`);
  const source = (path: string): SourceFile => ({ name: `${ref}:${prefix}${path}`, text: show(path).toString('utf8') });
  return {
    names: paths.filter((path) => basename(path) === PARSER_FILE).map((path) => dirname(path)),
    files: (parser) => ({
      parser: source(`${parser}/${PARSER_FILE}`),
      ...(paths.includes(`${parser}/${EXTENSION_FILE}`) && { extension: source(`${parser}/${EXTENSION_FILE}`) }),
    }),
    samples: (parser) =>
      new Map(
        paths
          .filter((path) => dirname(path) === `${parser}/${LOGS_FOLDER}` && path.endsWith('.log'))
          .map((path) => [basename(path, '.log'), show(path)]),
      ),
  };
}

function tryTo<Result>(run: () => Result, otherwise: () => never): Result {
  try {
    return run();
  } catch {
    return otherwise();
  }
}
