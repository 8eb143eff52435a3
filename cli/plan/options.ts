import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { BOOTSTRAP_NAME, PIPELINE_NAMES } from '../../stacks/pipelines';

/** The arguments of the verbs that work on all stacks of an environment; those of bootstrap only by name. */
export function addStackArguments(command: Command): Command {
  return command
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('[pipeline]', 'only its stacks').choices([...PIPELINE_NAMES, BOOTSTRAP_NAME]));
}

export function parallelismOption(): Option {
  return new Option('--parallelism <number>', 'stacks at once; default: one for each processor, at least 4').argParser(
    (text) => {
      if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 to 99.');
      return Number(text);
    },
  );
}

export function failOnOption(): Option {
  return new Option('--fail-on <what>', 'end with 1 if anything is destroyed or replaced').choices(['destroy']);
}

export function allowOption(): Option {
  return new Option('--allow <types...>', 'types of resources that may be destroyed all the same, for --fail-on');
}
