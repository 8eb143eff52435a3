import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { basename, dirname } from 'node:path/posix';
import type { SourceFile } from '../../cbn/source';
import { UserError } from '../../environments/user-error';
import { logTypeOf, type ProgramFiles } from './program';
import { EXTENSION_FILE, LOGS_FOLDER, PARSER_FILE, type TreeRoot } from './tree';

/** The parsers of a tree, of one version of it. */
export interface TreeVersion {
  /** Names of its parsers. */
  readonly names: readonly string[];
  files(parser: string): ProgramFiles;
  /** The content of each file of samples. */
  samples(parser: string): readonly Buffer[];
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

/** The tree as it is now. Links are not followed: the files may be those of a pull request. */
export function versionIn({ root, prefix }: TreeRoot): TreeVersion {
  const entries = existsSync(root) ? readdirSync(root, { recursive: true, withFileTypes: true }) : [];
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return versionOf(paths, (path) => readFileSync(join(root, path)), prefix, root);
}

/**
 * The tree as it was at a commit of the repository that holds it.
 * @param option for errors: how the user named the commit
 * @throws UserError when there is no such commit
 */
export function versionAt(ref: string, { root, prefix }: TreeRoot, option: string): TreeVersion {
  const commit = commitOf(ref, root, option);
  const place = git(root, 'rev-parse', '--show-prefix').toString().trimEnd();
  const paths = git(root, 'ls-tree', '-r', '-z', '--name-only', commit).toString().split('\0');
  return versionOf(paths, (path) => git(root, 'show', `${commit}:${place}${path}`), prefix, `${ref}:${place}`);
}

/** @param label for errors: where the paths begin */
function versionOf(
  paths: readonly string[],
  read: (path: string) => Buffer,
  prefix: TreeRoot['prefix'],
  label: string,
): TreeVersion {
  const pathOf = (parser: string, file: string) => `${parser.slice(prefix.length)}/${file}`;
  const source = (path: string): SourceFile => ({ name: join(label, path), text: read(path).toString('utf8') });
  return {
    names: paths.filter((path) => basename(path) === PARSER_FILE).map((path) => prefix + dirname(path)),
    files: (parser) => ({
      ...logTypeOf(parser),
      parser: source(pathOf(parser, PARSER_FILE)),
      ...(paths.includes(pathOf(parser, EXTENSION_FILE)) && { extension: source(pathOf(parser, EXTENSION_FILE)) }),
    }),
    samples: (parser) =>
      paths.filter((path) => dirname(path) === pathOf(parser, LOGS_FOLDER) && path.endsWith('.log')).map(read),
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
