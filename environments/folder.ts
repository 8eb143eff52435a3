import { join, resolve } from 'node:path';
import { projectRoot } from './root';

/** The folder of the environment files: `TRIBUTARY_ENVIRONMENTS`, or `environments/` of the project. */
export function environmentsFolder(): string {
  const named = process.env.TRIBUTARY_ENVIRONMENTS;
  return named ? resolve(named) : join(projectRoot, 'environments');
}

/** Parsers of one's own, which environment files name by their path: beside them. */
export function parsersFolder(): string {
  return join(environmentsFolder(), 'parsers');
}
