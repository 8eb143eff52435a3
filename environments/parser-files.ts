import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environmentsFolder } from './folder';
import { projectRoot } from './root';
import { UserError } from './user-error';

/** The parser itself, or the extension that is merged over its events. */
export type ParserFileKind = 'parser' | 'extension';

/** The choice of Google's own parser, which has no file. */
export const PREBUILT = 'prebuilt';

/** How large a file may be. SecOps documents no limit; Terraform keeps the text in plan and state. */
const LARGEST_BYTES = 1_048_576;

/**
 * The file that an environment chooses for a log type; it need not exist.
 * @param choice a variant (`improved`: of `parsers/<log type>/` of the project), one of another folder (`squid/corrected`),
 * or a file of one's own (`parsers/proxy.conf`: beside the environment files)
 */
export function parserFile(logType: string, choice: string, kind: ParserFileKind): string {
  if (choice.endsWith('.conf')) return join(environmentsFolder(), choice);
  return join(projectRoot, 'parsers', ...(choice.includes('/') ? [] : [logType]), choice, `${kind}.conf`);
}

/** Why a chosen file cannot be deployed, as what is expected instead; undefined when it can. */
export function parserFileProblem(logType: string, choice: string, kind: ParserFileKind): string | undefined {
  const file = parserFile(logType, choice, kind);
  if (!existsSync(file)) return choice.endsWith('.conf') ? missingFile(file) : unknownVariant(logType, kind);
  const stats = statSync(file);
  if (!stats.isFile()) return `a file; ${file} is none`;
  if (stats.size > LARGEST_BYTES)
    return `a file of at most ${LARGEST_BYTES.toLocaleString('en')} bytes; ${file} has ${stats.size.toLocaleString('en')}`;
  const text = decode(readFileSync(file));
  if (text === undefined) return `a text in UTF-8; ${file} is none`;
  if (text.trim() === '') return `the code of ${withArticle(kind)}, filter { … }; ${file} is empty`;
  return undefined;
}

/**
 * The code of a chosen file. Line ends are LF, however git has checked it out: another text would be another parser.
 * @throws UserError when it cannot be deployed
 */
export function readParserFile(logType: string, choice: string, kind: ParserFileKind): string {
  const problem = parserFileProblem(logType, choice, kind);
  if (problem !== undefined)
    throw new UserError(`The ${kind} ${choice} of the log type ${logType} cannot be deployed. Expected ${problem}.`);
  return readFileSync(parserFile(logType, choice, kind), 'utf8').replaceAll('\r\n', '\n');
}

function missingFile(file: string): string {
  return `a file that exists: there is no ${file}. A path begins at the folder of the environment files`;
}

function unknownVariant(logType: string, kind: ParserFileKind): string {
  const variants = [...(kind === 'parser' ? [PREBUILT] : []), ...variantsOf(logType, kind)];
  const others = `a variant of another log type (<folder>/<variant>, as in parsers/ of the project) or a file beside the environment files (parsers/<name>.conf)`;
  return variants.length === 0 ? others : `${variants.join(', ')}, ${others}`;
}

/** Variants of the project that have such a file, sorted. */
function variantsOf(logType: string, kind: ParserFileKind): string[] {
  const folder = join(projectRoot, 'parsers', logType);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, `${kind}.conf`)))
    .sort();
}

function withArticle(kind: ParserFileKind): string {
  return kind === 'parser' ? 'a parser' : 'an extension';
}

/** Undefined for bytes that are no text. */
function decode(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
