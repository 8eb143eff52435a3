import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync, version } from 'esbuild';
import { zipSync } from 'fflate';
import { recordBundle, recordedHash, writeWhole } from './bundle-record';

/** Every entry carries the same moment, so that equal content gives an equal archive. It is local time, as zip stores it. */
const ARCHIVE_TIME = new Date(1980, 0, 1);

export interface FunctionBundleProps {
  /** Folder that the entry file and the paths in the bundle are relative to. */
  readonly root: string;
  /** Entry file, relative to the root. */
  readonly entry: string;
  /** Major version of Node.js that runs the function. */
  readonly nodeMajor: number;
}

export interface FunctionBundle {
  /** The archive on disk. */
  readonly path: string;
  /** Hash of the names and contents of its files, in hex. */
  readonly hash: string;
}

const bundles = new Map<string, FunctionBundle>();

/**
 * Bundles a function with all that it imports into one deployable archive: `index.js` and a `package.json` without
 * dependencies, so that nothing is installed when it is built. Equal sources give equal bytes on any machine. Made once,
 * whatever the number of stacks and processes, until a source changes.
 * @throws when esbuild finds an error in the sources
 */
export function bundleFunction(props: FunctionBundleProps): FunctionBundle {
  const bundle = bundles.get(props.entry) ?? bundleBefore(props) ?? bundleNow(props);
  bundles.set(props.entry, bundle);
  return bundle;
}

function bundleBefore(props: FunctionBundleProps): FunctionBundle | undefined {
  const hash = recordedHash(recordFile(props), props.root);
  if (hash === undefined) return undefined;
  const path = archiveFile(props, hash);
  return existsSync(path) ? { path, hash } : undefined;
}

function bundleNow(props: FunctionBundleProps): FunctionBundle {
  const { code, sources } = bundleSources(props);
  const files = { 'index.js': code, 'package.json': packageJson(props.nodeMajor) };
  const hash = hashFiles(files);
  const path = archiveFile(props, hash);
  writeWhole(path, zipSync(files, { level: 9, mtime: ARCHIVE_TIME }));
  recordBundle(recordFile(props), props.root, sources, hash);
  return { path, hash };
}

function archiveFile({ root }: FunctionBundleProps, hash: string): string {
  return join(root, 'dist', 'bundles', hash, 'function.zip');
}

/** One for each way to bundle. */
function recordFile({ root, entry, nodeMajor }: FunctionBundleProps): string {
  return join(root, 'dist', 'bundles', `${entry.replaceAll(/\W/g, '-')}-node${nodeMajor}-esbuild${version}.json`);
}

interface Sources {
  readonly code: Uint8Array;
  /** Paths of what went into it. */
  readonly sources: readonly string[];
}

function bundleSources({ root, entry, nodeMajor }: FunctionBundleProps): Sources {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: `node${nodeMajor}`,
    format: 'cjs',
    write: false,
    metafile: true,
    charset: 'utf8',
    legalComments: 'none',
    // The output names the path of each source: a linked node_modules must not bring in where it leads to.
    preserveSymlinks: true,
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild gave no output for ${entry}`);
  return { code: output.contents, sources: Object.keys(metafile.inputs) };
}

function packageJson(nodeMajor: number): Uint8Array {
  const manifest = { name: 'function', private: true, main: 'index.js', engines: { node: `>=${nodeMajor}` } };
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** Hash of the names and contents of files, in hex: equal content under another name is another bundle. */
export function hashFiles(files: Record<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const [name, content] of Object.entries(files)) hash.update(`${name}\0${content.length}\0`).update(content);
  return hash.digest('hex').slice(0, 32);
}
