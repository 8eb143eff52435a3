import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findParser, listParsers, parserTrees, selectParsers } from '../../../cli/parser/tree';

const root = mkdtempSync(join(tmpdir(), 'tributary-tree-'));
for (const name of ['ONE/only', 'TWO/a', 'TWO/b', 'FLAT']) {
  mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, name, 'parser.conf'), 'filter {}');
}
const trees = [{ root, prefix: '' }] as const;
afterAll(() => rmSync(root, { recursive: true }));

test('every folder with a parser.conf is one', () => {
  expect(listParsers(trees).map(({ name }) => name)).toEqual(['FLAT', 'ONE/only', 'TWO/a', 'TWO/b']);
  expect(listParsers([])).toEqual([]);
});

test.each([
  ['TWO/a', 'TWO/a'],
  ['TWO/a/', 'TWO/a'],
  ['ONE', 'ONE/only'],
  ['FLAT', 'FLAT'],
])('%s is %s', (name, found) => {
  expect(findParser(name, trees)).toEqual({ name: found, folder: join(root, found) });
});

test.each([
  ['TWO', 'TWO has 2 parsers: name one of TWO/a, TWO/b.'],
  ['THREE', 'There is no parser THREE. Expected FLAT, ONE/only, TWO/a, TWO/b; or name a file with --parser.'],
  ['TW', 'There is no parser TW.'],
])('%s is refused', (name, problem) => {
  expect(() => findParser(name, trees)).toThrow(problem);
});

test('log types and parsers are selected once each, all without a name', () => {
  const names = (...wanted: string[]) => selectParsers(wanted, trees).map(({ name }) => name);
  expect(names()).toEqual(['FLAT', 'ONE/only', 'TWO/a', 'TWO/b']);
  expect(names('TWO', 'TWO/b', 'FLAT')).toEqual(['FLAT', 'TWO/a', 'TWO/b']);
  expect(() => names('THREE')).toThrow('There is no parser THREE');
  expect(() => selectParsers([], [])).toThrow('There is no parser: expected parsers/<log type>/parser.conf.');
});

test('parsers beside the environment files are named as environment files name them', () => {
  const environments = mkdtempSync(join(tmpdir(), 'tributary-environments-'));
  process.env.TRIBUTARY_ENVIRONMENTS = environments;
  try {
    expect(parserTrees()).toHaveLength(1);
    mkdirSync(join(environments, 'parsers', 'PROXY'), { recursive: true });
    writeFileSync(join(environments, 'parsers', 'PROXY', 'parser.conf'), 'filter {}');
    expect(findParser('parsers/PROXY').folder).toBe(join(environments, 'parsers', 'PROXY'));
    expect(findParser('squid/corrected').folder).toMatch(/parsers.squid.corrected$/);
  } finally {
    delete process.env.TRIBUTARY_ENVIRONMENTS;
    rmSync(environments, { recursive: true });
  }
});
