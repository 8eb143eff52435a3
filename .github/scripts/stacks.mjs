/**
 * What the workflows are to run over, from a cdktf output folder: `node stacks.mjs <cdktf.out> [pipeline...]`, the pipelines
 * to keep, or all. Prints outputs of a step:
 *
 * - `environments`: `["dev","prod"]`, in the order of TRIBUTARY_ENVIRONMENT_NAMES (JSON list), or all when that is empty
 * - `stages`: `[{"environment":"dev","pipelines":["qualys-secops"]}]`
 * - `stacks`: `[{"environment":"dev","pipeline":"qualys-secops"}]`
 *
 * A pipeline that is sharded into several stacks is one here: its commands take them all.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './github.mjs';

/** Held to be those of stacks/pipelines.ts by a test. */
const PIPELINES = ['qualys-secops', 'cloudtrail-cortex', 'logpush-taegis'];
const STACK = new RegExp(`^([a-z][a-z0-9-]{1,13}?)-(${PIPELINES.join('|')})(?:-[a-z0-9-]+)?$`);

await run(() => {
  const [folder, ...kept] = process.argv.slice(2);
  if (folder === undefined) throw new Error('stacks.mjs: name a cdktf output folder.');
  const stranger = kept.find((pipeline) => !PIPELINES.includes(pipeline));
  if (stranger) throw new Error(`stacks.mjs: no pipeline ${stranger}, expected ${PIPELINES.join(', ')}.`);
  const found = readStacks(folder);
  const stages = environmentNames(found)
    .map((environment) => ({
      environment,
      pipelines: (kept.length > 0 ? kept : PIPELINES).filter((pipeline) => found.get(environment)?.has(pipeline)),
    }))
    .filter(({ pipelines }) => pipelines.length > 0);
  const stacks = stages.flatMap(({ environment, pipelines }) =>
    pipelines.map((pipeline) => ({ environment, pipeline })),
  );
  print(
    'environments',
    stages.map(({ environment }) => environment),
  );
  print('stages', stages);
  print('stacks', stacks);
});

/**
 * Pipelines by environment. The names may come from a pull request: what is no name of a stack is left out.
 *
 * @param {string} folder
 * @returns {Map<string, Set<string>>}
 */
function readStacks(folder) {
  const { stacks } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const stack of Object.keys(stacks).sort()) {
    const [, environment, pipeline] = STACK.exec(stack) ?? [];
    if (environment === undefined || pipeline === undefined) continue;
    found.set(environment, (found.get(environment) ?? new Set()).add(pipeline));
  }
  return found;
}

/**
 * @param {Map<string, Set<string>>} found
 * @returns {string[]}
 */
function environmentNames(found) {
  const text = process.env.TRIBUTARY_ENVIRONMENT_NAMES;
  if (!text) return [...found.keys()].sort();
  const names = parseNames(text);
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new Error(
      `TRIBUTARY_ENVIRONMENT_NAMES: there is no stack of ${missing.join(', ')}. Environments here: ` +
        `${[...found.keys()].join(', ') || 'none'}.`,
    );
  return names;
}

/**
 * @param {string} text
 * @returns {string[]}
 */
function parseNames(text) {
  try {
    const names = JSON.parse(text);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string') && names.length > 0)
      return [...new Set(names)];
  } catch {
    // Told below, with the text.
  }
  throw new Error(
    `TRIBUTARY_ENVIRONMENT_NAMES is ${text}: expected a JSON list of environments in the order of their deploys, such as ["dev","prod"].`,
  );
}

/**
 * @param {string} name
 * @param {readonly unknown[]} value
 */
function print(name, value) {
  console.log(`${name}=${JSON.stringify(value)}`);
}
