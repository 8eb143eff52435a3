import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgetChecksums } from '../../cli/terraform/checksums';
import { TerraformCli } from '../../cli/terraform/run';
import type { StackJson } from '../synthesize';
import { readReadiness } from './readiness';

/** A stack in a folder of its own, with its state beside it. */
export interface StackCopy {
  readonly folder: string;
  /** Its configuration. */
  readonly json: StackJson;
  /** The state of its last apply, as text. */
  state(): string;
  /** Without colours; `output` is both streams, without the frames of errors and with single spaces. */
  run(...args: string[]): Promise<{ readonly code: number; readonly output: string }>;
}

/** A synthesized stack, for runs with the variables `env`. */
export function copyStack(stack: string, place: string, env: NodeJS.ProcessEnv): StackCopy {
  const { folder } = readReadiness();
  const copy = join(folder, place, stack);
  cpSync(join(folder, 'cdktf.out', 'stacks', stack), copy, { recursive: true });
  const json: StackJson = JSON.parse(readFileSync(join(copy, 'cdk.tf.json'), 'utf8'));
  json.terraform.backend = { local: { path: STATE } };
  // Grants of the simulated cloud hold at once: the wait for them (constructs/google/settled-grants.ts) would only be long.
  for (const { provisioner = [] } of Object.values<StackJson>(json.resource.terraform_data ?? {}))
    for (const { 'local-exec': local } of provisioner) local.command = 'node --version';
  return writeStack(copy, json, env);
}

/** A stack of this configuration in a folder that exists. */
export function writeStack(folder: string, json: StackJson, env: NodeJS.ProcessEnv): StackCopy {
  const { terraform = 'terraform', env: ready } = readReadiness();
  const cli = new TerraformCli(terraform, { ...ready, ...env });
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(json));
  return {
    folder,
    json,
    state: () => readFileSync(join(folder, STATE), 'utf8'),
    async run(command, ...args) {
      if (command !== 'init') await forgetChecksums(folder);
      const { code, stdout, stderr } = await cli.run(folder, [command, ...args, '-no-color']);
      return { code, output: `${stdout}${stderr}`.replaceAll(/[│╷╵\s]+/g, ' ') };
    },
  };
}

const STATE = 'terraform.tfstate';
