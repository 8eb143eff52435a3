import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, type Stats } from 'node:fs';
import { cp, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { environmentsFolder } from '../../environments/folder';
import { environmentFile, loadEnvironment } from '../../environments/load';
import { projectRoot } from '../../environments/root';
import { UserError } from '../../environments/user-error';
import { PIPELINE_NAMES } from '../../stacks/pipelines';
import type { Progress } from '../progress';
import { synthesizeInto } from '../synth';
import { isOfPipeline, readStack, type SynthesizedStack, stackNames } from '../synthesized';
import { synthesizeAt } from './other-tree';
import { vetStacks } from './vet';

/** Which stacks are meant, and what they are compared with. */
export interface Selection {
  readonly environment: string;
  /** Only its stacks; `bootstrap`, too. Default: those of all pipelines. */
  readonly pipeline?: string;
  /** A cdktf output folder that was made elsewhere. Default: synthesized now. */
  readonly synthesized?: string;
  /** The same of the tree to compare with. */
  readonly before?: string;
  /** The commit to compare with. */
  readonly changedSince?: string;
}

/** The stacks of an environment, in folders that Terraform may work in. */
export interface Stacks {
  /** In the order in which they are deployed. */
  readonly after: readonly SynthesizedStack[];
  /** Of the tree to compare with, by name; undefined when there is none. */
  readonly before?: ReadonlyMap<string, SynthesizedStack>;
}

/**
 * Synthesizes an environment, and the tree that it is compared with, below a folder.
 * @throws UserError when there is no such environment or pipeline, it cannot be synthesized, or what was synthesized
 * elsewhere holds what it must not
 */
export async function readStacks(selection: Selection, folder: string, progress: Progress): Promise<Stacks> {
  const { synthesized, before } = selection;
  const outputs = await synthesizeBoth(selection, folder, progress);
  const stacks =
    synthesized === undefined ? select(outputs.after, selection) : takenOver(outputs.after, selection, synthesized);
  if (stacks.length === 0) throw new UserError(nothingToPlan(selection));
  if (before !== undefined) return { after: stacks, before: byName(select(existing(before), selection)) };
  if (selection.changedSince === undefined) return { after: stacks };
  return { after: stacks, before: byName(outputs.before === undefined ? [] : select(outputs.before, selection)) };
}

/** Output folders of the environment, and of the commit that it is compared with, if it existed there. */
async function synthesizeBoth(
  { environment, synthesized, changedSince }: Selection,
  folder: string,
  progress: Progress,
): Promise<{ readonly after: string; readonly before?: string }> {
  const now = () =>
    synthesized === undefined
      ? synthesizeNow(environment, join(folder, 'after'))
      : takeOver(synthesized, join(folder, 'after', 'cdktf.out'));
  if (changedSince === undefined)
    return { after: synthesized === undefined ? await progress.step(`Synthesize ${environment}`, now) : await now() };
  const title =
    synthesized === undefined
      ? `Synthesize ${environment}, now and at ${changedSince}`
      : `Synthesize ${environment} at ${changedSince}`;
  return progress.step(title, async (note) => {
    const both = [now(), synthesizeAt(changedSince, environment, join(folder, 'before'), note)] as const;
    // Both have ended before an error is told: the folder in which they write goes then.
    await Promise.allSettled(both);
    const [after, before] = await Promise.all(both);
    return { after, before };
  });
}

/** Whether Terraform would be given the same: what cdktf notes for itself is left out. */
export function isAlike(one: SynthesizedStack | undefined, other: SynthesizedStack): boolean {
  return one !== undefined && configurationDigest(one) === configurationDigest(other);
}

/** SHA-256 of what Terraform is given, in hex. */
export function configurationDigest({ document }: SynthesizedStack): string {
  return createHash('sha256').update(JSON.stringify(document, withoutNotes)).digest('hex');
}

function withoutNotes(key: string, value: unknown): unknown {
  return key === '//' ? undefined : value;
}

async function synthesizeNow(environment: string, folder: string): Promise<string> {
  // Told with line and value, which the app would do as well, but in the middle of its own words.
  loadEnvironment(environment);
  return synthesizeInto(folder, {
    environment,
    text: readFileSync(environmentFile(environment), 'utf8'),
    root: projectRoot,
  });
}

/**
 * A copy of what Tributary writes, and of nothing else: Terraform would also take in other configuration, providers and
 * links that lie in a stack's folder.
 */
async function takeOver(output: string, folder: string): Promise<string> {
  const from = await realpath(existing(output));
  await cp(from, folder, { recursive: true, filter: (path) => isOwn(relative(from, path), lstatSync(path)) });
  return folder;
}

/** @throws UserError when they are not what Tributary makes, in content or in form */
function takenOver(output: string, selection: Selection, origin: string): SynthesizedStack[] {
  try {
    const stacks = select(output, selection);
    vetStacks(stacks);
    return stacks;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${origin} does not hold what cdktf synth writes. Make it anew: npx cdktf synth --output <folder>`,
    );
  }
}

function isOwn(path: string, entry: Stats): boolean {
  if (entry.isDirectory()) return !/(^|[\\/])\.terraform$/.test(path);
  return entry.isFile() && /^(manifest\.json|stacks[\\/][a-z0-9-]+[\\/](cdk\.tf\.json|assets[\\/].+))$/.test(path);
}

function existing(output: string): string {
  if (existsSync(join(output, 'manifest.json'))) return output;
  throw new UserError(
    `${output} holds no synthesized stacks: manifest.json is missing. Expected the folder that cdktf synth --output writes.`,
  );
}

function select(output: string, { environment, pipeline }: Selection): SynthesizedStack[] {
  const pipelines = pipeline === undefined ? PIPELINE_NAMES : [pipeline];
  return stackNames(output)
    .filter((name) => pipelines.some((one) => isOfPipeline(name, environment, one)))
    .filter((name) => /^[a-z0-9-]+$/.test(name))
    .map((name) => readStack(output, name));
}

function nothingToPlan({ environment, pipeline, synthesized }: Selection): string {
  const where = synthesized ?? (existsSync(environmentFile(environment)) ? environment : environmentsFolder());
  return pipeline === undefined
    ? `${where} holds no stack of the environment ${environment}.`
    : `The environment ${environment} has no pipeline ${pipeline}.`;
}

function byName(stacks: readonly SynthesizedStack[]): ReadonlyMap<string, SynthesizedStack> {
  return new Map(stacks.map((stack) => [stack.name, stack]));
}
