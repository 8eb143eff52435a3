import type { Command } from 'commander';
import { addCheckVerb } from './check-verb';
import { addCoverageVerb } from './coverage-verb';
import { addDiffVerb } from './diff-verb';
import { addRunVerb } from './run-verb';
import { addTestVerb } from './test-verb';

/** Adds `parser …`. */
export function addParserVerbs(program: Command): void {
  const parser = program.command('parser').description('SecOps parsers, offline: run, test, check and compare them');
  addRunVerb(parser);
  addTestVerb(parser);
  addCheckVerb(parser);
  addCoverageVerb(parser);
  addDiffVerb(parser);
}
