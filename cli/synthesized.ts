import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Resources = Record<string, Record<string, Record<string, unknown>>>;

/** A stack as cdktf wrote it: what is deployed, and the only thing that the commands know of it. */
export interface SynthesizedStack {
  readonly name: string;
  /** Folder of the stack: Terraform runs there, and paths of assets are relative to it. */
  readonly folder: string;
  /** Configurations of each provider, by its name. */
  readonly provider: Record<string, Record<string, unknown>[]>;
  readonly variable: Record<string, unknown>;
  readonly resource: Resources;
  readonly output: Record<string, { readonly value: string; readonly sensitive?: boolean }>;
  /** All of it. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** What is read here of the manifest that cdktf writes. */
interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly name: string; readonly dependencies: readonly string[] }>>;
}

/** Names of all stacks in a cdktf output folder, sorted, each behind those that it depends on. */
export function stackNames(outputFolder: string): string[] {
  const { stacks }: Manifest = JSON.parse(readFileSync(join(outputFolder, 'manifest.json'), 'utf8'));
  const names = new Set<string>();
  const add = (name: string) => {
    for (const dependency of [...(stacks[name]?.dependencies ?? [])].sort()) add(dependency);
    names.add(name);
  };
  for (const name of Object.keys(stacks).sort()) add(name);
  return [...names];
}

/** Whether a stack, by its name, is one of a pipeline, which may have several. */
export function isOfPipeline(stack: string, environment: string, pipeline: string): boolean {
  const name = `${environment}-${pipeline}`;
  return stack === name || stack.startsWith(`${name}-`);
}

/** Reads all stacks of a cdktf output folder, in the order of {@link stackNames}. */
export function readAllStacks(outputFolder: string): SynthesizedStack[] {
  return stackNames(outputFolder).map((name) => readStack(outputFolder, name));
}

/** Reads one stack out of a cdktf output folder. */
export function readStack(outputFolder: string, name: string): SynthesizedStack {
  const folder = join(outputFolder, 'stacks', name);
  return stackOf(name, folder, JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')));
}

/** A stack with this content. */
export function stackOf(
  name: string,
  folder: string,
  document: Partial<SynthesizedStack['document']>,
): SynthesizedStack {
  const { provider = {}, variable = {}, resource = {}, output = {} } = document as Partial<SynthesizedStack>;
  return { name, folder, provider, variable, resource, output, document };
}

/** All resources of a type. */
export function resourcesOf<T>(stack: SynthesizedStack, type: string): T[] {
  return Object.values(stack.resource[type] ?? {}) as T[];
}

/** The one resource of a type. */
export function onlyResource<T>(stack: SynthesizedStack, type: string): T {
  const [resource, ...others] = resourcesOf<T>(stack, type);
  if (resource === undefined || others.length > 0)
    throw new Error(`${stack.name} has ${resource ? others.length + 1 : 'no'} ${type}, one was expected`);
  return resource;
}

/** Replaces references to arguments that the stack itself sets, such as `${google_storage_bucket.x.name}`. */
export function resolveReferences(stack: SynthesizedStack, text: string): string {
  return text.replace(/\$\{(\w+)\.([\w-]+)\.(\w+)\}/g, (reference, type, name, argument) => {
    const value = stack.resource[type]?.[name]?.[argument];
    if (typeof value !== 'string') throw new Error(`${stack.name}: ${reference} is not set in the stack`);
    return value;
  });
}
