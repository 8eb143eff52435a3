import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';
import { checkEnvironment } from './check';
import { environmentsFolder } from './folder';
import { renderProblems } from './report';
import type { Environment } from './schema';
import { UserError } from './user-error';

/** The file of an environment; it need not exist. */
export function environmentFile(name: string, folder = environmentsFolder()): string {
  return join(folder, `${name}.yaml`);
}

/**
 * Reads and checks every environment file of a folder, sorted by name.
 * @throws UserError with every problem of every file, or when there is no file at all
 */
export function loadEnvironments(folder = environmentsFolder()): Environment[] {
  const files = listFiles(folder);
  const checked = files.map((file) =>
    checkEnvironment(
      displayPath(join(folder, file)),
      readFileSync(join(folder, file), 'utf8'),
      basename(file, extname(file)),
    ),
  );
  const problems = checked.flatMap((file) => file.problems);
  if (problems.length > 0) throw new UserError(renderProblems(problems));
  return checked.flatMap(({ environment }) => (environment ? [environment] : []));
}

/** Changes the text of an environment file before it is checked; the file stays as it is. */
export type Prepare = (text: string) => string;

/** @throws UserError when the environment has no file, or any problem */
export function loadEnvironment(
  name: string,
  folder = environmentsFolder(),
  prepare: Prepare = (text) => text,
): Environment {
  const file = environmentFile(name, folder);
  if (!existsSync(file)) {
    const known = listFiles(folder).map((other) => basename(other, extname(other)));
    throw new UserError(`${displayPath(file)} not found. Environments here: ${known.join(', ')}`);
  }
  const { environment, problems } = checkEnvironment(displayPath(file), prepare(readFileSync(file, 'utf8')), name);
  if (environment === undefined) throw new UserError(renderProblems(problems));
  return environment;
}

function listFiles(folder: string): string[] {
  if (!existsSync(folder))
    throw new UserError(
      `${folder} not found. TRIBUTARY_ENVIRONMENTS must name a folder with environment files (*.yaml).`,
    );
  const names = readdirSync(folder);
  const misnamed = names.find((name) => name.endsWith('.yml'));
  if (misnamed)
    throw new UserError(`${displayPath(join(folder, misnamed))}: environment files end in .yaml; rename it.`);
  const files = names.filter((name) => name.endsWith('.yaml')).sort();
  if (files.length === 0)
    throw new UserError(`${folder} holds no environment file (*.yaml). ./tributary init makes one.`);
  return files;
}

/** A path as the user would write it: relative to the current folder where that is shorter. */
export function displayPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
