import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds `cdktf.json`: the same from the sources and from the compiled files in `dist/`. */
export const projectRoot: string = findRoot(__dirname);

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'cdktf.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`cdktf.json not found above ${__dirname}`);
  return findRoot(parent);
}
