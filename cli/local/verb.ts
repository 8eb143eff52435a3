import type { Command } from 'commander';
import { jsonOption, print } from '../verb';
import { runLocal } from './local';

/** Adds `local`. */
export function addLocalVerb(program: Command): void {
  program
    .command('local')
    .description(
      'run the main job on emulators of this machine: real Terraform, real bundle, nothing leaves the machine',
    )
    .option('--keep', 'leave everything running until Ctrl-C, and say where')
    .addOption(jsonOption())
    .action(async ({ keep = false, json = false }: { keep?: boolean; json?: boolean }) => {
      await runLocal({ keep, report: (document, text) => print(json, document, text) });
    });
}
