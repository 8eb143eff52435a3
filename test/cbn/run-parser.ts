import { compileParser, type Parser } from '../../cbn/engine';
import { CbnError } from '../../cbn/errors';
import type { EngineOptions } from '../../cbn/options';
import type { ParserRun } from '../../cbn/parser-run';
import type { StateMap } from '../../cbn/values';

/** When the logs of these tests were received: 2026-03-04T05:06:07.5Z. */
export const RECEIVED = { seconds: 1_772_600_767, nanos: 500_000_000 };

/** A parser of these statements. */
export function parserOf(body: string, options?: Partial<EngineOptions>): Parser {
  return compileParser({ name: 'test.conf', text: `filter {\n${body}\n}` }, options);
}

export function runParser(body: string, log = '', options?: Partial<EngineOptions>): ParserRun {
  return parserOf(body, options).run(log, { received: RECEIVED, state: true });
}

/** The state that statements leave. @throws CbnError the log's */
export function stateOf(body: string, log = '', options?: Partial<EngineOptions>): StateMap {
  const { state, error } = runParser(body, log, options);
  if (error !== undefined) throw error;
  return state as StateMap;
}

/** The log's error. */
export function errorOf(body: string, log = '', options?: Partial<EngineOptions>): CbnError {
  const { error } = runParser(body, log, options);
  if (error === undefined) throw new Error('The log did not fail.');
  return error;
}

/** The error that compiling a file throws. */
export function syntaxErrorOf(text: string): CbnError {
  try {
    compileParser({ name: 'test.conf', text });
  } catch (error) {
    if (error instanceof CbnError) return error;
    throw error;
  }
  throw new Error('The file has no error.');
}

/** Codes of a parser's warnings. */
export function warningsOf(body: string): string[] {
  return parserOf(body).warnings.map(({ code }) => code);
}
