import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { parsersFolder } from '../../environments/folder';
import { projectRoot } from '../../environments/root';
import { UserError } from '../../environments/user-error';

export const PARSER_FILE = 'parser.conf';
/** An extension that belongs to a parser: it runs after it wherever the parser runs. */
export const EXTENSION_FILE = 'extension.conf';
export const LOGS_FOLDER = 'logs';
export const EVENTS_FOLDER = 'events';

/** A parser of a tree: a folder with `parser.conf`. docs/parsers.md says what else is in it. */
export interface TreeParser {
  /** What commands take: the path below the project's tree, `squid/corrected`, and for one's own `parsers/proxy/mine`. */
  readonly name: string;
  readonly folder: string;
}

/** A folder of parsers. */
export interface TreeRoot {
  readonly root: string;
  /** Before the path of each of its parsers in their names. */
  readonly prefix: '' | 'parsers/';
}

/** The project's tree, and one's own beside the environment files: named as environment files name what is in it. */
export function parserTrees(): TreeRoot[] {
  const project: TreeRoot = { root: join(projectRoot, 'parsers'), prefix: '' };
  const own: TreeRoot = { root: parsersFolder(), prefix: 'parsers/' };
  return [project, own].filter(({ root }) => existsSync(root));
}

/** Those that lie within the project's folder, where they are in another checkout of it; they need not exist there. */
export function treesIn(checkout: string): TreeRoot[] {
  return parserTrees()
    .map(({ root, prefix }) => ({ path: relative(projectRoot, root), prefix }))
    .filter(({ path }) => !path.startsWith('..'))
    .map(({ path, prefix }) => ({ root: join(checkout, path), prefix }));
}

/** Every parser, by name. */
export function listParsers(trees: readonly TreeRoot[] = parserTrees()): TreeParser[] {
  return trees
    .filter(({ root }) => existsSync(root))
    .flatMap(({ root, prefix }) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((path) => basename(path) === PARSER_FILE)
        .map((path) => join(root, path, '..'))
        .map((folder) => ({ name: prefix + relative(root, folder).split(sep).join('/'), folder })),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * The parser of that name: `squid/corrected`, or `squid` if the log type has only one.
 * @throws UserError when there is none or more than one
 */
export function findParser(name: string, trees: readonly TreeRoot[] = parserTrees()): TreeParser {
  const parsers = listParsers(trees);
  const wanted = name.replace(/\/+$/, '');
  const exact = parsers.find((parser) => parser.name === wanted);
  if (exact !== undefined) return exact;
  const ofType = parsers.filter((parser) => parser.name.startsWith(`${wanted}/`));
  const [only] = ofType;
  if (only !== undefined && ofType.length === 1) return only;
  const known = (ofType.length > 0 ? ofType : parsers).map((parser) => parser.name).join(', ');
  if (ofType.length > 1) throw new UserError(`${wanted} has ${ofType.length} parsers: name one of ${known}.`);
  throw new UserError(
    `There is no parser ${name}. Expected ${known || `a folder with ${PARSER_FILE} in parsers/`}; or name a file with --parser.`,
  );
}

/** The parsers of these names, of whole log types as well; all when none is named. */
export function selectParsers(names: readonly string[], trees: readonly TreeRoot[] = parserTrees()): TreeParser[] {
  const all = listParsers(trees);
  if (all.length === 0) throw new UserError(`There is no parser: expected parsers/<log type>/${PARSER_FILE}.`);
  if (names.length === 0) return all;
  const selected = new Set(
    names.flatMap((name) => {
      const ofType = all.filter((parser) => parser.name.startsWith(`${name.replace(/\/+$/, '')}/`));
      return (ofType.length > 0 ? ofType : [findParser(name, trees)]).map((parser) => parser.name);
    }),
  );
  return all.filter((parser) => selected.has(parser.name));
}

/** Names of the files of samples, without `.log`. */
export function sampleNames({ folder }: TreeParser): string[] {
  return namesIn(join(folder, LOGS_FOLDER), '.log');
}

/** Names of the files of expected events, without `.json`. */
export function expectationNames({ folder }: TreeParser): string[] {
  return namesIn(join(folder, EVENTS_FOLDER), '.json');
}

function namesIn(folder: string, suffix: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length))
    .sort();
}
