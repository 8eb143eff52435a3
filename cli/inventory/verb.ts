import { writeFileSync } from 'node:fs';
import { Argument, type Command, Option } from 'commander';
import { createColors } from 'picocolors';
import { environmentsFolder } from '../../environments/folder';
import { loadEnvironment } from '../../environments/load';
import { UserError } from '../../environments/user-error';
import { PIPELINE_NAMES, type PipelineName } from '../../stacks/pipelines';
import { EXIT } from '../exit-codes';
import { requireSection } from '../pipeline-section';
import { isColorful, Progress } from '../progress';
import { synthesizeEnvironment, synthesizeStacks } from '../synth';
import { conclude, jsonOption } from '../verb';
import { takeInventory } from './inventory';
import { renderMarkdown } from './markdown';
import type { Inventory } from './model';
import { renderText } from './text';

/** Columns without a terminal. */
const DEFAULT_WIDTH = 80;

interface Options {
  /** `true`: to standard output. */
  readonly markdown?: string | true;
  readonly json?: boolean;
}

/** Adds `inventory <env> [pipeline]`. */
export function addInventoryVerb(program: Command): void {
  program
    .command('inventory')
    .description('show what the stacks hold: stores, keys, identities and secrets, and who gets at them')
    .argument('<env>', 'name of the environment')
    .addArgument(new Argument('[pipeline]', 'one pipeline instead of all').choices(PIPELINE_NAMES))
    .addOption(new Option('--markdown [file]', 'Markdown, on standard output or into a file').conflicts('json'))
    .addOption(jsonOption())
    .action(async (env: string, pipeline: PipelineName | undefined, { markdown, json = false }: Options) => {
      refusePipeline(env, markdown);
      const inventory = await new Progress().step(`Read the stacks of ${env}`, () => readInventory(env, pipeline));
      const exitCode = inventory.unknown.length === 0 ? EXIT.good : EXIT.couldNotTell;
      if (typeof markdown === 'string') writeReport(markdown, renderMarkdown(inventory));
      conclude({ exitCode, document: inventory, text: render(inventory, markdown) }, json);
    });
}

/** A file of that name is nobody's wish: the pipeline was written after an option that takes a value. */
function refusePipeline(environment: string, markdown: string | true | undefined): void {
  if (!PIPELINE_NAMES.some((name) => name === markdown)) return;
  throw new UserError(
    `--markdown ${markdown}: that is a pipeline. Name it first: ./tributary inventory ${environment} ${markdown} --markdown`,
  );
}

/** @throws UserError when there is no such environment or pipeline, or it cannot be synthesized */
async function readInventory(environment: string, pipeline: PipelineName | undefined): Promise<Inventory> {
  if (pipeline === undefined) {
    loadEnvironment(environment, environmentsFolder());
    return synthesizeEnvironment(environment, (stacks) => takeInventory(environment, stacks));
  }
  requireSection(environment, pipeline);
  return synthesizeStacks(environment, pipeline, (stacks) => takeInventory(environment, stacks));
}

function render(inventory: Inventory, markdown: string | true | undefined): string {
  if (markdown === true) return renderMarkdown(inventory).trimEnd();
  if (markdown !== undefined) return `${markdown} written.`;
  return renderText(inventory, process.stdout.columns ?? DEFAULT_WIDTH, createColors(isColorful(process.stdout)));
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`--markdown ${file} could not be written: ${(error as Error).message}.`);
  }
}
