import { Argument, type Command, Option } from 'commander';
import { Progress } from '../progress';
import { conclude, jsonOption } from '../verb';
import { planReshard, SHARDS, type Shards } from './reshard';
import { LOGPUSH_PIPELINE } from './status-jobs';

/** Adds `reshard <env> logpush-taegis --to <number>`. */
export function addReshardVerb(program: Command): void {
  program
    .command('reshard')
    .description('show how to move Logpush jobs to another number of stacks, without losing logs')
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('<pipeline>', LOGPUSH_PIPELINE).choices([LOGPUSH_PIPELINE]))
    .addOption(new Option('--to <number>', 'number of stacks').choices(SHARDS.map(String)).makeOptionMandatory())
    .addOption(jsonOption())
    .action(async (env: string, _pipeline: string, { to, json = false }: { to: string; json?: boolean }) => {
      const shards = Number(to) as Shards;
      const verdict = await new Progress().step(`Compare the stacks of ${env}`, () => planReshard(env, shards));
      conclude(verdict, json);
    });
}
