import type { Command } from 'commander';
import { addActivateVerb } from './activate';
import { addCheckVerb } from './check-verb';
import { addCoverageVerb } from './coverage-verb';
import { addDiffVerb } from './diff-verb';
import { addRunVerb } from './run-verb';
import { addTestVerb } from './test-verb';

/** Adds `parser …`: run, test, check, coverage and diff work on this machine, activate in SecOps. */
export function addParserVerbs(program: Command): void {
  const group = program.command('parser').description('SecOps parsers: run, test and compare them, and activate one');
  addRunVerb(group);
  addTestVerb(group);
  addCheckVerb(group);
  addCoverageVerb(group);
  addDiffVerb(group);
  addActivateVerb(group);
}
