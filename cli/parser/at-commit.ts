import { execFileSync } from 'node:child_process';
import { basename, dirname } from 'node:path/posix';
import type { SourceFile } from '../../cbn/source';
import { UserError } from '../../environments/user-error';
import { logTypeOf, type ProgramFiles } from './program';
import { EXTENSION_FILE, LOGS_FOLDER, PARSER_FILE, type TreeRoot } from './tree';

/** The parsers of another version of a tree. */
export interface TreeAtCommit {
  /** Names of its parsers. */
  readonly names: readonly string[];
  files(parser: string): ProgramFiles;
  /** The files of samples by name, without `.log`. */
  samples(parser: string): ReadonlyMap<string, Buffer>;
}

const MOST_BYTES = 256 * 1024 * 1024;

/** Top folder of the git repository that holds a folder; undefined when it is in none. */
export function repositoryOf(folder: string): string | undefined {
  try {
    return git(folder, 'rev-parse', '--show-toplevel').toString().trimEnd();
  } catch {
    return undefined;
  }
}

/**
 * A tree as it was at a commit of the repository that holds it.
 * @param option for errors: how the user named the commit
 * @throws UserError when there is no such commit
 */
export function treeAt(ref: string, { root, prefix }: TreeRoot, option: string): TreeAtCommit {
  const commit = commitOf(ref, root, option);
  const place = git(root, 'rev-parse', '--show-prefix').toString().trimEnd();
  const paths = git(root, 'ls-tree', '-r', '-z', '--name-only', commit).toString().split('\0');
  const show = (path: string) => git(root, 'show', `${commit}:${place}${path}`);
  const source = (path: string): SourceFile => ({ name: `${ref}:${place}${path}`, text: show(path).toString('utf8') });
  const pathOf = (parser: string, file: string) => `${parser.slice(prefix.length)}/${file}`;
  return {
    names: paths.filter((path) => basename(path) === PARSER_FILE).map((path) => prefix + dirname(path)),
    files: (parser) => ({
      ...logTypeOf(parser),
      parser: source(pathOf(parser, PARSER_FILE)),
      ...(paths.includes(pathOf(parser, EXTENSION_FILE)) && { extension: source(pathOf(parser, EXTENSION_FILE)) }),
    }),
    samples: (parser) =>
      new Map(
        paths
          .filter((path) => dirname(path) === pathOf(parser, LOGS_FOLDER) && path.endsWith('.log'))
          .map((path) => [basename(path, '.log'), show(path)]),
      ),
  };
}

function commitOf(ref: string, root: string, option: string): string {
  try {
    return git(root, 'rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`).toString().trim();
  } catch {
    throw new UserError(
      `${option}: the repository of ${root} has no such commit. Expected a branch, a tag or a commit; in a shallow clone ` +
        'fetch it first (git fetch --depth=1 origin <branch>).',
    );
  }
}

function git(folder: string, ...args: string[]): Buffer {
  return execFileSync('git', ['-C', folder, ...args], { maxBuffer: MOST_BYTES, stdio: ['ignore', 'pipe', 'pipe'] });
}
