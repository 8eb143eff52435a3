import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileParser, type Parser } from '../../cbn/engine';
import { CbnError } from '../../cbn/errors';
import { type ExtendedRun, runExtended } from '../../cbn/extended';
import type { EngineOptions } from '../../cbn/options';
import type { RunOptions } from '../../cbn/parser-run';
import type { SourceFile } from '../../cbn/source';
import { displayPath } from '../../environments/load';
import { UserError } from '../../environments/user-error';
import { EXTENSION_FILE, PARSER_FILE, type TreeParser } from './tree';

/** A parser, and the extension that runs after it. */
export interface Program {
  readonly parser: Parser;
  readonly extension: Parser | undefined;
  run(log: string | Uint8Array, options?: RunOptions): ExtendedRun;
}

/** The files of a program. */
export interface ProgramFiles {
  readonly parser: SourceFile;
  readonly extension?: SourceFile;
  /** Label of the log type, which the service puts into the metadata. */
  readonly logType?: string;
}

/** The files of a parser of the tree. */
export function filesOf({ name, folder }: TreeParser): ProgramFiles {
  const extension = join(folder, EXTENSION_FILE);
  return {
    parser: readSource(join(folder, PARSER_FILE)),
    ...logTypeOf(name),
    ...(existsSync(extension) && { extension: readSource(extension) }),
  };
}

/** Labels are in capitals: a folder with another name is none. */
export function logTypeOf(parser: string): Pick<ProgramFiles, 'logType'> {
  const [first = ''] = parser.replace(/^parsers\//, '').split('/');
  return /^[A-Z][A-Z0-9_]+$/.test(first) ? { logType: first } : {};
}

/** @throws UserError when there is no such file or it is no text */
export function readSource(file: string): SourceFile {
  const name = displayPath(file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UserError(`${name} does not exist. Expected the file of a parser.`);
    if (code === 'EISDIR')
      throw new UserError(`${name} is a folder. Expected the file of a parser, such as ${name}/${PARSER_FILE}.`);
    throw new UserError(`${name} could not be read: ${message}.`);
  }
  if (!isUtf8(bytes) || bytes.includes(0))
    throw new UserError(`${name} is no text in UTF-8. Expected the file of a parser.`);
  return { name, text: bytes.toString('utf8').replace(/^\ufeff/, '') };
}

/** @throws UserError with every problem of the files */
export function compileProgram(
  { parser, extension, logType }: ProgramFiles,
  options: Partial<EngineOptions> = {},
): Program {
  const engine = { ...(logType !== undefined && { logType }), ...options };
  const base = compile(parser, engine);
  const extending = extension && compile(extension, engine);
  return {
    parser: base,
    extension: extending,
    run:
      extending === undefined ? base.run : (log, options) => runExtended(base, extending, log, { ...options, engine }),
  };
}

function compile(source: SourceFile, engine: Partial<EngineOptions>): Parser {
  try {
    return compileParser(source, engine);
  } catch (error) {
    if (error instanceof CbnError) throw new UserError(error.message);
    throw error;
  }
}
