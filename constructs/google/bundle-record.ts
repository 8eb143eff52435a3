import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a bundle was made of. */
interface BundleRecord {
  /** SHA-256 of each file that went into it, in hex, by its path. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Hash of the bundle. */
  readonly hash: string;
}

/** What changes a bundle though it is none of its sources: how they are compiled, and which packages there are. */
const SETTINGS = ['tsconfig.json', 'package-lock.json'];

/**
 * Hash of the bundle that was made of the same sources before, if there is one: to bundle takes a third of the time of a
 * synthesis, to read the sources a hundredth.
 * @param file of the record
 * @param root folder that the paths in it are relative to
 */
export function recordedHash(file: string, root: string): string | undefined {
  try {
    const { inputs, hash }: BundleRecord = JSON.parse(readFileSync(file, 'utf8'));
    return Object.entries(inputs).every(([path, sum]) => checksum(join(root, path)) === sum) ? hash : undefined;
  } catch {
    // None, or none that can be read: it is made anew.
    return undefined;
  }
}

/** Keeps what a bundle was made of. */
export function recordBundle(file: string, root: string, sources: readonly string[], hash: string): void {
  const inputs = Object.fromEntries([...SETTINGS, ...sources].map((path) => [path, checksum(join(root, path))]));
  writeWhole(file, JSON.stringify({ inputs, hash } satisfies BundleRecord));
}

/** Writes a file that is there whole or not at all: other processes may read it or write it at the same time. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}

/** Empty where there is no such file: one that appears is a change. */
function checksum(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
