import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { bundleFunction, hashFiles } from '../../constructs/google/function-bundle';

const root = mkdtempSync(join(tmpdir(), 'tributary-bundle-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A bundle of one source; entries differ by name, since each is bundled once a process. */
function bundle(entry: string, source: string, nodeMajor = 22) {
  writeFileSync(join(root, entry), source);
  return bundleFunction({ root, entry, nodeMajor });
}

test('one deployable folder: entry point and package.json, nothing to install', () => {
  const { path } = bundle('a.ts', 'export const collect = (x: number) => x + 1;');
  const files = unzipSync(readFileSync(path));
  expect(Object.keys(files)).toEqual(['index.js', 'package.json']);
  const manifest = JSON.parse(Buffer.from(files['package.json'] ?? []).toString());
  expect(manifest).toMatchObject({ main: 'index.js', engines: { node: '>=22' } });
  expect(manifest).not.toHaveProperty('dependencies');
});

test('equal sources give equal bytes; another line gives another hash, and so does another runtime', () => {
  const source = 'export const collect = () => "x";';
  const one = bundle('b.ts', source);
  const bytes = readFileSync(one.path);
  jest.isolateModules(() => {
    const { bundleFunction: again } = require('../../constructs/google/function-bundle');
    const two = again({ root, entry: 'b.ts', nodeMajor: 22 });
    expect(two.hash).toBe(one.hash);
    expect(readFileSync(two.path).equals(bytes)).toBe(true);
    writeFileSync(join(root, 'c.ts'), source.replace('"x"', '"y"'));
    expect(again({ root, entry: 'c.ts', nodeMajor: 22 }).hash).not.toBe(one.hash);
  });
});

describe('in another process', () => {
  /** Bundles as a process that has just begun; whether esbuild was asked to. */
  function bundleAnew(entry: string) {
    let result = { hash: '', isMade: false };
    jest.isolateModules(() => {
      const esbuild = jest.requireActual('esbuild');
      const buildSync = jest.fn(esbuild.buildSync);
      jest.doMock('esbuild', () => ({ version: esbuild.version, buildSync }));
      const { bundleFunction: again } = require('../../constructs/google/function-bundle');
      result = { hash: again({ root, entry, nodeMajor: 22 }).hash, isMade: buildSync.mock.calls.length > 0 };
    });
    return result;
  }

  test('what was bundled is taken as it is, until a file that it imports changes, or the settings', () => {
    writeFileSync(join(root, 'part.ts'), 'export const part = 1;');
    const { hash } = bundle('e.ts', 'import { part } from "./part"; export const collect = () => part;');
    expect(bundleAnew('e.ts')).toEqual({ hash, isMade: false });
    writeFileSync(join(root, 'part.ts'), 'export const part = 2;');
    const changed = bundleAnew('e.ts');
    expect(changed.isMade).toBe(true);
    expect(changed.hash).not.toBe(hash);
    writeFileSync(join(root, 'tsconfig.json'), '{}');
    expect(bundleAnew('e.ts')).toEqual({ hash: changed.hash, isMade: true });
    expect(bundleAnew('e.ts')).toEqual({ hash: changed.hash, isMade: false });
  });

  test('an archive that is gone is made anew, and a record that was cut off is none', () => {
    const { hash, path } = bundle('f.ts', 'export const collect = () => 3;');
    rmSync(path);
    expect(bundleAnew('f.ts')).toEqual({ hash, isMade: true });
    const records = readdirSync(join(root, 'dist', 'bundles')).filter((name) => name.startsWith('f-ts-'));
    expect(records).toHaveLength(1);
    writeFileSync(join(root, 'dist', 'bundles', records[0] ?? ''), '{"inputs":{');
    expect(bundleAnew('f.ts')).toEqual({ hash, isMade: true });
  });
});

test('a renamed file, and a moved border between two, give another hash', () => {
  const text = (value: string) => new TextEncoder().encode(value);
  const hash = hashFiles({ 'index.js': text('ab'), 'b.js': text('c') });
  expect(hashFiles({ 'index.js': text('ab'), 'b.js': text('c') })).toBe(hash);
  expect(hashFiles({ 'main.js': text('ab'), 'b.js': text('c') })).not.toBe(hash);
  expect(hashFiles({ 'index.js': text('a'), 'b.js': text('bc') })).not.toBe(hash);
});

test('a mistake in the sources fails synth', () => {
  expect(() => bundle('d.ts', 'import "./nowhere"; export const collect = 1;')).toThrow(/nowhere/);
});
