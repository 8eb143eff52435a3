import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { Progress } from '../progress';
import { withTerraform } from '../terraform/session';
import { conclude, jsonOption } from '../verb';
import { lockProviders, PLATFORMS } from './lock';

/** Adds `lock`. */
export function addLockVerb(program: Command): void {
  program
    .command('lock')
    .description('write the checksums of the Terraform providers of all environments, to be committed')
    .addOption(
      new Option('--platform <names...>', 'platforms that run Terraform').default([...PLATFORMS], PLATFORMS.join(', ')),
    )
    .option('--mirror <folder>', 'take them from a filesystem mirror instead of the registry')
    .addOption(jsonOption())
    .action(async ({ platform, mirror, json }: { platform: string[]; mirror?: string; json?: boolean }) => {
      const verdict = await withTerraform((session) =>
        lockProviders({
          platforms: platform,
          ...(mirror && { mirror: resolve(mirror) }),
          session,
          progress: new Progress(),
        }),
      );
      conclude(verdict, json ?? false);
    });
}
