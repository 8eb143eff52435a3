import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { projectRoot } from '../../environments/root';
import { UserError } from '../../environments/user-error';

export const PARSER_FILE = 'parser.conf';
/** An extension that belongs to a parser: it runs after it wherever the parser runs. */
export const EXTENSION_FILE = 'extension.conf';
export const LOGS_FOLDER = 'logs';
export const EVENTS_FOLDER = 'events';

/** A parser of the tree: a folder with `parser.conf`. docs/parsers.md says what else is in it. */
export interface TreeParser {
  /** The path below the tree, `squid/corrected`: also what commands take. */
  readonly name: string;
  readonly folder: string;
}

/** The folder that TRIBUTARY_PARSERS names, or else `parsers/` of the checkout. */
export function parsersFolder(): string {
  const own = process.env.TRIBUTARY_PARSERS;
  return own ? resolve(own) : join(projectRoot, 'parsers');
}

/** Every parser of the tree, by name. */
export function listParsers(root = parsersFolder()): TreeParser[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => basename(path) === PARSER_FILE)
    .map((path) => join(root, path, '..'))
    .map((folder) => ({ name: relative(root, folder).split(sep).join('/'), folder }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * The parser of that name: `squid/corrected`, or `squid` if the log type has only one.
 * @throws UserError when there is none or more than one
 */
export function findParser(name: string, root = parsersFolder()): TreeParser {
  const parsers = listParsers(root);
  const wanted = name.replace(/\/+$/, '');
  const exact = parsers.find((parser) => parser.name === wanted);
  if (exact !== undefined) return exact;
  const ofType = parsers.filter((parser) => parser.name.startsWith(`${wanted}/`));
  const [only] = ofType;
  if (only !== undefined && ofType.length === 1) return only;
  const known = (ofType.length > 0 ? ofType : parsers).map((parser) => parser.name).join(', ');
  if (ofType.length > 1) throw new UserError(`${wanted} has ${ofType.length} parsers: name one of ${known}.`);
  throw new UserError(
    `${root} has no parser ${name}. Expected ${known || `a folder with ${PARSER_FILE}`}; or name a file with --parser.`,
  );
}

/** The parsers of these names, of whole log types as well; all when none is named. */
export function selectParsers(names: readonly string[], root = parsersFolder()): TreeParser[] {
  const all = listParsers(root);
  if (all.length === 0) throw new UserError(`${root} has no parser. Expected <log type>/${PARSER_FILE} in it.`);
  if (names.length === 0) return all;
  const selected = new Set(
    names.flatMap((name) => {
      const ofType = all.filter((parser) => parser.name.startsWith(`${name.replace(/\/+$/, '')}/`));
      return ofType.length > 0 ? ofType : [findParser(name, root)];
    }),
  );
  return all.filter((parser) => [...selected].some(({ folder }) => folder === parser.folder));
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
