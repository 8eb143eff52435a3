import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'cdktf';
import { lockFileOf } from '../environments/provider-locks';
import { PipelineStack } from './pipeline-stack';

/**
 * Gives the folder of each synthesized stack the lock file of its provider, if `./tributary lock` made one: every
 * `terraform init` there, cdktf's too, takes the packages that it names.
 */
export function lockProviders(app: App): void {
  for (const stack of app.node.children) {
    const lock = stack instanceof PipelineStack ? lockFileOf([stack.providerName]) : undefined;
    if (lock !== undefined) copyFileSync(lock, join(app.outdir, 'stacks', stack.node.id, '.terraform.lock.hcl'));
  }
}
