import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdktf';
import { checkEnvironment } from '../environments/check';
import type { Environment } from '../environments/schema';
import { addEnvironment } from '../main';

/** A stack's Terraform JSON, loosely typed: tests look at what Terraform will see. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is Terraform's, and wrong paths fail the assertion
export type StackJson = Record<string, any>;

/** Synthesizes environments as the app does, validations included, and gives each stack's JSON by name. */
export function synthesize(...environments: Environment[]): Record<string, StackJson> {
  return synthesizeStacks((app) => {
    for (const environment of environments) addEnvironment(app, environment);
  });
}

/** The same for the stacks that a function adds. */
export function synthesizeStacks(add: (app: App) => void): Record<string, StackJson> {
  const outdir = mkdtempSync(join(tmpdir(), 'tributary-synth-'));
  try {
    const app = new App({ outdir });
    add(app);
    app.synth();
    const { stacks } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'));
    return Object.fromEntries(
      Object.keys(stacks).map((name) => [
        name,
        JSON.parse(readFileSync(join(outdir, stacks[name].synthesizedStackPath), 'utf8')),
      ]),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** An environment from YAML text; fails the test when it has problems. */
export function parseEnvironment(name: string, text: string): Environment {
  const { environment, problems } = checkEnvironment(`${name}.yaml`, text, name);
  if (environment === undefined) throw new Error(JSON.stringify(problems, null, 2));
  return environment;
}

/** The only resource of a type in a stack. */
export function only(stack: StackJson, type: string): StackJson {
  const resources: StackJson[] = Object.values(stack.resource[type] ?? {});
  if (resources.length !== 1 || resources[0] === undefined) throw new Error(`${resources.length} ${type}, 1 expected`);
  return resources[0];
}
