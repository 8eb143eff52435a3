import type { Command } from 'commander';
import { addActivateVerb } from './activate';

/** Adds the group `parser`: SecOps parsers, and which of them are active. */
export function addParserVerbs(program: Command): void {
  const group = program.command('parser').description('SecOps parsers: which are active');
  addActivateVerb(group);
}
