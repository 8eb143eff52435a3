import { CbnError } from '../errors';
import { compileRegex, type Regex } from '../regex/regex';
import { Failure } from '../run';
import type { Position } from '../source';
import type { Report } from '../syntax/report';

/** A regular expression of a parser's file; undefined and an error in the report when RE2 refuses it. */
export function compilePattern(source: string, position: Position, report: Report): Regex | undefined {
  try {
    return compileRegex(source);
  } catch (error) {
    if (!(error instanceof CbnError)) throw error;
    report.error(error.code, position, error.message);
    return undefined;
  }
}

/** A regular expression made at run time. */
export function patternOf(source: string): Regex | Failure {
  try {
    return compileRegex(source);
  } catch (error) {
    if (error instanceof CbnError) return new Failure(error.code, error.message, source);
    throw error;
  }
}
