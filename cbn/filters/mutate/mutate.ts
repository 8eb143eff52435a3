import type { Execute, Filter } from '../filter';
import type { OptionReader } from '../options';
import { compileConvert } from './convert';
import { compileCopy, compileMerge, compileRemove, compileRename } from './move';
import { compileAddField, compileReplace, compileUpdate } from './replace';
import { compileCase, compileGsub, compileJoin, compileSplit } from './text';

type CompileOperation = (options: OptionReader, name: string) => readonly Execute[];

/** In the order in which they run, whatever their order in the text. */
const OPERATIONS: readonly (readonly [string, CompileOperation])[] = [
  ['rename', compileRename],
  ['update', compileUpdate],
  ['replace', compileReplace],
  ['convert', compileConvert],
  ['gsub', compileGsub],
  ['uppercase', compileCase],
  ['capitalize', compileCase],
  ['lowercase', compileCase],
  ['strip', compileCase],
  ['remove', compileRemove],
  ['split', compileSplit],
  ['join', compileJoin],
  ['merge', compileMerge],
  ['copy', compileCopy],
  ['add_field', compileAddField],
  ['remove_field', compileRemove],
];

/**
 * `mutate { … }`: operations in a fixed order, of which the first that fails ends the statement; what those before it
 * did stays.
 */
export const mutate: Filter = {
  options: OPERATIONS.map(([name]) => name),
  compile(options) {
    const steps = OPERATIONS.flatMap(([name, compile]) => (options.has(name) ? compile(options, name) : []));
    const [only] = steps;
    if (only !== undefined && steps.length === 1) return only;
    return (run) => {
      for (const step of steps) {
        const failure = step(run);
        if (failure !== undefined) return failure;
      }
      return undefined;
    };
  },
};
